import { randomBytes } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import { asc, eq } from 'drizzle-orm'
import {
  type ApplicationKeys,
  createApplicationKeys,
  findingVersion,
  firstVersion,
  type KeyUse,
  type OpenedKey,
  type SealedPlace,
  sealingVersion,
} from '../domain/application-keys.ts'
import type { ApplicationKeyStore } from '../domain/ports.ts'
import { applicationKeyLabel } from '../domain/sealed-keys.ts'
import type { Vault } from '../domain/vault.ts'
import type { Executor } from './executor.ts'
import { applicationKeys } from './schema.ts'

/** Applications whose opened keys a process keeps at hand. */
const maxOpened = 1000

/** What a process knows of keys. Those of one version never change, so it is always right about what it has. */
export interface OpenedKeyCache {
  readonly vault: Vault
  readonly known: Map<string, { readonly stored: string; readonly keys: ApplicationKeys }>
}

export const createOpenedKeyCache = (vault: Vault): OpenedKeyCache => ({ vault, known: new Map() })

type StoredKey = Pick<typeof applicationKeys.$inferSelect, 'version' | 'use' | 'sealed'>

export function createApplicationKeyStore(db: Executor, { vault, known }: OpenedKeyCache): ApplicationKeyStore {
  const openKeys = (applicationId: string, rows: readonly StoredKey[]): ApplicationKeys => {
    const opened = rows.map(({ version, use, sealed }) => ({
      version,
      use,
      secret: vault.open(applicationKeyLabel(applicationId, version, use), sealed),
    }))
    return createApplicationKeys(applicationId, opened)
  }

  return {
    async of(applicationId) {
      const { version, use, sealed } = applicationKeys
      const mine = db.select({ version, use, sealed }).from(applicationKeys)
      const rows = await mine.where(eq(applicationKeys.applicationId, applicationId)).orderBy(asc(version))
      if (rows.length === 0) throw new MienError('NOT_FOUND')
      const stored = rows
        .map((row) => `${row.version}${row.use}${Buffer.from(row.sealed).toString('base64')}`)
        .join('|')
      const before = known.get(applicationId)
      if (before?.stored === stored) return before.keys
      const keys = openKeys(applicationId, rows)
      known.delete(applicationId)
      known.set(applicationId, { stored, keys })
      const [oldest] = known.keys()
      if (oldest !== undefined && known.size > maxOpened) known.delete(oldest)
      return keys
    },
  }
}

/** Seals and opens what rows of an application hold. */
export interface Sealing {
  seal(applicationId: string, place: SealedPlace, plain: Uint8Array): Promise<Uint8Array>
  /** @throws MienError INTERNAL when it does not belong there */
  open(applicationId: string, place: SealedPlace, sealed: Uint8Array): Promise<Uint8Array>
}

export function createSealing(db: Executor, cache: OpenedKeyCache): Sealing {
  const store = createApplicationKeyStore(db, cache)
  return {
    seal: async (applicationId, place, plain) => (await store.of(applicationId)).seal(place, plain),
    async open(applicationId, place, sealed) {
      const version = sealingVersion(sealed)
      const near = cache.known.get(applicationId)?.keys
      const isNear = near?.keys.some((key) => key.version === version && key.use !== 'pins')
      return (isNear === true ? near! : await store.of(applicationId)).open(place, sealed)
    },
  }
}

const newKey = (version: number, use: KeyUse): OpenedKey => ({ version, use, secret: randomBytes(32) })

/** Random ones for a new application. */
export const newKeys = (): readonly OpenedKey[] => [newKey(findingVersion, 'find'), newKey(firstVersion, 'all')]

/** Those that it had before: derived from the master key, and the same. */
export const derivedKeys = (vault: Vault, applicationId: string): readonly OpenedKey[] =>
  newKeys().map((key) => ({ ...key, secret: vault.derivedRoot(applicationId) }))

export const nextKey = (version: number): OpenedKey => newKey(version, 'all')

/** Does nothing where there is one of the version. */
export async function insertKeys(
  db: Executor,
  vault: Vault,
  applicationId: string,
  keys: readonly OpenedKey[],
): Promise<void> {
  const rows = keys.map((key) => sealedKey(vault, applicationId, key))
  await db.insert(applicationKeys).values(rows).onConflictDoNothing()
}

export const sealedKey = (vault: Vault, applicationId: string, { version, use, secret }: OpenedKey) => ({
  applicationId,
  version,
  use,
  sealed: vault.seal(applicationKeyLabel(applicationId, version, use), secret),
  createdAt: new Date(),
})
