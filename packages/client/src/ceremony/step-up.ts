import type { Operation } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { askPin } from './ask-pin.ts'
import type { Course } from './course.ts'
import { Refusal } from './refusal.ts'
import type { CeremonyResult } from './state.ts'
import { toResult } from './to-result.ts'

/** As many as the server takes in one session. */
const maxPinTries = 3

/**
 * Asks a recognised person for the PIN until it is right or the tries are used up.
 *
 * @returns undefined when the PIN was right and another capture is wanted: the device became this person's
 */
export async function stepUp(
  { stage, api, operation, session }: Course<Operation>,
  submissionId: string,
): Promise<CeremonyResult | undefined> {
  for (let triesLeft = maxPinTries; triesLeft > 0; triesLeft--) {
    const pin = await askPin(stage, triesLeft, triesLeft < maxPinTries ? 'wrong' : undefined)
    stage.show({ name: 'deciding' })
    const answer = await api.stepUp(session.client_token, { submission_id: submissionId, pin })
    if (answer.status === 'ok') return toResult(operation, answer)
    if (answer.status === 'retry') return undefined
    if (answer.status !== 'refused')
      throw new MienError('NETWORK_IO', { message: 'The answer is not of this protocol' })
    if (answer.reason !== 'pin_wrong') throw new Refusal(answer.reason)
  }
  throw new Refusal('pin_wrong')
}
