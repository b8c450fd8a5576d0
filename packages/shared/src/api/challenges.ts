import * as z from 'zod/mini'
import { activeAction, assuranceLevel, modelId, timestamp, token256, uuid } from './fields.ts'

/** `POST /v1/challenges`, `Authorization: Session <client_token>`. Asked for after consent and warm-up; may be asked for again. */
export const challengeRequest = z.strictObject({})
export type ChallengeRequest = z.infer<typeof challengeRequest>

/**
 * What the person is asked to do before the capture, drawn by the server. Whoever cannot move, or would rather not, holds still for
 * `still_ms` instead; which of the two was done is reported.
 */
export const activeScript = z.strictObject({
  actions: z.array(activeAction).check(z.minLength(1), z.maxLength(4)),
  still_ms: z.int().check(z.minimum(500), z.maximum(10_000)),
})
export type ActiveScript = z.infer<typeof activeScript>

export const challengeResponse = z.strictObject({
  challenge_id: uuid,
  nonce: token256,
  expires_at: timestamp,
  /** Seconds. */
  expires_in: z.int(),
  server_time: timestamp,
  level: assuranceLevel,
  model_id: modelId,
  /** Null: nothing is asked. */
  script: z.nullable(activeScript),
})
export type ChallengeResponse = z.infer<typeof challengeResponse>
