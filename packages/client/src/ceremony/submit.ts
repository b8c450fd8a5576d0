import type { Operation } from '@mien/shared/api/fields'
import type { SubmissionRequest, SubmissionResponse } from '@mien/shared/api/submissions'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import type { Pictures } from './capture-submission.ts'
import type { Course } from './course.ts'
import type { RetryReason } from './state.ts'

/** Codes that another capture mends. */
const retryReasons: Partial<Record<ErrorCode, RetryReason>> = {
  CHALLENGE_EXPIRED: 'expired',
  FRAMES_INVALID: 'not-clear',
  TEMPLATE_REPLAY: 'not-clear',
}

/** The server does not know the key any more, or took it away. */
const isOfSignature = (error: unknown): boolean => error instanceof MienError && error.code === 'SIGNATURE_INVALID'

/** What the server decided, or why another capture is worth it. */
export type Answer =
  | Exclude<SubmissionResponse, { status: 'retry' | 'reveal' }>
  | { readonly status: 'again'; readonly reason: RetryReason }

export async function submit(
  { stage, api, session, device }: Course<Operation>,
  submission: SubmissionRequest,
  { pictures, heldBack }: Pictures,
): Promise<Answer> {
  stage.show({ name: 'deciding' })
  try {
    const key = await device.key()
    // Offered each time: whether this person has it already only the server knows.
    const body = key === undefined ? submission : { ...submission, device: { public_key: key.publicKey } }
    const signing = key === undefined ? {} : { sign: key.sign }
    const first = await api.submit(session.client_token, body, { pictures, ...signing })
    const answer =
      first.status === 'reveal' && heldBack.length > 0
        ? await api.reveal(session.client_token, body, { pictures: heldBack, ...signing })
        : first
    // Nothing is sent that nobody was told of, and nothing twice.
    if (answer.status === 'reveal') throw new MienError('BINDING_MISMATCH')
    return answer.status === 'retry' ? { status: 'again', reason: 'not-clear' } : answer
  } catch (error) {
    if (isOfSignature(error) && (await device.renew())) return { status: 'again', reason: 'expired' }
    const reason = error instanceof MienError ? retryReasons[error.code] : undefined
    if (reason === undefined) throw error
    return { status: 'again', reason }
  }
}
