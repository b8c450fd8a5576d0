import * as z from 'zod/mini'
import { timestamp } from './fields.ts'

/** `waiting`: published, so that everybody knows it before it signs. `kept`: signs no more, but what it signed still holds. */
export const signingKey = z.strictObject({
  /** `kid` of assertions, and of the key set at /.well-known/jwks.json. */
  key_id: z.string(),
  state: z.enum(['waiting', 'signing', 'kept']),
  created_at: timestamp,
  signs_from: timestamp,
  /** When it leaves the key set; null while no other key is there to follow it. */
  leaves_at: z.nullable(timestamp),
})
export type SigningKey = z.infer<typeof signingKey>

/** `GET /v1/admin/signing-keys`, oldest first. */
export const signingKeyList = z.strictObject({ keys: z.array(signingKey) })
export type SigningKeyList = z.infer<typeof signingKeyList>

/** `POST /v1/admin/signing-keys`: a new key. */
export const signingKeyRequest = z.strictObject({
  /** Somebody may have the old ones: they, and all that they signed, hold no more, and the new one signs at once. */
  compromised: z.optional(z.boolean()),
})
export type SigningKeyRequest = z.infer<typeof signingKeyRequest>
