import * as z from 'zod/mini'
import { displayName, timestamp, token256, uuid } from './fields.ts'

/** Base64url without padding. */
const bytesText = (maxLength: number) => z.string().check(z.maxLength(maxLength), z.regex(/^[A-Za-z0-9_-]+$/))

/** At most 1023 bytes (WebAuthn section 4). */
const credentialId = bytesText(1364)

/** How an authenticator is reached, as far as WebAuthn has words for it. */
export const passkeyTransport = z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])
export type PasskeyTransport = z.infer<typeof passkeyTransport>

/**
 * `POST /v1/passkey-options`, `Authorization: Session <client_token>`. `authenticate`: for a submission that was answered with
 * `step_up`. `register`: for the person who was enrolled with the same client token, or let in with a second factor.
 */
export const passkeyOptionsRequest = z.discriminatedUnion('purpose', [
  z.strictObject({ purpose: z.literal('authenticate'), submission_id: uuid }),
  z.strictObject({ purpose: z.literal('register') }),
])
export type PasskeyOptionsRequest = z.infer<typeof passkeyOptionsRequest>

/** PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3). It names no credential: whoever may read it learns of none. */
export const passkeyRequestOptions = z.strictObject({
  challenge: token256,
  /** Milliseconds. */
  timeout: z.int(),
  rpId: z.string(),
  userVerification: z.literal('required'),
})
export type PasskeyRequestOptions = z.infer<typeof passkeyRequestOptions>

/** PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3). */
export const passkeyCreationOptions = z.strictObject({
  challenge: token256,
  /** Milliseconds. */
  timeout: z.int(),
  rp: z.strictObject({ id: z.string(), name: displayName }),
  /** The id is drawn anew each time and stands for nobody. */
  user: z.strictObject({ id: token256, name: displayName, displayName }),
  /** COSE. */
  pubKeyCredParams: z.array(z.strictObject({ type: z.literal('public-key'), alg: z.int() })),
  /** Those that this person has here already. */
  excludeCredentials: z.array(
    z.strictObject({ type: z.literal('public-key'), id: credentialId, transports: z.array(passkeyTransport) }),
  ),
  authenticatorSelection: z.strictObject({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
})
export type PasskeyCreationOptions = z.infer<typeof passkeyCreationOptions>

const offered = { challenge_id: uuid, expires_at: timestamp }

/** The challenge works once, for one client token and purpose, and for the submission that it was asked for. */
export const passkeyOptionsResponse = z.discriminatedUnion('purpose', [
  z.strictObject({ purpose: z.literal('authenticate'), ...offered, options: passkeyRequestOptions }),
  z.strictObject({ purpose: z.literal('register'), ...offered, options: passkeyCreationOptions }),
])
export type PasskeyOptionsResponse = z.infer<typeof passkeyOptionsResponse>

/** What an authenticator signed, beside a face: part of `POST /v1/step-ups`. Each is base64url of what the browser handed out. */
export const passkeyAnswer = z.strictObject({
  challenge_id: uuid,
  credential_id: credentialId,
  client_data: bytesText(4096),
  authenticator_data: bytesText(4096),
  signature: bytesText(4096),
})
export type PasskeyAnswer = z.infer<typeof passkeyAnswer>

/** `POST /v1/passkeys`, `Authorization: Session <client_token>`: a passkey that the person has just made. */
export const passkeyRegistration = z.strictObject({
  challenge_id: uuid,
  credential_id: credentialId,
  client_data: bytesText(4096),
  attestation_object: bytesText(16_384),
  transports: z.optional(z.array(passkeyTransport).check(z.maxLength(7))),
})
export type PasskeyRegistration = z.infer<typeof passkeyRegistration>

/** A passkey of a person, without its key. */
export const passkey = z.strictObject({
  passkey_id: uuid,
  credential_id: credentialId,
  /** The site that it belongs to. */
  relying_party: z.string(),
  transports: z.array(z.string()),
  created_at: timestamp,
  last_used_at: z.nullable(timestamp),
})
export type Passkey = z.infer<typeof passkey>

/** `GET /v1/subjects/{facial_id}/passkeys`. */
export const passkeyList = z.strictObject({ passkeys: z.array(passkey) })
export type PasskeyList = z.infer<typeof passkeyList>
