import { MienError } from '@mien/shared/errors'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { auditKeyLabel } from '../domain/audit-log.ts'
import type { ResealedKeys } from '../domain/ports.ts'
import { applicationKeyLabel } from '../domain/sealed-keys.ts'
import { signingKeyLabel } from '../domain/signing-keys.ts'
import type { Vault } from '../domain/vault.ts'
import { secretsLabel } from '../domain/webhook-secrets.ts'
import type { Executor } from './executor.ts'
import { applicationKeys, auditKeys, signingKeys, webhookEndpoints } from './schema.ts'

/** Something that the master key itself seals. */
interface SealedRow {
  readonly table: PgTable
  readonly column: PgColumn
  readonly name: 'sealed' | 'sealedSecrets'
  readonly at: SQL | undefined
  readonly label: string
  readonly sealed: Uint8Array
}

/**
 * Seals under the master key of now what lies under another one. Whoever wrote a key and has not committed yet is waited for, and whoever
 * writes one waits: a key that nobody can see yet would be left behind.
 */
export const resealKeys = (db: Executor, vault: Vault): Promise<ResealedKeys> =>
  db.transaction(async (tx) => {
    await tx.execute(
      sql`lock table ${applicationKeys}, ${auditKeys}, ${signingKeys}, ${webhookEndpoints} in share row exclusive mode`,
    )
    let resealed = 0
    const damaged: string[] = []
    for (const { table, column, name, at, label, sealed } of await sealedRows(tx)) {
      const fresh = resealOne(vault, label, sealed)
      if (fresh === undefined) damaged.push(label)
      if (fresh === undefined || fresh === null) continue
      await tx
        .update(table)
        .set({ [name]: fresh })
        .where(and(at, eq(column, sealed)))
      resealed += 1
    }
    return { resealed, damaged }
  })

/** @returns null: it lies under the key of now; undefined: under none that is here */
function resealOne(vault: Vault, label: string, sealed: Uint8Array): Uint8Array | null | undefined {
  try {
    return vault.reseal(label, sealed)
  } catch (error) {
    if (error instanceof MienError && error.code === 'CONFIG_INVALID') return undefined
    throw error
  }
}

async function sealedRows(db: Executor): Promise<readonly SealedRow[]> {
  const ofApplications = (await db.select().from(applicationKeys)).map(
    (row): SealedRow => ({
      table: applicationKeys,
      column: applicationKeys.sealed,
      name: 'sealed',
      at: and(eq(applicationKeys.applicationId, row.applicationId), eq(applicationKeys.version, row.version)),
      label: applicationKeyLabel(row.applicationId, row),
      sealed: row.sealed,
    }),
  )
  const ofAudit = (await db.select().from(auditKeys)).map(
    (row): SealedRow => ({
      table: auditKeys,
      column: auditKeys.sealed,
      name: 'sealed',
      at: eq(auditKeys.applicationId, row.applicationId),
      label: auditKeyLabel(row.applicationId),
      sealed: row.sealed,
    }),
  )
  const signing = await db.select().from(signingKeys).where(eq(signingKeys.isRetired, false))
  const ofSigning = signing.map(
    (row): SealedRow => ({
      table: signingKeys,
      column: signingKeys.sealed,
      name: 'sealed',
      at: eq(signingKeys.keyId, row.keyId),
      label: signingKeyLabel(row.keyId),
      sealed: row.sealed,
    }),
  )
  const ofWebhooks = (await db.select().from(webhookEndpoints)).map(
    (row): SealedRow => ({
      table: webhookEndpoints,
      column: webhookEndpoints.sealedSecrets,
      name: 'sealedSecrets',
      at: and(eq(webhookEndpoints.applicationId, row.applicationId), eq(webhookEndpoints.id, row.id)),
      label: secretsLabel(row),
      sealed: row.sealedSecrets,
    }),
  )
  return [...ofApplications, ...ofAudit, ...ofSigning, ...ofWebhooks]
}
