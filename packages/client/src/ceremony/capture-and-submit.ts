import type { ChallengeResponse } from '@mien/shared/api/challenges'
import { toWireFrame } from '@mien/shared/api/frames'
import type { SubmissionRequest, SubmissionResponse } from '@mien/shared/api/submissions'
import { encodeBase64Url } from '@mien/shared/bytes'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import { encodeTemplate } from '@mien/shared/template/format'
import type { CapturedFrame } from './capture.ts'
import { captureWithCamera } from './capture-with-camera.ts'
import type { Course } from './course.ts'
import type { RetryReason } from './state.ts'
import { timeLimitMs } from './time-limit.ts'

/** A challenge that has less to live is replaced before a capture begins. */
const leastChallengeMs = 45_000

/** Codes that another capture mends. */
const retryReasons: Partial<Record<ErrorCode, RetryReason>> = {
  CHALLENGE_EXPIRED: 'expired',
  FRAMES_INVALID: 'not-clear',
  TEMPLATE_REPLAY: 'not-clear',
}

export type Extras = Partial<Pick<SubmissionRequest, 'consent' | 'payload' | 'pin'>>

/** What the server decided, or why another capture is worth it. */
export type Answer =
  | Exclude<SubmissionResponse, { status: 'retry' }>
  | { readonly status: 'again'; readonly reason: RetryReason }

/** One capture under one challenge, sent. */
export async function captureAndSubmit(course: Course, extras: Extras): Promise<Answer> {
  const { ports, stage, options, api, session } = course
  let challenge: Challenge | undefined
  const frames = await captureWithCamera({
    ports,
    stage,
    settings: session.settings,
    permissionTimeoutMs: timeLimitMs(options, 'permissionTimeout'),
    idleTimeoutMs: timeLimitMs(options, 'idleTimeout'),
    beforeWindow: async () => {
      if (challenge === undefined || challenge.endsAtMs - ports.now() < leastChallengeMs) {
        challenge = await askChallenge(course)
      }
    },
  })
  if (challenge === undefined) throw new MienError('INTERNAL')
  stage.show({ name: 'deciding' })
  try {
    const answer = await api.submit(session.client_token, toSubmission(course, challenge, frames, extras))
    return answer.status === 'retry' ? { status: 'again', reason: 'not-clear' } : answer
  } catch (error) {
    const reason = error instanceof MienError ? retryReasons[error.code] : undefined
    if (reason === undefined) throw error
    return { status: 'again', reason }
  }
}

interface Challenge {
  readonly wire: ChallengeResponse
  /** On the page's own clock, which need not agree with the server's. */
  readonly arrivedAtMs: number
  readonly endsAtMs: number
}

async function askChallenge({ ports, api, session }: Course): Promise<Challenge> {
  const askedAtMs = ports.now()
  const wire = await api.askChallenge(session.client_token)
  return { wire, arrivedAtMs: ports.now(), endsAtMs: askedAtMs + wire.expires_in * 1000 }
}

function toSubmission(
  { ports, operation }: Course,
  { wire, arrivedAtMs }: Challenge,
  frames: readonly CapturedFrame[],
  extras: Extras,
): SubmissionRequest {
  return {
    challenge_id: wire.challenge_id,
    nonce: wire.nonce,
    operation,
    origin: ports.origin,
    level: wire.level,
    model_id: wire.model_id,
    templates: frames.map(({ analysis }) => encodeBase64Url(encodeTemplate(analysis.template))),
    frames: frames.map(({ atMs, analysis }) => toWireFrame({ ...analysis, atMs: Math.max(0, atMs - arrivedAtMs) })),
    ...extras,
  }
}
