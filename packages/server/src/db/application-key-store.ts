import { randomBytes } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import { and, asc, count, eq, gt } from 'drizzle-orm'
import {
  type ApplicationKeys,
  createApplicationKeys,
  findingVersion,
  firstVersion,
  type KeyUse,
  type OpenedKey,
  pepperAlone,
  type SealedPlace,
  sealingVersion,
  type TemplateProtection,
} from '../domain/application-keys.ts'
import type { ApplicationKeyStore } from '../domain/ports.ts'
import { applicationKeyLabel } from '../domain/sealed-keys.ts'
import type { Vault } from '../domain/vault.ts'
import type { Executor } from './executor.ts'
import { isInUse, peppersPins, renewRows } from './renew-rows.ts'
import { applicationKeys, applications } from './schema.ts'

/** Applications whose opened keys a process keeps at hand. */
const maxOpened = 1000

/** What a process knows of keys. Those of one version never change, so it is always right about what it has. */
export interface OpenedKeyCache {
  readonly vault: Vault
  readonly known: Map<string, { readonly stored: string; readonly keys: ApplicationKeys }>
}

export const createOpenedKeyCache = (vault: Vault): OpenedKeyCache => ({ vault, known: new Map() })

type StoredKey = Pick<typeof applicationKeys.$inferSelect, 'version' | 'use' | 'protection' | 'sealed'>

export function createApplicationKeyStore(db: Executor, { vault, known }: OpenedKeyCache): ApplicationKeyStore {
  const openKeys = (applicationId: string, rows: readonly StoredKey[]): ApplicationKeys => {
    const opened = rows.map(({ sealed, ...key }) => ({
      ...key,
      secret: vault.open(applicationKeyLabel(applicationId, key), sealed),
    }))
    return createApplicationKeys(applicationId, opened)
  }

  const at = (applicationId: string, version: number) =>
    and(eq(applicationKeys.applicationId, applicationId), eq(applicationKeys.version, version))

  /** Waits for all who hold the application or wrote to what belongs to it, and keeps others out until the end of the transaction. */
  const exclude = async (applicationId: string): Promise<void> => {
    const mine = db.select({ id: applications.id }).from(applications).where(eq(applications.id, applicationId))
    if ((await mine.for('update')).length === 0) throw new MienError('NOT_FOUND')
  }

  const of: ApplicationKeyStore['of'] = async (applicationId) => {
    const { version, use, protection, sealed } = applicationKeys
    const mine = db.select({ version, use, protection, sealed }).from(applicationKeys)
    const rows = await mine.where(eq(applicationKeys.applicationId, applicationId)).orderBy(asc(version))
    if (rows.length === 0) throw new MienError('NOT_FOUND')
    const stored = rows
      .map(({ sealed, ...row }) => [...Object.values(row), Buffer.from(sealed).toString('base64')].join())
      .join('|')
    const before = known.get(applicationId)
    if (before?.stored === stored) return before.keys
    const keys = openKeys(applicationId, rows)
    known.delete(applicationId)
    known.set(applicationId, { stored, keys })
    const [oldest] = known.keys()
    if (oldest !== undefined && known.size > maxOpened) known.delete(oldest)
    return keys
  }

  /** Only what its PINs need is left, or nothing. */
  const reduce = async (applicationId: string, key: OpenedKey): Promise<void> => {
    if (!(await peppersPins(db, applicationId, key.version))) {
      await db.delete(applicationKeys).where(at(applicationId, key.version))
    } else if (key.use === 'all') {
      const { use, sealed } = sealedKey(vault, applicationId, pepperAlone(key))
      await db.update(applicationKeys).set({ use, sealed }).where(at(applicationId, key.version))
    }
  }

  return {
    of,
    async protectionOf(applicationId, version) {
      const isThis = (key: OpenedKey) => key.version === version
      const near = known.get(applicationId)?.keys.keys.find(isThis)
      if (near !== undefined) return near.protection
      const { protection } = applicationKeys
      const [row] = await db.select({ protection }).from(applicationKeys).where(at(applicationId, version))
      return row?.protection
    },
    exclude,
    async add(applicationId, wanted) {
      await exclude(applicationId)
      const { version, protection } = await of(applicationId)
      if (version >= lastVersion) throw new MienError('CONFLICT', { message: 'There is no further key version' })
      await insertKeys(db, vault, applicationId, [newKey(version + 1, 'all', wanted ?? protection)])
    },
    async addPepper(applicationId, pepper) {
      await exclude(applicationId)
      const { keys } = await of(applicationId)
      const same = keys.find((key) => key.use !== 'find' && Buffer.from(pepperAlone(key).secret).equals(pepper))
      if (same !== undefined) return same.version
      // From the far end: the next version that turns templates must not meet it.
      const taken = new Set(keys.map(({ version }) => version))
      let version = lastVersion
      while (taken.has(version)) version -= 1
      const key: OpenedKey = { version, use: 'pins', protection: 'rotated', secret: pepper }
      await insertKeys(db, vault, applicationId, [key])
      return version
    },
    async unfinished() {
      const turning = db.select({ id: applicationKeys.applicationId }).from(applicationKeys)
      const several = turning.where(eq(applicationKeys.use, 'all')).groupBy(applicationKeys.applicationId)
      return (await several.having(gt(count(), 1))).map(({ id }) => id)
    },
    renew: async (applicationId, limit, damaged) =>
      renewRows(db, { applicationId, keys: await of(applicationId), limit, damaged }),
    async retire(applicationId) {
      await exclude(applicationId)
      const { keys, version } = await of(applicationId)
      for (const key of keys.filter(({ use }) => use !== 'find')) {
        if (key.version === version) continue
        if (key.use === 'all' && (await isInUse(db, applicationId, key.version))) return false
        await reduce(applicationId, key)
      }
      return true
    },
  }
}

