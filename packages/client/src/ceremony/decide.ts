import type { Operation } from '@mien/shared/api/fields'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { askNewPin } from './ask-pin.ts'
import { captureSubmission } from './capture-submission.ts'
import type { Course } from './course.ts'
import { offerPasskey } from './offer-passkey.ts'
import { Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'
import type { CeremonyResult, RetryReason } from './state.ts'
import { stepUp } from './step-up.ts'
import { submit } from './submit.ts'
import { toResult } from './to-result.ts'

/** What the person said, beside the capture. */
export type Extras = Pick<SubmissionRequest, 'consent' | 'payload' | 'pin'>

/** The first unclear capture is repeated without a word. */
const silentRetries = 1

/** Captures and asks the server until it has decided. */
export async function decide(course: Course<Operation>, first: Extras): Promise<CeremonyResult> {
  const { stage, operation } = course
  let extras = first
  for (let retries = 0; ; retries++) {
    const { submission, ...pictures } = await captureSubmission(course)
    let answer = await submit(course, { ...submission, ...extras }, pictures)
    // The server takes the same capture with another PIN.
    while (answer.status === 'refused' && answer.reason === 'pin_not_unique') {
      extras = await withOtherPin(course, extras)
      answer = await submit(course, { ...submission, ...extras }, pictures)
    }
    if (answer.status === 'ok') {
      if (operation === 'enroll') await offerPasskey(course)
      return toResult(operation, answer, submission.details)
    }
    if (answer.status === 'refused') throw new Refusal(answer.reason)
    if (answer.status === 'step_up') {
      const result = await stepUp(course, answer)
      if (result !== undefined) return result
    } else if (retries >= silentRetries) await askAgain(stage, answer.reason)
  }
}

/** A person thinks of another PIN. A page that brought its own has to do that itself. */
async function withOtherPin({ stage, session, options }: Course, extras: Extras): Promise<Extras> {
  if (options.pin !== undefined) throw new Refusal('pin_not_unique')
  const { pin: _taken, ...others } = extras
  const pin = await askNewPin(stage, session.settings.pin, 'not-unique')
  return pin === undefined ? others : { ...others, pin }
}

/** Long enough to read why, short of the session's end. */
const againLimit = { ms: 5 * 60_000, code: 'IDLE_TIMEOUT' } as const

const askAgain = (stage: Stage, reason: RetryReason): Promise<void> =>
  stage.ask<void>((answer) => ({ name: 'retry', reason, again: () => answer() }), againLimit)
