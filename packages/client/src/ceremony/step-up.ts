import type { Operation } from '@mien/shared/api/fields'
import type { StepUpMethod, SubmissionResponse } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { askSecondFactor } from './ask-second-factor.ts'
import type { Course } from './course.ts'
import { offerPasskey } from './offer-passkey.ts'
import { Refusal } from './refusal.ts'
import type { CeremonyResult } from './state.ts'
import { toResult } from './to-result.ts'

/** As many as the server takes in one session. */
const maxTries = 3

type Asked = Extract<SubmissionResponse, { status: 'step_up' }>

/**
 * Asks a recognised person for a passkey or the PIN until it is right or the tries are used up.
 *
 * @returns undefined when it was right and another capture is wanted: the device became this person's
 */
export async function stepUp(course: Course<Operation>, asked: Asked): Promise<CeremonyResult | undefined> {
  const { stage, api, operation, session } = course
  const submissionId = asked.submission_id
  const methods = possible(course, asked.methods)
  let wrong: StepUpMethod | undefined
  for (let triesLeft = maxTries; triesLeft > 0; triesLeft--) {
    const given = await askSecondFactor(course, { submissionId, methods, triesLeft, wrong })
    stage.show({ name: 'deciding' })
    wrong = given.passkey === undefined ? 'pin' : 'passkey'
    const answer = await api
      .stepUp(session.client_token, { submission_id: submissionId, ...given })
      .catch((error: unknown) => unlessWrong(error))
    if (answer === undefined) continue
    if (answer.status === 'ok') {
      if (!asked.methods.includes('passkey')) await offerPasskey(course)
      return toResult(operation, answer)
    }
    if (answer.status === 'retry') return undefined
    if (answer.status !== 'refused')
      throw new MienError('NETWORK_IO', { message: 'The answer is not of this protocol' })
    if (answer.reason !== 'pin_wrong') throw new Refusal(answer.reason)
  }
  throw wrong === 'passkey' ? new MienError('PASSKEY_INVALID') : new Refusal('pin_wrong')
}

/** @throws MienError BROWSER_UNSUPPORTED when this browser can give nothing of what is asked for */
function possible({ ports }: Course, methods: readonly StepUpMethod[]): readonly StepUpMethod[] {
  const left = methods.filter((method) => method === 'pin' || ports.hasPasskeys())
  if (left.length === 0) throw new MienError('BROWSER_UNSUPPORTED')
  return left
}

function unlessWrong(error: unknown): undefined {
  if (error instanceof MienError && error.code === 'PASSKEY_INVALID') return undefined
  throw error
}
