import { Buffer } from 'node:buffer'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import type { Erased } from '../domain/erasure-journal.ts'

interface Row {
  readonly application: string
  /** Hexadecimal; null: the application. */
  readonly digest: string | null
  readonly at: Date
}

const everyErasure = `select application_id as application, encode(digest, 'hex') as digest, deleted_at as at from tombstones
  union all select application_id, null, at from audit_records where event = 'application_deleted'`

/**
 * Who was erased, as an embedded database knows it that is about to be replaced: of whatever version, and as it is.
 *
 * @returns null when it cannot be read: it may be replaced because it is damaged
 */
export async function readReplaced(folder: string): Promise<readonly Erased[] | null> {
  try {
    const client = await PGlite.create({ dataDir: folder, extensions: { vector } })
    try {
      return (await client.query<Row>(everyErasure)).rows.map(toErased)
    } finally {
      await client.close()
    }
  } catch {
    return null
  }
}

const toErased = ({ application, digest, at }: Row): Erased => ({
  applicationId: application,
  digest: digest === null ? null : Buffer.from(digest, 'hex'),
  erasedAt: at,
})
