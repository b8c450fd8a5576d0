import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { observed } from './observed.fixture.ts'
import { type Candidate, scoreFrame, selectFrames } from './select-frames.ts'

const rules = { minFrames: 3, maxFrames: 5, minIntervalMs: 150 }

const candidates = fc
  .array(fc.record({ gapMs: fc.integer({ min: 10, max: 200 }), score: fc.integer({ min: -100, max: 100 }) }), {
    maxLength: 11,
  })
  .map((steps) => {
    let atMs = 0
    return steps.map(({ gapMs, score }): Candidate => {
      atMs += gapMs
      return { atMs, score }
    })
  })

const isApart = (frames: readonly Candidate[]) =>
  frames.every((frame, i) => i === 0 || frame.atMs - frames[i - 1]!.atMs >= rules.minIntervalMs)
const sum = (frames: readonly Candidate[]) => frames.reduce((total, { score }) => total + score, 0)

/** Every choice there is. */
function bruteForce(all: readonly Candidate[]): readonly Candidate[] {
  const choices = Array.from({ length: 2 ** all.length }, (_, bits) => all.filter((_, i) => (bits >> i) & 1))
  const legal = choices.filter((choice) => choice.length >= 3 && choice.length <= 5 && isApart(choice))
  return legal.toSorted((a, b) => b.length - a.length || sum(b) - sum(a))[0] ?? []
}

describe('the frames of a capture', () => {
  it('are as many as possible, far enough apart, and the best of all such choices', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const chosen = selectFrames(all, rules)
        const best = bruteForce(all)
        expect(isApart(chosen)).toBe(true)
        expect([chosen.length, sum(chosen)]).toEqual([best.length, sum(best)])
      }),
    )
  })

  it('are none when three do not fit', () => {
    expect(
      selectFrames(
        [0, 50, 100, 160].map((atMs) => ({ atMs, score: 1 })),
        rules,
      ),
    ).toEqual([])
  })

  it('are better when sharp, straight, open-eyed and uncovered', () => {
    const good = scoreFrame(observed())
    expect(good).toBeGreaterThan(scoreFrame(observed({ quality: { sharpness: 50 } })))
    expect(good).toBeGreaterThan(scoreFrame(observed({ pose: { yawDegrees: 15 } })))
    expect(good).toBeGreaterThan(scoreFrame(observed({ quality: { eyeOpenness: 0.15 } })))
    expect(good).toBeGreaterThan(scoreFrame(observed({ quality: { occlusion: 0.3 } })))
  })
})
