/**
 * Building blocks of the native wire contract.
 *
 * The schemas in this folder are written with `zod/mini`: the browser validates answers with them for a few kilobytes,
 * and the server lifts the same objects into its route definitions (`packages/server/src/http/wire-schema.ts`).
 * Names are snake_case because they are the JSON keys; no schema transforms or defaults, so input and output are one type.
 */
import * as z from 'zod/mini'

/** Canonical spelling only, see `ids.ts`. */
export const uuid = z.string().check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/))

/** 43 characters, the last of which has two unused bits that must be zero. */
const base64UrlOf32Bytes = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** 32 random bytes as base64url. */
export const token256 = z.string().check(z.regex(base64UrlOf32Bytes))

/** RFC 3339 in UTC with a trailing Z; not the year 0, which PostgreSQL does not know. */
export const timestamp = z.iso.datetime().check(z.regex(/^(?!0000)/))

/** A web origin as `URL.origin` spells it; the server compares it exactly after parsing. */
export const originText = z.string().check(z.minLength(8), z.maxLength(253 + 16))

/** What a page says of its origin: `null` is what a browser writes for a page that has none (a sandboxed frame, a file). */
export const pageOriginText = z.union([originText, z.literal('null')])

/** The name of a gallery inside an application. */
export const galleryName = z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/))

/** The caller's own name for a subject, unique per gallery. Printable, no control characters. */
export const externalRef = z.string().check(z.minLength(1), z.maxLength(128), z.regex(/^[^\p{Cc}\p{Cs}]*$/u))

/** What a person calls an application. */
export const displayName = z.string().check(z.minLength(1), z.maxLength(100), z.regex(/^[^\p{Cc}\p{Cs}]*$/u))

/** What people call a person; empty where nobody said. */
export const personName = z.string().check(z.maxLength(200), z.regex(/^[^\p{Cc}\p{Cs}]*$/u))

export const sha256Hex = z.string().check(z.regex(/^[0-9a-f]{64}$/))

/** Sent as text so that `0007` keeps its zeros; which digits are acceptable is policy, not syntax. */
export const pinText = z.string().check(z.maxLength(64))

/** What ends in a decision about a person. */
export const operation = z.enum(['enroll', 'authenticate'])
export type Operation = z.infer<typeof operation>

/**
 * What a session may be opened for. `liveness` and `age_verify` look at a face on the device and send nothing of it: what they
 * find is the page's own word, so the server signs nothing for them.
 */
export const sessionOperation = z.enum(['enroll', 'authenticate', 'liveness', 'age_verify'])
export type SessionOperation = z.infer<typeof sessionOperation>

/** BCP 47. */
export const localeTag = z.string().check(z.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/))

/** ISO 3166-1 alpha-2. */
export const countryCode = z.string().check(z.regex(/^[A-Z]{2}$/))

/** What a person may be asked to do in front of the camera. */
export const activeActions = ['turn_left', 'turn_right', 'blink', 'come_closer'] as const
export const activeAction = z.enum(activeActions)
export type ActiveAction = z.infer<typeof activeAction>

/** Guessed by a network from one picture, for what it is worth. `male` and `female` are all that the network knows. */
export const faceDetails = z.strictObject({
  gender: z.nullable(z.enum(['male', 'female'])),
  /** Years. */
  age: z.nullable(z.int().check(z.minimum(0), z.maximum(120))),
})
export type FaceDetails = z.infer<typeof faceDetails>

/**
 * What the evidence is worth. A0: a template, which anybody with a photograph of the person can make. A1: and the signature of a key
 * that was enrolled for this person on this device. A2: and the server looked itself at pictures that were taken under its script.
 * A3: and a PIN or a passkey.
 */
export const assuranceLevels = ['A0', 'A1', 'A2', 'A3'] as const
export const assuranceLevel = z.enum(assuranceLevels)
export type AssuranceLevel = z.infer<typeof assuranceLevel>

/** What a decision rests on. `device`: a key that was enrolled for this person before, or in this ceremony with more than a face. */
export const factors = ['face', 'device', 'pin', 'passkey'] as const
export const factor = z.enum(factors)
export type Factor = z.infer<typeof factor>

/** A device's public key. Nothing else of a JWK (RFC 7517) is taken, least of all the private part. */
export const devicePublicKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: token256,
  y: token256,
})
export type DevicePublicKey = z.infer<typeof devicePublicKey>

/** Which device key: the SHA-256 thumbprint of its public part (RFC 7638). */
export const deviceKeyId = z.string().check(z.regex(base64UrlOf32Bytes))

export const modelId = z.string().check(z.regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/))

/** Any JSON value. The 16 KB limit counts UTF-8 bytes, see `payload.ts`. */
export const jsonValue = z.json()
export type JsonValue = z.infer<typeof jsonValue>
