import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startPatience } from './patience.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('patience', () => {
  it('ends after so much silence, and not again', () => {
    const giveUp = vi.fn()
    startPatience(12_000, giveUp)
    vi.advanceTimersByTime(11_999)
    expect(giveUp).not.toHaveBeenCalled()
    vi.advanceTimersByTime(60_000)
    expect(giveUp).toHaveBeenCalledTimes(1)
  })

  it('is renewed by a word', () => {
    const giveUp = vi.fn()
    const patience = startPatience(12_000, giveUp)
    vi.advanceTimersByTime(11_000)
    patience.renew()
    vi.advanceTimersByTime(11_999)
    expect(giveUp).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(giveUp).toHaveBeenCalledTimes(1)
  })

  it('outlives a page that slept: an hour in one step is a slice', () => {
    const slept: (() => void)[] = []
    vi.stubGlobal('setTimeout', (work: () => void) => slept.push(work))
    const giveUp = vi.fn()
    startPatience(12_000, giveUp)
    // Whatever the clock says, each timer goes off once.
    slept.shift()!()
    slept.shift()!()
    expect(giveUp).not.toHaveBeenCalled()
    slept.shift()!()
    expect(giveUp).toHaveBeenCalledTimes(1)
    vi.unstubAllGlobals()
  })

  it('leaves no timer behind when it is no longer needed', () => {
    const patience = startPatience(12_000, () => undefined)
    patience.renew()
    patience.end()
    expect(vi.getTimerCount()).toBe(0)
  })
})
