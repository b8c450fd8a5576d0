import * as z from 'zod/mini'
import { modelId, timestamp, uuid } from './fields.ts'
import { galleryStats } from './galleries.ts'

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

/** `<application>.<number of the record>.<seal>`: where a chain ends. */
const auditHead = z.string().check(z.maxLength(128))

/** `GET /v1/admin/audit/heads`, also of applications that were deleted. */
export const auditHeadList = z.strictObject({ heads: z.array(auditHead) })
export type AuditHeadList = z.infer<typeof auditHeadList>

/** `POST /v1/admin/audit/{application_id}/verify`. `head`: one that was noted before; the chain must still go through it. */
export const auditVerifyRequest = z.strictObject({ head: z.optional(auditHead) })
export type AuditVerifyRequest = z.infer<typeof auditVerifyRequest>

/** What the walk over one application's chain came to. */
export const auditChainReport = z.strictObject({
  application_id: uuid,
  records: z.int(),
  /** As far as everything is right. */
  sealed: z.int(),
  /** Written since the last seal. */
  unsealed: z.int(),
  head: auditHead,
  /**
   * The first thing that is wrong. `changed`: not what was sealed in this place. `removed`: a record or a seal is gone. `inserted`: a
   * record that nobody sealed in its time. `cut`: the chain does not go through the head that was given.
   */
  fault: z.nullable(
    z.strictObject({
      kind: z.enum(['changed', 'removed', 'inserted', 'cut']),
      /** Number of the record in the chain. */
      seq: z.nullable(z.int()),
      record_id: z.nullable(uuid),
    }),
  ),
})
export type AuditChainReport = z.infer<typeof auditChainReport>

/** `GET /v1/stats`: what the application has, counted when asked. */
export const stats = z.strictObject({
  subjects: z.int(),
  faces: z.int(),
  galleries: z.array(galleryStats),
  /** Calls with a key, by dialect; a dialect that was never called is left out. */
  calls: z.array(z.strictObject({ dialect: z.string(), calls: z.int() })),
  /** Spot checks: pictures that were asked for, and those of them that had not come when their session ended. */
  spot_checks: z.strictObject({ asked: z.int(), missed: z.int() }),
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
