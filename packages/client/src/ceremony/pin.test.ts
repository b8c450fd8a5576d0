import type { SubmissionResponse } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
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

  it('[CE68] that somebody else has is chosen again, for the same capture', async () => {
    const answers: SubmissionResponse[] = [{ status: 'refused', reason: 'pin_not_unique' }]
    const { ceremony, submissions, cameras, asked } = start(
      { operation: 'enroll', settings: required, answers },
      { userConsent: true },
    )
    ;(await until(ceremony, 'new-pin')).submit('4719')
    await vi.advanceTimersByTimeAsync(1)
    const again = await until(ceremony, 'new-pin')
    expect(again.problem).toBe('not-unique')
    again.submit('4720')
    await until(ceremony, 'done')
    expect(submissions.map(({ pin }) => pin)).toEqual(['4719', '4720'])
    expect(cameras).toHaveLength(1)
    expect(asked.challenges()).toBe(1)
    expect(submissions[1]).toEqual({ ...submissions[0], pin: '4720' })
  })

  it('[CE68] chosen for longer than the challenge lives costs another capture, with the new PIN', async () => {
    const answers = [{ status: 'refused', reason: 'pin_not_unique' } as const, new MienError('CHALLENGE_EXPIRED')]
    const { ceremony, submissions, cameras } = start(
      { operation: 'enroll', settings: required, answers },
      { userConsent: true },
    )
    ;(await until(ceremony, 'new-pin')).submit('4719')
    await vi.advanceTimersByTimeAsync(1)
    ;(await until(ceremony, 'new-pin')).submit('4720')
    await until(ceremony, 'done')
    expect(submissions.map(({ pin }) => pin)).toEqual(['4719', '4720', '4720'])
    expect(cameras).toHaveLength(2)
  })

  it('[CE68] that the page brought and somebody has is refused: the page has to ask its person', async () => {
    const answers: SubmissionResponse[] = [{ status: 'refused', reason: 'pin_not_unique' }]
    const { ceremony, names } = start(
      { operation: 'enroll', settings: required, answers },
      { userConsent: true, pin: '4719' },
    )
    expect(await failureOf(ceremony)).toMatchObject({ name: 'Refusal', reason: 'pin_not_unique' })
    expect(names).not.toContain('new-pin')
  })

  it('that somebody has may be left out where it is optional', async () => {
    const answers: SubmissionResponse[] = [{ status: 'refused', reason: 'pin_not_unique' }]
    const settings = { pin: { ...required.pin, enroll: 'optional' } } as const
    const { ceremony, submissions } = start({ operation: 'enroll', settings, answers }, { userConsent: true })
    ;(await until(ceremony, 'new-pin')).submit('4719')
    await vi.advanceTimersByTimeAsync(1)
    ;(await until(ceremony, 'new-pin')).skip?.()
    await until(ceremony, 'done')
    expect(submissions[1]).not.toHaveProperty('pin')
  })
})
