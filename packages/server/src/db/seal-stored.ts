import { eq, exists, not, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { ApplicationKeys, SealedPlace } from '../domain/application-keys.ts'
import { signingKeyLabel } from '../domain/signing-keys.ts'
import type { Vault } from '../domain/vault.ts'
import { createApplicationKeyStore, createOpenedKeyCache, derivedKeys, insertKeys } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import {
  applicationKeys,
  applications,
  webhookDeliveries as deliveries,
  idempotentRequests,
  isUnsealed,
  keptImages,
  pins,
  signingKeys,
  subjects,
} from './schema.ts'

/** Rows that are sealed in one transaction: few enough that a killed start loses little. */
const batchSize = 500

/** A column that held something else before it was sealed under the application's key. */
interface Column {
  readonly table: typeof subjects | typeof pins | typeof keptImages | typeof idempotentRequests | typeof deliveries
  readonly value: PgColumn
  readonly id: PgColumn
  readonly place: SealedPlace['column']
  /** Label under which the master key sealed it; null: it was in clear. */
  readonly label: ((applicationId: string, row: string) => string) | null
}

const columns: readonly Column[] = [
  { table: subjects, value: subjects.payload, id: subjects.id, place: 'subjects.payload', label: null },
  { table: pins, value: pins.hash, id: pins.subjectId, place: 'pins.hash', label: null },
  { table: deliveries, value: deliveries.body, id: deliveries.id, place: 'webhook_deliveries.body', label: null },
  {
    table: keptImages,
    value: keptImages.sealed,
    id: keptImages.ownerId,
    place: 'kept_images.sealed',
    label: (applicationId, row) => `kept-image|${applicationId}|${row}`,
  },
  {
    table: idempotentRequests,
    value: idempotentRequests.sealedAnswer,
    id: idempotentRequests.keyDigest,
    place: 'idempotent_requests.answer',
    label: (applicationId, row) => `idempotency|${applicationId}|${row}`,
  },
]

/**
 * Seals what an earlier version left in clear or sealed under the master key itself. What it did before it was killed stays done.
 *
 * @returns how many rows there were
 * @throws MienError CONFIG_INVALID when the master key is not that of this database, or an application has no keys yet and it is being
 *   replaced
 */
export async function sealStored(db: Executor, vault: Vault): Promise<number> {
  await refuseOtherMasterKey(db, vault)
  await keepDerivedKeys(db, vault)
  let sealed = 0
  for (const column of columns) {
    for (let batch = batchSize; batch === batchSize; sealed += batch) {
      batch = await db.transaction((tx) => sealBatch(tx, vault, column))
    }
  }
  return sealed
}

/** Before anything is sealed: what is sealed under a key that was made by mistake is lost with that key. */
async function refuseOtherMasterKey(db: Executor, vault: Vault): Promise<void> {
  const kept = eq(signingKeys.isRetired, false)
  const known = await db.select({ keyId: signingKeys.keyId, sealed: signingKeys.sealed }).from(signingKeys).where(kept)
  for (const { keyId, sealed } of known) vault.open(signingKeyLabel(keyId), sealed)
}

/** Applications of before keep the keys that they had, now as keys of their own. */
async function keepDerivedKeys(db: Executor, vault: Vault): Promise<void> {
  const keys = db.select({ version: applicationKeys.version }).from(applicationKeys)
  const has = exists(keys.where(eq(applicationKeys.applicationId, applications.id)))
  const without = await db.select({ id: applications.id }).from(applications).where(not(has))
  for (const { id } of without) await insertKeys(db, vault, id, derivedKeys(vault, id))
}

async function sealBatch(tx: Executor, vault: Vault, { table, value, id, place, label }: Column): Promise<number> {
  const { of: keysOf } = createApplicationKeyStore(tx, createOpenedKeyCache(vault))
  // The index of just these rows is mostly empty, which the database does not know: it would read the whole table at every start.
  await tx.execute(sql`set local enable_seqscan = off`)
  const rows = await tx
    .select({
      applicationId: table.applicationId,
      id: id as typeof subjects.id,
      value: value as typeof subjects.payload,
    })
    .from(table)
    .where(isUnsealed(value))
    .limit(batchSize)
    .for('update', { skipLocked: true })
  const known = new Map<string, ApplicationKeys>()
  for (const row of rows) {
    const keys = known.get(row.applicationId) ?? (await keysOf(row.applicationId))
    known.set(row.applicationId, keys)
    const name = typeof row.id === 'string' ? row.id : Buffer.from(row.id).toString('hex')
    const plain = label === null ? row.value : vault.open(label(row.applicationId, name), row.value)
    const sealed = keys.seal({ column: place, row: name }, plain)
    await tx.execute(sql`update ${table} set ${sql.identifier(value.name)} = ${sql.param(sealed, value)}
      where ${table.applicationId} = ${row.applicationId} and ${eq(id, row.id)}`)
  }
  return rows.length
}
