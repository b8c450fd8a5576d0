import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { frameOf } from './observed.fixture.ts'
import { runAgeVerify, runLiveness } from './run-check.ts'
import type { CeremonyOptions } from './state.ts'
import { createWorld, failureOf, play, until, type World } from './world.fixture.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const liveness = (world: World = {}, options: CeremonyOptions = {}) =>
  play(world, options, 'liveness', (ports, stage) => runLiveness(ports, options, stage))
const ageVerify = (world: World = {}, options: CeremonyOptions = {}) =>
  play(world, options, 'age_verify', (ports, stage) => runAgeVerify(ports, options, stage))

const script = { actions: ['blink' as const], still_ms: 1500 }

describe('[CE66] a check that only looks', () => {
  it.each([
    ['liveness', liveness],
    ['age_verify', ageVerify],
  ] as const)('opens a session for %s, asks for no consent and sends nothing', async (operation, check) => {
    const { ceremony, names, asked, submissions, cameras } = check({ settings: { consent_required: true } })
    const { result } = await until(ceremony, 'done')
    expect(asked.sessions).toMatchObject([{ operation }])
    expect(names).toEqual(['preparing', 'permission', 'positioning', 'capturing', 'done'])
    expect(result.operation).toBe(operation)
    expect(submissions).toEqual([])
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false])
    await expect(ceremony.result).resolves.toBe(result)
  })

  it.each([
    ['liveness', liveness, false],
    ['age_verify', ageVerify, true],
  ] as const)('makes no template for %s', async (_operation, check, attributes) => {
    const { ceremony, analyses } = check()
    await until(ceremony, 'done')
    expect(analyses).toEqual(Array(5).fill({ call: 'inspect', attributes }))
  })

  it('does what the challenge asks for', async () => {
    const { ceremony, names } = liveness({ script }, { motion: 'still' })
    await until(ceremony, 'done')
    expect(names).toContain('active')
  })

  it('refuses a session that is for something else', async () => {
    const { session } = createWorld({ operation: 'enroll' })
    expect(await failureOf(liveness({}, { session }).ceremony)).toMatchObject({ code: 'BINDING_MISMATCH' })
  })

  it('ends like any capture when nobody comes', async () => {
    expect(await failureOf(ageVerify({ scene: frameOf() }).ceremony)).toMatchObject({ code: 'IDLE_TIMEOUT' })
  })
})

describe('liveness', () => {
  it('is the probability of the worst frame', async () => {
    const { ceremony } = liveness({ live: 0.8 })
    await expect(until(ceremony, 'done')).resolves.toMatchObject({
      result: { operation: 'liveness', live: 0.8, timestamp: '2026-01-01T00:00:00Z' },
    })
  })

  it.each([
    ['that the application sets', 0.7, 0.69],
    ['of the network where the application checks nothing', null, 0.49],
  ])('below the threshold %s is SPOOF_SUSPECTED', async (_name, pad_threshold, live) => {
    const { ceremony } = liveness({ live, settings: { pad_threshold } })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'SPOOF_SUSPECTED' })
  })

  it('loads no network that guesses', async () => {
    const { ceremony, loads } = liveness({ settings: { attributes: 'details' } })
    await until(ceremony, 'done')
    expect(loads).toMatchObject([{ attributes: false }])
  })
})

describe('an age check', () => {
  it.each([
    [20, true],
    [21, true],
    [22, false],
  ])('for a minimum of %d years of somebody who seems 21 says %s', async (minimum_age, ofAge) => {
    const guesses = Array.from({ length: 5 }, () => ({ ageYears: 21.4, maleProbability: 0.5 }))
    const { ceremony } = ageVerify({ guesses, settings: { attributes: 'off', minimum_age } })
    await expect(until(ceremony, 'done')).resolves.toMatchObject({
      result: {
        operation: 'age_verify',
        details: { gender: null, age: 21 },
        minimumAge: minimum_age,
        ofAge,
        timestamp: '2026-01-01T00:00:00Z',
      },
    })
  })
})
