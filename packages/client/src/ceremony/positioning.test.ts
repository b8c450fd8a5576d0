import { describe, expect, it } from 'vitest'
import type { FrameFacts } from './guidance.ts'
import { frameOf, observed } from './observed.fixture.ts'
import { giveUp, type Positioning, seeFrame, startPositioning } from './positioning.ts'

const rules = { idleTimeoutMs: 6000, rejectObscured: true }
const nobody = frameOf()
const person = frameOf(observed())
const tooFar = frameOf(observed({ box: { width: 80, height: 80, x: 280, y: 200 } }))
const two = frameOf(observed(), observed({ box: { x: 10 } }))

/** Frames every 100 ms. */
function watch(from: Positioning, facts: FrameFacts, fromMs: number, durationMs: number): Positioning {
  let state = from
  for (let atMs = fromMs; atMs <= fromMs + durationMs; atMs += 100) state = seeFrame(state, facts, rules, atMs)
  return state
}

const code = (state: Positioning, atMs: number) => giveUp(state, rules, atMs)?.code

describe('waiting for a person', () => {
  it('gives up with IDLE_TIMEOUT when nobody comes, also when no frame comes', () => {
    const start = startPositioning(0)
    expect(code(start, 5999)).toBeUndefined()
    expect(code(start, 6000)).toBe('IDLE_TIMEOUT')
    expect(code(watch(start, nobody, 0, 6000), 6000)).toBe('IDLE_TIMEOUT')
  })

  it('counts the idle time from the last sight of a face', () => {
    const seen = watch(startPositioning(0), tooFar, 0, 5000)
    expect(code(seen, 10_900)).toBeUndefined()
    expect(code(seen, 11_000)).toBe('IDLE_TIMEOUT')
  })

  it('gives up with QUALITY_TOO_LOW on somebody who is there and never stands right', () => {
    const state = watch(startPositioning(0), tooFar, 0, 24_000)
    expect(code(state, 23_900)).toBeUndefined()
    expect(code(state, 24_000)).toBe('QUALITY_TOO_LOW')
  })

  it('says MANY_FACES after three seconds of two people, lost sights in between included', () => {
    let state = watch(startPositioning(0), two, 0, 1500)
    state = watch(state, person, 1600, 400)
    state = watch(state, two, 2100, 800)
    expect(code(state, 2900)).toBeUndefined()
    expect(code(watch(state, two, 3000, 100), 3100)).toBe('MANY_FACES')
  })

  it('forgives a passer-by', () => {
    let state = watch(startPositioning(0), two, 0, 1500)
    state = watch(state, person, 1600, 2000)
    expect(code(watch(state, two, 3700, 1500), 5200)).toBeUndefined()
  })

  it('knows since when every frame was good', () => {
    const state = watch(startPositioning(0), person, 0, 300)
    expect(state).toMatchObject({ isGood: true, goodSince: 0, lastGoodAt: 300 })
    const broken = seeFrame(state, tooFar, rules, 400)
    expect(broken).toMatchObject({ isGood: false, goodSince: undefined, lastGoodAt: 300 })
    expect(seeFrame(broken, person, rules, 500).goodSince).toBe(500)
  })

  it('gives the face as fractions of the frame', () => {
    expect(seeFrame(startPositioning(0), person, rules, 0).face).toEqual({
      x: 200 / 640,
      y: 0.25,
      width: 0.375,
      height: 0.5,
    })
    expect(seeFrame(startPositioning(0), nobody, rules, 0).face).toBeUndefined()
  })
})