/** As far as the column and the two bytes of a sealed value go. */
const lastVersion = 32_767

/** Seals and opens what rows of an application hold. */
export interface Sealing {
  seal(applicationId: string, place: SealedPlace, plain: Uint8Array): Promise<Uint8Array>
  /** @throws MienError INTERNAL when it does not belong there */
  open(applicationId: string, place: SealedPlace, sealed: Uint8Array): Promise<Uint8Array>
  /** Keys with this version among them, where there is one; without a look into the database where they are known. */
  keysWith(applicationId: string, version: number | undefined): Promise<ApplicationKeys>
}

export function createSealing(db: Executor, cache: OpenedKeyCache): Sealing {
  const store = createApplicationKeyStore(db, cache)
  const keysWith: Sealing['keysWith'] = async (applicationId, version) => {
    const near = cache.known.get(applicationId)?.keys
    const isNear = near?.keys.some((key) => key.version === version && key.use !== 'pins')
    return isNear === true ? near! : store.of(applicationId)
  }
  return {
    keysWith,
    seal: async (applicationId, place, plain) => (await store.of(applicationId)).seal(place, plain),
    open: async (applicationId, place, sealed) =>
      (await keysWith(applicationId, sealingVersion(sealed))).open(place, sealed),
  }
}

const newKey = (version: number, use: KeyUse, protection: TemplateProtection): OpenedKey => ({
  version,
  use,
  protection,
  secret: randomBytes(32),
})

/** Random ones for a new application. */
export const newKeys = (protection: TemplateProtection): readonly OpenedKey[] => [
  newKey(findingVersion, 'find', 'rotated'),
  newKey(firstVersion, 'all', protection),
]

/** Those that it had before: derived from the master key, and the same. */
export const derivedKeys = (vault: Vault, applicationId: string): readonly OpenedKey[] =>
  newKeys('rotated').map((key) => ({ ...key, secret: vault.derivedRoot(applicationId) }))

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

const sealedKey = (vault: Vault, applicationId: string, { secret, ...key }: OpenedKey) => ({
  applicationId,
  ...key,
  sealed: vault.seal(applicationKeyLabel(applicationId, key), secret),
  createdAt: new Date(),
})
