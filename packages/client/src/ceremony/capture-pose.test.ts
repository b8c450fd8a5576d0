import { centreDegrees, posePolicy } from '@mien/shared/policy/capture-script'
import { describe, expect, it } from 'vitest'
import { type HeldFace, heldFace, isStill, showsPose } from './capture-pose.ts'
import { chooseSquare } from './choose-square.ts'
import { frameOf, observed } from './observed.fixture.ts'

const first: HeldFace = { yawDegrees: 5, pitchDegrees: -8, height: 200, centreX: 320, centreY: 240 }
const held = (change: Partial<HeldFace>): HeldFace => ({ ...first, ...change })

describe('[CE80] a pose, measured against the first picture', () => {
  it.each([
    ['left', held({ yawDegrees: 5 + posePolicy.left.asked }), held({ yawDegrees: 4 + posePolicy.left.asked })],
    ['right', held({ yawDegrees: 5 - posePolicy.right.asked }), held({ yawDegrees: 6 - posePolicy.right.asked })],
    ['up', held({ pitchDegrees: -8 - posePolicy.up.asked }), held({ pitchDegrees: -7 - posePolicy.up.asked })],
    ['down', held({ pitchDegrees: -8 + posePolicy.down.asked }), held({ pitchDegrees: -9 + posePolicy.down.asked })],
    ['closer', held({ height: 200 * posePolicy.closer.asked }), held({ height: 199 * posePolicy.closer.asked })],
    ['centre', held({ yawDegrees: 5 + centreDegrees.asked }), held({ yawDegrees: 6 + centreDegrees.asked })],
    ['centre', first, held({ height: 230 })],
    ['centre', held({ centreX: 360 }), held({ centreX: 380 })],
  ] as const)('%s is shown from where both sides say, and not before', (pose, shown, notYet) => {
    expect(showsPose(pose, shown, first)).toBe(true)
    expect(showsPose(pose, notYet, first)).toBe(false)
  })

  it('is not shown by a number that is none', () => {
    expect(heldFace(frameOf(observed({ pose: { yawDegrees: Number.NaN } })))).toBeUndefined()
    expect(heldFace(frameOf())).toBeUndefined()
  })

  it('is still when it hardly differs from the frame before', () => {
    expect(isStill(held({ yawDegrees: 7 }), first)).toBe(true)
    expect(isStill(held({ pitchDegrees: -12 }), first)).toBe(false)
  })
})

describe('[CE81] the square', () => {
  const frame = { width: 640, height: 480 }

  it.each([
    ['lies around the face', { x: 270, y: 190, width: 100, height: 100 }, { x: 230, y: 150, side: 180 }],
    ['moves into the frame', { x: 0, y: 400, width: 100, height: 100 }, { x: 0, y: 300, side: 180 }],
    ['shrinks into the frame', { x: 300, y: 100, width: 300, height: 300 }, { x: 160, y: 0, side: 480 }],
  ])('%s', (_name, face, square) => {
    expect(chooseSquare(face, frame)).toEqual(square)
  })
})
