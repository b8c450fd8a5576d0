import type { Operation } from '@mien/shared/api/fields'
import type { SubmissionRequest, SubmissionResponse } from '@mien/shared/api/submissions'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import type { Course } from './course.ts'
import type { RetryReason } from './state.ts'

/** Codes that another capture mends. */
const retryReasons: Partial<Record<ErrorCode, RetryReason>> = {
  CHALLENGE_EXPIRED: 'expired',
  FRAMES_INVALID: 'not-clear',
  TEMPLATE_REPLAY: 'not-clear',
}

/** What the server decided, or why another capture is worth it. */
export type Answer =
  | Exclude<SubmissionResponse, { status: 'retry' }>
  | { readonly status: 'again'; readonly reason: RetryReason }

export async function submit(
  { stage, api, session }: Course<Operation>,
  submission: SubmissionRequest,
): Promise<Answer> {
  stage.show({ name: 'deciding' })
  try {
    const answer = await api.submit(session.client_token, submission)
    return answer.status === 'retry' ? { status: 'again', reason: 'not-clear' } : answer
  } catch (error) {
    const reason = error instanceof MienError ? retryReasons[error.code] : undefined
    if (reason === undefined) throw error
    return { status: 'again', reason }
  }
}
