import { MienError } from '@mien/shared/errors'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OfflineCore } from './offline-core.ts'
import { startSyncSchedule } from './sync-schedule.ts'

let page: EventTarget

beforeEach(() => {
  vi.useFakeTimers()
  page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** @param outcomes of the attempts in their order; the last one again and again */
function start(...outcomes: Awaited<ReturnType<OfflineCore['attempt']>>[]) {
  let attempts = 0
  const attempt = async () => outcomes[Math.min(attempts++, outcomes.length - 1)]!
  const schedule = startSyncSchedule({ attempt, random: () => 0 })
  return { ...schedule, attempts: () => attempts }
}

const limited = (retry_after: string | number | undefined) =>
  new MienError('RATE_LIMITED', { details: { status: 429, ...(retry_after !== undefined && { retry_after }) } })

describe('the schedule', () => {
  it('[SY25] leaves a server alone for as long as it asks for, whatever happens meanwhile', async () => {
    const { soon, close, attempts } = start(limited(60), 'done')
    await vi.advanceTimersByTimeAsync(59_000)
    soon()
    page.dispatchEvent(new Event('online'))
    page.dispatchEvent(new Event('focus'))
    expect(attempts()).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(attempts()).toBe(2)
    soon()
    expect(attempts()).toBe(3)
    close()
  })

  it.each([undefined, 0, -5, 'soon', Number.NaN])('comes back after five seconds where it is told %s', async (told) => {
    const { close, attempts } = start(limited(told), 'done')
    await vi.advanceTimersByTimeAsync(4_999)
    expect(attempts()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(attempts()).toBe(2)
    close()
  })

  it('[SY25] waits an hour at most, whoever answers in the place of the server', async () => {
    const { close, attempts } = start(limited(1e12), 'done')
    await vi.advanceTimersByTimeAsync(3_599_999)
    expect(attempts()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(attempts()).toBe(2)
    close()
  })

  it('comes back ever later after failures, and every ten minutes while all is well', async () => {
    const lost = new MienError('NETWORK_IO')
    const { close, attempts } = start(lost, lost, 'done')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(attempts()).toBe(2)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(attempts()).toBe(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(attempts()).toBe(3)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(attempts()).toBe(4)
    close()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(attempts()).toBe(4)
  })

  it('comes back after a rest also where the clock is a hair behind the timer, as it is coarsened in browsers', async () => {
    const { close, attempts } = start(limited(60), 'done')
    await vi.advanceTimersByTimeAsync(0)
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() - 1)
    await vi.advanceTimersByTimeAsync(60_001)
    expect(attempts()).toBe(2)
    close()
  })

  it('looks again soon where another tab is at it, which may have begun before something happened here', async () => {
    const { close, attempts } = start('busy', 'done')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(attempts()).toBe(2)
    await vi.advanceTimersByTimeAsync(599_999)
    expect(attempts()).toBe(2)
    close()
  })
})
