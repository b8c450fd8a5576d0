import * as z from 'zod/mini'
import { uuid } from './fields.ts'

/** `GET` and `POST /v1/admin/applications/{application_id}/key-renewal`: how far the keys of an application are replaced. */
export const keyRenewal = z.strictObject({
  /** What is written now lies under it. */
  key_version: z.int(),
  /** Nothing lies under an older one. */
  is_done: z.boolean(),
  /** Values that do not open, when it came to an end: they stay, and with them the older key. At most 100 of them. */
  damaged: z.array(z.strictObject({ column: z.string(), id: uuid })),
  damaged_count: z.int(),
  /** Code of the error that stopped it, if one did: it is tried again within a minute. */
  failure: z.nullable(z.string()),
})
export type KeyRenewal = z.infer<typeof keyRenewal>

/** `POST /v1/admin/retention` */
export const retentionRequest = z.strictObject({
  /** The clock was looked at and is right. */
  confirm: z.optional(z.boolean()),
})
export type RetentionRequest = z.infer<typeof retentionRequest>

export const retentionReport = z.strictObject({
  /** People whose time was over. */
  erased: z.int(),
})

/** `POST /v1/admin/master-key` */
export const masterKeyRotation = z.strictObject({
  /** Keys that were sealed again. */
  resealed: z.int(),
})
export type MasterKeyRotation = z.infer<typeof masterKeyRotation>
