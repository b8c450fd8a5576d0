import { describe, expect, it } from 'vitest'
import { readGuidance } from './guidance.ts'
import { frameOf, frameSize, goodBox, observed, type Variation } from './observed.fixture.ts'
import type { Guidance } from './state.ts'

const rules = { rejectObscured: true }
const read = (variation: Variation, shown: Guidance = 'no-face') =>
  readGuidance(frameOf(observed(variation)), shown, rules)

describe('guidance reads one instruction from a frame', () => {
  it('asks to hold still when nothing is wrong', () => {
    expect(read({})).toBe('hold-still')
  })

  it.each<[Guidance, Variation]>([
    ['closer', { box: { width: 90, height: 90, x: 275, y: 195 } }],
    ['closer', { quality: { interEyeDistancePx: 40 } }],
    ['back', { box: { x: 90, y: 10, width: 460, height: 460 } }],
    ['right', { box: { x: 380 } }],
    ['left', { box: { x: 10 } }],
    ['up', { box: { y: 236 } }],
    ['down', { box: { y: 0, height: 140, width: 140, x: 250 } }],
    ['more-light', { quality: { brightness: 30 } }],
    ['more-light', { quality: { underExposedRatio: 0.7 } }],
    ['less-light', { quality: { brightness: 230 } }],
    ['less-light', { quality: { overExposedRatio: 0.6 } }],
    ['backlight', { quality: { backlight: 110 } }],
    ['look-straight', { pose: { yawDegrees: -30 } }],
    ['look-straight', { pose: { pitchDegrees: 40 } }],
    ['look-straight', { pose: { rollDegrees: 30 } }],
    ['open-eyes', { quality: { eyeOpenness: 0.08 } }],
    ['uncover-mouth', { quality: { mouthCover: 3 } }],
    ['uncover-eyes', { quality: { eyeCover: 3 } }],
  ])('says %s for %o', (guidance, variation) => {
    expect(read(variation)).toBe(guidance)
  })

  it('CE74: lets cover mouth and eyes whoever comes to an application that allows it', () => {
    const veiled = frameOf(observed({ quality: { mouthCover: 3, eyeCover: 3 } }))
    expect(readGuidance(veiled, 'no-face', { rejectObscured: false })).toBe('hold-still')
    expect(readGuidance(veiled, 'no-face', { rejectObscured: true })).toBe('uncover-mouth')
  })

  it('says no-face for an empty frame', () => {
    expect(readGuidance(frameOf(), 'closer', rules)).toBe('no-face')
  })

  it('sees many faces only when they are comparable in size', () => {
    const passerBy = observed({ box: { x: 10, y: 10, width: 60, height: 60 } })
    const neighbour = observed({ box: { x: 10, y: 10, width: 160, height: 160 } })
    expect(readGuidance(frameOf(observed(), passerBy), 'no-face', rules)).toBe('hold-still')
    expect(readGuidance(frameOf(observed(), neighbour), 'no-face', rules)).toBe('many-faces')
  })

  it('judges only the place when the tracker alone looked', () => {
    const facts = { ...frameSize, faces: [{ box: goodBox, score: 1 }], observation: null }
    expect(readGuidance(facts, 'no-face', rules)).toBe('hold-still')
    expect(readGuidance({ ...facts, faces: [{ box: { ...goodBox, x: 400 }, score: 1 }] }, 'no-face', rules)).toBe(
      'right',
    )
  })

  it('keeps an instruction that shows until it is met with a margin', () => {
    const nearlyBright = { quality: { brightness: 52 } }
    expect(read(nearlyBright, 'no-face')).toBe('hold-still')
    expect(read(nearlyBright, 'more-light')).toBe('more-light')
    expect(read({ quality: { brightness: 60 } }, 'more-light')).toBe('hold-still')
  })

  it('lets no number that is not one through as good', () => {
    // A comparison with NaN is false, so a missing fact must not pass by not failing.
    expect(read({ box: { height: Number.NaN } })).not.toBe('hold-still')
    expect(read({ quality: { brightness: Number.NaN } })).not.toBe('hold-still')
    expect(read({ pose: { yawDegrees: Number.NaN } })).not.toBe('hold-still')
  })
})
