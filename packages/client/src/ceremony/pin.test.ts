import type { SubmissionResponse } from '@mien/shared/api/submissions'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf, start, until, uuid } from './world.fixture.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a PIN', () => {
  const stepUp: SubmissionResponse = { status: 'step_up', submission_id: uuid, methods: ['pin'] }
  const wrong: SubmissionResponse = { status: 'refused', reason: 'pin_wrong' }

  it('is asked for until it is right', async () => {
    const { ceremony } = start({ answers: [stepUp], stepUps: [wrong] })
    const first = await until(ceremony, 'pin')
    expect(first).toMatchObject({ triesLeft: 3 })
    first.submit('12')
    await vi.advanceTimersByTimeAsync(1)
    expect(ceremony.state).toMatchObject({ name: 'pin', triesLeft: 3, problem: 'format' })
    ;(await until(ceremony, 'pin')).submit('4711')
    await vi.advanceTimersByTimeAsync(1)
    expect(ceremony.state).toMatchObject({ name: 'pin', triesLeft: 2, problem: 'wrong' })
    ;(await until(ceremony, 'pin')).submit('4712')
    await until(ceremony, 'done')
  })

  it('that is wrong three times refuses with pin_wrong', async () => {
    const { ceremony } = start({ answers: [stepUp], stepUps: [wrong, wrong, wrong] })
    for (const triesLeft of [3, 2, 1]) {
      const state = await until(ceremony, 'pin')
      expect(state.triesLeft).toBe(triesLeft)
      state.submit('4711')
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(await failureOf(ceremony)).toMatchObject({ reason: 'pin_wrong' })
  })

  const required = { pin: { enroll: 'required', authenticate: 'off', reject_weak: true } } as const

  it('is chosen before the capture, and not a weak one', async () => {
    const { ceremony, submissions, cameras } = start({ operation: 'enroll', settings: required }, { userConsent: true })
    const first = await until(ceremony, 'new-pin')
    expect(first.skip).toBeUndefined()
    first.submit('1234')
    await vi.advanceTimersByTimeAsync(1)
    expect(ceremony.state).toMatchObject({ name: 'new-pin', problem: 'weak' })
    expect(cameras).toEqual([])
    ;(await until(ceremony, 'new-pin')).submit('4719')
    await until(ceremony, 'done')
    expect(submissions[0]).toMatchObject({ pin: '4719' })
  })

  it('that somebody else has is chosen again', async () => {
    const answers: SubmissionResponse[] = [{ status: 'refused', reason: 'pin_not_unique' }]
    const { ceremony, submissions } = start({ operation: 'enroll', settings: required, answers }, { userConsent: true })
    ;(await until(ceremony, 'new-pin')).submit('4719')
    await vi.advanceTimersByTimeAsync(1)
    const again = await until(ceremony, 'new-pin')
    expect(again.problem).toBe('not-unique')
    again.submit('4720')
    await until(ceremony, 'done')
    expect(submissions.map(({ pin }) => pin)).toEqual(['4719', '4720'])
  })
})
