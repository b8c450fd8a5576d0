import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Guidance, guidances } from './state.ts'
import { type SteadyGuidance, startGuidance, steadyGuidance } from './steady-guidance.ts'

const frame = fc.record({ seen: fc.constantFrom(...guidances), afterMs: fc.integer({ min: 1, max: 400 }) })

/** The states over a run of frames, with the time of each. */
function play(frames: readonly { readonly seen: Guidance; readonly afterMs: number }[]) {
  let state: SteadyGuidance = startGuidance(0)
  let atMs = 0
  return frames.map(({ seen, afterMs }) => {
    atMs += afterMs
    state = steadyGuidance(state, seen, atMs)
    return { atMs, shown: state.shown }
  })
}

describe('guidance never flickers', () => {
  it('changes at most every 800 ms, whatever the frames say', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 200 }), (frames) => {
        const states = play(frames)
        const changes = states.filter((state, i) => i > 0 && state.shown !== states[i - 1]!.shown)
        for (let i = 1; i < changes.length; i++) {
          expect(changes[i]!.atMs - changes[i - 1]!.atMs).toBeGreaterThanOrEqual(800)
        }
      }),
    )
  })

  it('does not show what is seen for less than a quarter of a second', () => {
    const frames = Array.from({ length: 300 }, (_, i) => ({
      seen: i % 20 < 4 ? ('open-eyes' as const) : ('hold-still' as const),
      afterMs: 33,
    }))
    expect(play(frames).map(({ shown }) => shown)).not.toContain('open-eyes')
  })

  it('shows what is seen for good', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 50 }), fc.constantFrom(...guidances), (frames, last) => {
        const states = play([...frames, ...Array.from({ length: 40 }, () => ({ seen: last, afterMs: 33 }))])
        expect(states.at(-1)?.shown).toBe(last)
      }),
    )
  })
})
