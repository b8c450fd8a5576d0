import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ActiveCheck,
  type CheckAction,
  type MotionFacts,
  measureBaseline,
  motionFacts,
  startCheck,
  watchCheck,
} from './active-check.ts'
import { frameOf, observed } from './observed.fixture.ts'

/** Somebody who sits a little turned. */
const straight: MotionFacts = { atMs: 0, yawDegrees: 5, eyeOpenness: 0.3, faceHeight: 0.4, offsetX: 0, offsetY: 0 }
const baseline = { yawDegrees: 5, eyeOpenness: 0.3, faceHeight: 0.4 }
const everyMs = 125

type Seen = Partial<MotionFacts> | undefined
function watch(action: CheckAction, ...frames: readonly Seen[]): ActiveCheck {
  const facts = frames.map((seen, i) => seen && { ...straight, atMs: i * everyMs, ...seen })
  return facts.reduce(watchCheck, startCheck(action, baseline, 1000))
}
const times = (count: number, seen: Seen): readonly Seen[] => Array.from({ length: count }, () => seen)
const yaw = (yawDegrees: number): Seen => ({ yawDegrees })

describe('a turn', () => {
  it('CE73: is done once the head has turned from its own straight look and come back', () => {
    const turned = watch('turn_left', yaw(5), yaw(14), yaw(25), yaw(26))
    expect(turned).toMatchObject({ isDone: false, isHalfway: true, progress: 0.5 })
    expect(watch('turn_left', yaw(5), yaw(14), yaw(25), yaw(26), yaw(14), yaw(7))).toMatchObject({
      isDone: true,
      progress: 1,
    })
  })

  it('goes to the side that is asked for: left is the right of a camera image', () => {
    const toImageRight = [yaw(5), ...times(3, yaw(28)), yaw(5)]
    const toImageLeft = [yaw(5), ...times(3, yaw(-18)), yaw(5)]
    expect(watch('turn_left', ...toImageRight).isDone).toBe(true)
    expect(watch('turn_left', ...toImageLeft).isDone).toBe(false)
    expect(watch('turn_right', ...toImageLeft).isDone).toBe(true)
    expect(watch('turn_right', ...toImageRight).isDone).toBe(false)
  })

  it('takes more than one frame: landmarks may slip', () => {
    expect(watch('turn_left', yaw(5), yaw(40), yaw(5)).isHalfway).toBe(false)
    expect(watch('turn_left', yaw(5), yaw(40), undefined, yaw(40), yaw(5)).isHalfway).toBe(false)
  })

  it('shows on its way how far it is', () => {
    const steps = [5, 9, 12, 16].map((degrees) => watch('turn_left', yaw(degrees)).progress)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    expect(new Set(steps).size).toBe(4)
  })
})

describe('a blink', () => {
  const eyes = (eyeOpenness: number): Seen => ({ eyeOpenness })

  it('is done once the eyes have closed and opened again, measured against this person', () => {
    expect(watch('blink', eyes(0.3), eyes(0.19), eyes(0.18))).toMatchObject({ isDone: false, progress: 0.5 })
    expect(watch('blink', eyes(0.3), eyes(0.19), eyes(0.18), eyes(0.29)).isDone).toBe(true)
  })

  it('is not a look that narrows, nor eyes that stay closed', () => {
    expect(watch('blink', ...times(10, eyes(0.23)), eyes(0.3)).isDone).toBe(false)
    expect(watch('blink', ...times(10, eyes(0.1))).isDone).toBe(false)
  })
})

it('a number that is none is no progress', () => {
  expect(watch('come_closer', { faceHeight: Number.NaN }).progress).toBe(0)
})

describe('coming closer', () => {
  const height = (faceHeight: number): Seen => ({ faceHeight })

  it('is done when the face has grown by a fifth', () => {
    expect(watch('come_closer', ...times(5, height(0.46))).isDone).toBe(false)
    expect(watch('come_closer', height(0.44), ...times(2, height(0.49))).isDone).toBe(true)
    expect(watch('come_closer', ...times(5, height(0.3))).isDone).toBe(false)
  })
})

