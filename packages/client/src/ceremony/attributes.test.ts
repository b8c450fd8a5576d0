import type { SessionSettings } from '@mien/shared/api/sessions'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EnrollOptions } from './state.ts'
import { failureOf, start, until, type World } from './world.fixture.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const enroll = (attributes: SessionSettings['attributes'], world: World = {}, options: EnrollOptions = {}) =>
  start({ ...world, operation: 'enroll', settings: { attributes, minimum_age: 18 } }, { userConsent: true, ...options })

const years = (...ages: number[]): World => ({ guesses: ages.map((ageYears) => ({ ageYears, maleProbability: 0.1 })) })

describe('[CE64] age and gender', () => {
  it('are nobody’s business by default: the networks are not even loaded', async () => {
    const { ceremony, loads, analyses, submissions } = enroll('off')
    const { result } = await until(ceremony, 'done')
    expect(result).toMatchObject({ details: { gender: null, age: null } })
    expect(loads).toMatchObject([{ attributes: false }])
    expect(analyses.filter(({ attributes }) => attributes)).toEqual([])
    expect(submissions[0]).not.toHaveProperty('of_age')
    expect(submissions[0]).not.toHaveProperty('details')
  })

  it('are not looked at to authenticate, whatever the application says', async () => {
    const { ceremony, loads, analyses, submissions } = start({ settings: { attributes: 'details' } })
    await until(ceremony, 'done')
    expect(loads).toMatchObject([{ attributes: false }])
    expect(analyses.filter(({ attributes }) => attributes)).toEqual([])
    expect(submissions[0]).not.toHaveProperty('details')
  })

  it('are told to page and server under `details`, as means over the frames', async () => {
    const { ceremony, loads, submissions } = enroll('details', years(30, 32, 34, 36, 38))
    const { result } = await until(ceremony, 'done')
    expect(loads).toMatchObject([{ attributes: true }])
    expect(result).toMatchObject({ details: { gender: 'female', age: 34 } })
    expect(submissions[0]).toMatchObject({ details: { gender: 'female', age: 34 } })
    expect(submissions[0]).not.toHaveProperty('of_age')
  })

  it('leave the device as a yes and nothing else under `age_gate`', async () => {
    const { ceremony, submissions } = enroll('age_gate', years(17, 18, 19, 18, 18))
    const { result } = await until(ceremony, 'done')
    expect(result).toMatchObject({ details: { gender: null, age: null } })
    expect(submissions[0]).toMatchObject({ of_age: true })
    expect(submissions[0]).not.toHaveProperty('details')
  })

  it('[CE65] that are too low refuse as `minor` on the device, and nothing is sent', async () => {
    const { ceremony, submissions, cameras } = enroll('age_gate', years(17, 18, 17, 18, 17))
    expect(await failureOf(ceremony)).toMatchObject({ name: 'Refusal', reason: 'minor' })
    expect(submissions).toEqual([])
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false])
  })

  it('[CE65] that are no number enroll nobody', async () => {
    const { ceremony, submissions } = enroll('age_gate', years(40, Number.NaN, 40, 40, 40))
    expect(await failureOf(ceremony)).toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
    expect(submissions).toEqual([])
  })
})
