import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf, start, until } from './world.fixture.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const pins = { pin: { enroll: 'optional', authenticate: 'off', reject_weak: true } } as const

describe('[CE67] an introduction', () => {
  it('comes after consent and PIN, before the camera, and ends by itself', async () => {
    const { ceremony, names, cameras } = start({ operation: 'enroll', settings: pins }, { enrollIntroTimeout: 11 })
    ;(await until(ceremony, 'consent')).accept({ text: 'abc', locale: 'en' })
    ;(await until(ceremony, 'new-pin')).skip?.()
    expect(await until(ceremony, 'intro')).toMatchObject({ seconds: 11 })
    await vi.advanceTimersByTimeAsync(10_500)
    expect(ceremony.state.name).toBe('intro')
    expect(cameras).toEqual([])
    await until(ceremony, 'done')
    expect(names.indexOf('permission')).toBeGreaterThan(names.indexOf('intro'))
  })

  it('ends when the person goes on', async () => {
    const { ceremony } = start({ operation: 'enroll' }, { userConsent: true, enrollIntroTimeout: 11 })
    const intro = await until(ceremony, 'intro')
    const from = Date.now()
    intro.proceed()
    await until(ceremony, 'positioning')
    expect(Date.now() - from).toBeLessThan(1000)
    // Once only.
    intro.proceed()
    await until(ceremony, 'done')
  })

  it.each([{}, { enrollIntroTimeout: 0 }])('is not there unless a page asks for it: %o', async (options) => {
    const { ceremony, names } = start({ operation: 'enroll' }, { userConsent: true, ...options })
    await until(ceremony, 'done')
    expect(names).not.toContain('intro')
  })

  it('is not there to authenticate', async () => {
    const { ceremony, names } = start({}, { enrollIntroTimeout: 11 })
    await until(ceremony, 'done')
    expect(names).not.toContain('intro')
  })

  it('is over when the ceremony is', async () => {
    const { ceremony, cameras } = start({ operation: 'enroll' }, { userConsent: true, enrollIntroTimeout: 11 })
    await until(ceremony, 'intro')
    ceremony.cancel()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(ceremony.state.name).toBe('failed')
    expect(cameras).toEqual([])
  })

  it.each([-1, Number.NaN, '5' as never])('of %s seconds is REQUEST_INVALID', async (enrollIntroTimeout) => {
    const { ceremony } = start({ operation: 'enroll' }, { userConsent: true, enrollIntroTimeout })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'REQUEST_INVALID' })
  })
})