describe('holding still', () => {
  it('is done after the time that is asked for, and says how much of it is over', () => {
    expect(watch('hold', ...times(5, {})).progress).toBeCloseTo(0.5)
    expect(watch('hold', ...times(9, {})).isDone).toBe(true)
  })

  it.each<[string, Seen]>([
    ['a turn', yaw(20)],
    ['a step closer', { faceHeight: 0.5 }],
    ['a step aside', { offsetX: 0.1 }],
    ['a look away from the camera', undefined],
  ])('begins anew after %s', (_, moved) => {
    expect(watch('hold', ...times(7, {}), moved, ...times(8, {})).isDone).toBe(false)
    expect(watch('hold', ...times(7, {}), moved, ...times(9, {})).isDone).toBe(true)
  })
})

describe('a baseline', () => {
  it('is the median of some frames, so that a blink does not spoil it', () => {
    const frames = [0.3, 0.31, 0.1, 0.3, 0.29].map((eyeOpenness) => ({ ...straight, eyeOpenness }))
    expect(measureBaseline(frames)).toEqual(baseline)
    expect(measureBaseline(frames.slice(1))).toBeUndefined()
  })
})

describe('facts of motion', () => {
  it('are there for a face that was looked at fully', () => {
    const pose = { yawDegrees: 12 }
    const quality = { eyeOpenness: 0.2, faceHeightRatio: 0.6, offsetX: 0.1, offsetY: -0.1 }
    expect(motionFacts(frameOf(observed({ pose, quality })), 7)).toEqual({
      atMs: 7,
      yawDegrees: 12,
      eyeOpenness: 0.2,
      faceHeight: 0.6,
      offsetX: 0.1,
      offsetY: -0.1,
    })
    expect(motionFacts(frameOf(), 7)).toBeUndefined()
  })

  it('are not there when one of them is no number', () => {
    expect(motionFacts(frameOf(observed({ pose: { yawDegrees: Number.NaN } })), 7)).toBeUndefined()
    expect(motionFacts(frameOf(observed({ quality: { eyeOpenness: Number.NaN } })), 7)).toBeUndefined()
    expect(motionFacts(frameOf(observed()), Number.NaN)).toBeUndefined()
  })
})

describe('any check', () => {
  const action = fc.constantFrom<CheckAction>('turn_left', 'turn_right', 'blink', 'come_closer', 'hold')
  const number = fc.double({ min: -90, max: 90 })
  const facts: fc.Arbitrary<MotionFacts> = fc.record({
    atMs: fc.double({ min: 0, max: 10_000 }),
    yawDegrees: number,
    eyeOpenness: number,
    faceHeight: number,
    offsetX: number,
    offsetY: number,
  })

  it('stays within 0 and 1, is 1 exactly when it is done, and then stays so', () => {
    fc.assert(
      fc.property(action, fc.array(fc.option(facts, { nil: undefined })), (asked, frames) => {
        let check = startCheck(asked, baseline, 1000)
        for (const frame of frames) {
          const next = watchCheck(check, frame)
          expect(next.progress).toBeGreaterThanOrEqual(0)
          expect(next.progress === 1).toBe(next.isDone)
          expect(next.progress).toBeLessThanOrEqual(1)
          if (check.isDone) expect(next).toBe(check)
          check = next
        }
      }),
    )
  })

  it('never moves by frames that are not newer', () => {
    fc.assert(
      fc.property(action, fc.array(facts, { minLength: 1 }), (asked, frames) => {
        const first = watchCheck(startCheck(asked, baseline, 1000), { ...frames[0]!, atMs: 10_000 })
        expect(frames.reduce(watchCheck, first)).toEqual(first)
      }),
    )
  })

  it('CE73: is never completed by numbers that are none, whatever is missing', () => {
    fc.assert(
      fc.property(action, fc.array(facts), (asked, frames) => {
        const keyOf: Record<CheckAction, keyof MotionFacts> = {
          turn_left: 'yawDegrees',
          turn_right: 'yawDegrees',
          blink: 'eyeOpenness',
          come_closer: 'faceHeight',
          hold: 'offsetX',
        }
        const seen = frames.map((frame, i) => ({ ...frame, atMs: i * 100, [keyOf[asked]]: Number.NaN }))
        expect(seen.reduce(watchCheck, startCheck(asked, baseline, 1000)).isDone).toBe(false)
      }),
    )
  })
})
