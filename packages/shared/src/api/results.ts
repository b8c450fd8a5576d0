import * as z from 'zod/mini'
import { assuranceLevel, factor, jsonValue, modelId, operation, timestamp, token256, uuid } from './fields.ts'
import { cameraFacts } from './submissions.ts'

/** What the page said beside the templates. Beside the assertion, not inside: nothing of it is proved. */
export const pageClaims = z.strictObject({
  /** Whether the person did what the script asked, held still instead, or was asked nothing. */
  active_check: z.enum(['none', 'motion', 'still']),
  camera: z.nullable(cameraFacts),
})
export type PageClaims = z.infer<typeof pageClaims>

/** `POST /v1/results/redeem`, `Authorization: Bearer <secret key>`. A code works once. */
export const redeemRequest = z.strictObject({
  result_code: token256,
  /** PKCE, required when the session declared a code challenge. */
  code_verifier: z.optional(z.string().check(z.regex(/^[A-Za-z0-9._~-]{43,128}$/))),
})
export type RedeemRequest = z.infer<typeof redeemRequest>

export const redeemResponse = z.strictObject({
  /** ES256 JWS over `assertionClaims`; keys at /.well-known/jwks.json. */
  assertion: z.string(),
  /** null after a session for a photograph: nobody was recognised, see `match_level`. */
  facial_id: z.nullable(uuid),
  operation,
  assurance: assuranceLevel,
  /** Beside the assertion, not inside: the assertion proves who, the payload is data. */
  payload: jsonValue,
  auth_time: timestamp,
  session_id: uuid,
  page_claims: pageClaims,
  /** How alike the live face and the photograph of the session are, 1..5; null where no photograph was given. */
  match_level: z.nullable(z.int().check(z.minimum(1), z.maximum(5))),
})
export type RedeemResponse = z.infer<typeof redeemResponse>

/**
 * Claims of the assertion. `iss` the server, `aud` the application id, `sub` the facial id; times in seconds. Without `sub`, and with
 * `match_level`, it says that a live face was that of the photograph which the session was opened with.
 */
export const assertionClaims = z.strictObject({
  iss: z.string(),
  aud: uuid,
  sub: z.optional(uuid),
  iat: z.int(),
  exp: z.int(),
  jti: uuid,
  auth_time: z.int(),
  operation,
  assurance: assuranceLevel,
  /** The same under the name that OpenID Connect gives it. */
  acr: assuranceLevel,
  gallery: z.string(),
  session_id: uuid,
  origin: z.nullable(z.string()),
  user_ref: z.nullable(z.string()),
  factors: z.array(factor),
  /** The same in the words of RFC 8176: `face`, `swk` for a device key, `pin`, `hwk` for a passkey, and `mfa` with more than one. */
  amr: z.array(z.string()),
  /** The server looked itself at pictures that were taken under its script; otherwise it believed the device. */
  server_verified: z.boolean(),
  /** Who saw to it that the face was alive: the server, or nobody whose word is proof. What the page found is in its own claims. */
  liveness: z.enum(['none', 'server']),
  /** The device whose key signed, if that is enrolled for this person. */
  device_id: z.optional(uuid),
  /** The network whose templates were compared. */
  model_id: modelId,
  nonce: z.optional(z.string()),
  match_level: z.optional(z.int().check(z.minimum(1), z.maximum(5))),
})
export type AssertionClaims = z.infer<typeof assertionClaims>

export const jwks = z.strictObject({
  keys: z.array(
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
      alg: z.literal('ES256'),
      use: z.literal('sig'),
      kid: z.string(),
    }),
  ),
})
export type Jwks = z.infer<typeof jwks>
