import * as z from 'zod/mini'
import { assuranceLevel, modelId, timestamp, token256, uuid } from './fields.ts'

/** `POST /v1/challenges`, `Authorization: Session <client_token>`. Asked for after consent and warm-up; may be asked for again. */
export const challengeRequest = z.strictObject({})
export type ChallengeRequest = z.infer<typeof challengeRequest>

export const challengeResponse = z.strictObject({
  challenge_id: uuid,
  nonce: token256,
  expires_at: timestamp,
  /** Seconds. */
  expires_in: z.int(),
  server_time: timestamp,
  level: assuranceLevel,
  model_id: modelId,
})
export type ChallengeResponse = z.infer<typeof challengeResponse>
