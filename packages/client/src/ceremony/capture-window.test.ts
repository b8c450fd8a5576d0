import { describe, expect, it } from 'vitest'
import { addFrame, beginWindow, type CaptureWindow, chooseFrames, isBroken, mayBegin } from './capture-window.ts'
import { frameOf, observed } from './observed.fixture.ts'
import { seeFrame, startPositioning } from './positioning.ts'

const rules = { minFrames: 3, maxFrames: 5, minIntervalMs: 151 }
const size = { width: 640, height: 480 }
const guidanceRules = { rejectObscured: true }
const standing = seeFrame(startPositioning(0), frameOf(observed()), guidanceRules, 0)
const turned = seeFrame(standing, frameOf(observed({ pose: { yawDegrees: 40 } })), guidanceRules, 0)

function fill(everyMs: number, untilMs: number, from: CaptureWindow = beginWindow(0)): CaptureWindow {
  let window = from
  for (let atMs = everyMs; atMs <= untilMs; atMs += everyMs) {
    window = addFrame(window, standing, { atMs, frameId: atMs / everyMs, observation: observed(), ...size })
  }
  return window
}

describe('a capture window', () => {
  it('begins once the person has stood right for 400 ms', () => {
    expect(mayBegin(standing, 399)).toBe(false)
    expect(mayBegin(standing, 400)).toBe(true)
    expect(mayBegin(turned, 5000)).toBe(false)
  })

  it('takes only good frames whose pixels were kept', () => {
    const window = beginWindow(0)
    expect(addFrame(window, turned, { atMs: 1, frameId: 1, observation: observed(), ...size }).candidates).toEqual([])
    expect(addFrame(window, standing, { atMs: 1, frameId: null, observation: observed(), ...size }).candidates).toEqual(
      [],
    )
    expect(addFrame(window, standing, { atMs: 1, frameId: 1, observation: null, ...size }).candidates).toEqual([])
  })

  it('gives five frames after a second at 30 frames a second', () => {
    expect(chooseFrames(fill(33, 990), rules, 990)).toBeUndefined()
    expect(chooseFrames(fill(33, 1023), rules, 1023)).toHaveLength(5)
  })

  it('holds no frame that the worker has let go since', () => {
    const window = fill(33, 100 * 33)
    const sharp = observed({ quality: { sharpness: 1e6 } })
    const first = addFrame(beginWindow(0), standing, { atMs: 0, frameId: 1, observation: sharp, ...size })
    const later = addFrame(first, turned, { atMs: 2000, frameId: 1 + 48, observation: observed(), ...size })
    expect(later.candidates).toEqual([])
    expect(window.candidates.map(({ frameId }) => frameId)).toEqual(Array.from({ length: 48 }, (_, i) => 53 + i))
  })

  it('holds no frame of a worker that was replaced', () => {
    const window = fill(33, 20 * 33)
    const next = addFrame(window, standing, { atMs: 700, frameId: 1, observation: observed(), ...size })
    expect(next.candidates.map(({ atMs }) => atMs)).toEqual([700])
  })

  it('makes do with three on a slow machine, after waiting', () => {
    expect(chooseFrames(fill(600, 1800), rules, 1800)).toBeUndefined()
    expect(chooseFrames(fill(600, 2600), rules, 2600)?.length).toBeGreaterThanOrEqual(3)
    expect(chooseFrames(fill(1000, 2600), rules, 2600)).toBeUndefined()
  })

  it('survives a blink and ends when the person turns away or nothing comes of it', () => {
    const window = beginWindow(1000)
    const at = (lastGoodAt: number) => ({ ...turned, lastGoodAt })
    expect(isBroken(window, at(1500), 2100)).toBe(false)
    expect(isBroken(window, at(1500), 2101)).toBe(true)
    expect(isBroken(window, at(13_000), 13_001)).toBe(true)
  })
})
