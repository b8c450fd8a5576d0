import { randomUUID } from 'node:crypto'
import { type ChallengeResponse, challengeResponse } from '@mien/shared/api/challenges'
import { errorBody } from '@mien/shared/api/errors'
import type { Operation } from '@mien/shared/api/fields'
import { type SessionResponse, sessionResponse } from '@mien/shared/api/sessions'
import { type SubmissionRequest, type SubmissionResponse, submissionResponse } from '@mien/shared/api/submissions'
import { encodeBase64Url } from '@mien/shared/bytes'
import { encodeTemplate } from '@mien/shared/template/format'
import type { ZodMiniType } from 'zod/mini'
import { faceLike } from '../fixtures/face-like.ts'
import { goodFrame } from '../fixtures/good-frame.ts'
import { syntheticFrame } from '../fixtures/synthetic-templates.ts'

/** A widget without a camera: it speaks the protocol with made-up templates. What an attacker's program looks like, too. */
export interface SimulatedWidget {
  begin(operation: Operation): Promise<OpenedCeremony>
  /** What happens to whoever has the link of a session that a backend opened. */
  follow(clientToken: string, person: Float32Array): Promise<SubmissionResponse>
  /** Session and challenge, in a session that a backend opened for somebody. */
  beginFor(claim: Claim, secretKey: string, operation?: Operation): Promise<OpenedCeremony>
  /** Session, challenge and submission in one go. */
  run(operation: Operation, person: Float32Array, changes?: Partial<SubmissionRequest>): Promise<SubmissionResponse>
  /** In a session that any server of the same database opened. */
  submitIn(session: SessionResponse, submission: SubmissionRequest): Promise<SubmissionResponse>
  /** 1:1, in a session that a backend opened for this facial id. */
  verify(facialId: string, secretKey: string, person: Float32Array): Promise<SubmissionResponse>
}

/** Whom a backend names. */
export type Claim = { readonly facial_id: string } | { readonly user_ref: string }

export interface OpenedCeremony {
  readonly session: SessionResponse
  readonly challenge: ChallengeResponse
  submission(person: Float32Array): SubmissionRequest
  submit(submission: SubmissionRequest): Promise<SubmissionResponse>
  stepUp(submissionId: string, pin: string): Promise<SubmissionResponse>
}

/** A refusal by HTTP status rather than by decision. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`${status} ${code}`)
  }
}

const origin = 'https://drill.example'

/** Frames of one capture. */
export type FramesOf = (person: Float32Array, seed: number) => readonly Float32Array[]

/** Of a person who is made up, as the shipped model would see them. */
const frameCount = 3
const syntheticFrames: FramesOf = (person, seed) =>
  Array.from({ length: frameCount }, (_, i) => faceLike(syntheticFrame(person, seed + i)))

export function createSimulatedWidget(
  url: string,
  publicId: string,
  framesOf: FramesOf = syntheticFrames,
  /** Sent with each request. */
  moreHeaders: () => Readonly<Record<string, string>> = () => ({}),
): SimulatedWidget {
  async function post<T>(path: string, authorization: string, body: unknown, schema: ZodMiniType<T>): Promise<T> {
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, origin, ...moreHeaders() },
      body: JSON.stringify(body),
    })
    const answer: unknown = await response.json()
    if (response.ok) return schema.parse(answer)
    throw new HttpRefusal(response.status, errorBody.parse(answer).error.code)
  }

  const begin = async (operation: Operation) =>
    open(await post('/v1/sessions', `Public ${publicId}`, { operation }, sessionResponse))

  async function open(session: SessionResponse): Promise<OpenedCeremony> {
    const authorization = `Session ${session.client_token}`
    const challenge = await post('/v1/challenges', authorization, {}, challengeResponse)
    return {
      session,
      challenge,
      submission: (person) => compose(session, challenge, person, framesOf),
      submit: (submission) => post('/v1/submissions', authorization, submission, submissionResponse),
      stepUp: (submissionId, pin) =>
        post('/v1/step-ups', authorization, { submission_id: submissionId, pin }, submissionResponse),
    }
  }

  const beginFor: SimulatedWidget['beginFor'] = async (claim, secretKey, operation = 'authenticate') =>
    open(await post('/v1/sessions', `Bearer ${secretKey}`, { operation, origin, ...claim }, sessionResponse))

  return {
    begin,
    beginFor,
    async follow(clientToken, person) {
      const authorization = `Session ${clientToken}`
      const answer = await fetch(new URL('/v1/sessions/current', url), { headers: { authorization, origin } })
      if (!answer.ok) throw new HttpRefusal(answer.status, errorBody.parse(await answer.json()).error.code)
      const ceremony = await open(sessionResponse.parse(await answer.json()))
      return ceremony.submit(ceremony.submission(person))
    },
    async run(operation, person, changes = {}) {
      const ceremony = await begin(operation)
      return ceremony.submit({ ...ceremony.submission(person), ...changes })
    },
    submitIn: ({ client_token }, submission) =>
      post('/v1/submissions', `Session ${client_token}`, submission, submissionResponse),
    async verify(facialId, secretKey, person) {
      const ceremony = await beginFor({ facial_id: facialId }, secretKey)
      return ceremony.submit(ceremony.submission(person))
    },
  }
}

const frameIntervalMs = 200

function compose(
  session: SessionResponse,
  challenge: ChallengeResponse,
  person: Float32Array,
  framesOf: FramesOf,
): SubmissionRequest {
  const seed = Number.parseInt(randomUUID().slice(0, 8), 16)
  const frames = framesOf(person, seed)
  return {
    challenge_id: challenge.challenge_id,
    nonce: challenge.nonce,
    operation: session.operation as Operation,
    origin,
    level: challenge.level,
    model_id: challenge.model_id,
    templates: frames.map((vector) => encodeBase64Url(encodeTemplate({ modelId: challenge.model_id, vector }))),
    frames: frames.map((_, i) => ({ ...goodFrame, at_ms: i * frameIntervalMs })),
    ...(session.operation === 'enroll' ? { consent: consentTo(session) } : {}),
  }
}

const consentTo = (session: SessionResponse) => ({
  policy_version: session.settings.policy_version,
  text_sha256: 'ab'.repeat(32),
  locale: 'en',
  given_at: new Date().toISOString(),
  method: 'widget' as const,
})
