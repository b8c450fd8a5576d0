import * as z from 'zod/mini'
import { modelId, timestamp, uuid } from './fields.ts'
import { gallery } from './galleries.ts'

/** Who did what and how it ended. Never images, templates or scores. */
export const auditRecord = z.strictObject({
  record_id: uuid,
  /** More kinds may come. */
  event: z.string(),
  outcome: z.string(),
  facial_id: z.nullable(uuid),
  session_id: z.nullable(uuid),
  at: timestamp,
})
export type AuditRecord = z.infer<typeof auditRecord>

/** `GET /v1/audit?subject&limit&cursor`, newest first. */
export const auditList = z.strictObject({
  records: z.array(auditRecord),
  /** Opaque; null after the last page. */
  next_cursor: z.nullable(z.string()),
})
export type AuditList = z.infer<typeof auditList>

/** `GET /v1/stats`: what the application has, counted when asked. */
export const stats = z.strictObject({
  subjects: z.int(),
  faces: z.int(),
  galleries: z.array(gallery),
  /** Calls with a key, by dialect; a dialect that was never called is left out. */
  calls: z.array(z.strictObject({ dialect: z.string(), calls: z.int() })),
})
export type Stats = z.infer<typeof stats>

const state = z.enum(['up', 'down'])

/** `GET /v1/health`: 503 when something is down. */
export const health = z.strictObject({
  status: z.enum(['ok', 'degraded']),
  database: state,
  /** Whether photographs can be looked at. */
  vision: state,
  model_id: modelId,
})
export type Health = z.infer<typeof health>
