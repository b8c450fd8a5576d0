import { MienError } from '@mien/shared/errors'
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { createRecordCipher, makeRecordKey, type RecordCipher, type SealedRecord } from './record-cipher.ts'
import type { RecordStore } from './record-store.ts'

interface Schema extends DBSchema {
  /** `key`, and `revision`. */
  about: { key: string; value: CryptoKey | number }
  records: { key: string; value: SealedRecord }
}

type Database = IDBPDatabase<Schema>

/** A store that the browser threw away begins anew: its revisions are none that anybody has seen. */
const revisionsOfOne = 2 ** 40

/**
 * Records in IndexedDB, each sealed under a key that lies beside them and cannot be read out. Any script of this origin can use it, and
 * a copy of the whole profile carries it along. Where the browser or another page takes the database away, the next call opens it anew,
 * empty.
 *
 * @throws what the browser says where it keeps nothing: private windows, policies, a full disk
 */
export async function openSealedRecords(name: string): Promise<RecordStore> {
  let opened: Promise<Opened> | undefined
  let openings = 0

  const current = (): Promise<Opened> => {
    opened ??= open(name, openings++ * revisionsOfOne, () => {
      opened = undefined
    }).catch((error) => {
      opened = undefined
      throw error
    })
    return opened
  }
  await current()
  return {
    isKept: true,
    async revision() {
      const { database, before } = await current()
      return before + numberOf(await database.get('about', 'revision'))
    },
    async read() {
      const { database, cipher, before } = await current()
      const transaction = database.transaction(['about', 'records'])
      const [at, names, sealed] = await Promise.all([
        transaction.objectStore('about').get('revision'),
        transaction.objectStore('records').getAllKeys(),
        transaction.objectStore('records').getAll(),
      ])
      return { revision: before + numberOf(at), records: await openAll(cipher, names, sealed) }
    },
    async write({ revision: on, put, remove }) {
      const { database, cipher, before } = await current()
      const names = [...put.keys()]
      const sealed = await Promise.all([...put].map(([each, value]) => cipher.seal(each, value)))
      try {
        return await replace(
          database,
          on - before,
          remove,
          names.map((each, i) => [each, sealed[i]!] as const),
        )
      } catch (cause) {
        throw isOfQuota(cause) ? new MienError('STORAGE_FULL', { cause }) : cause
      }
    },
  }
}

interface Opened {
  readonly database: Database
  readonly cipher: RecordCipher
  /** Added to the revisions that it keeps. */
  readonly before: number
}

async function open(name: string, before: number, onTaken: () => void): Promise<Opened> {
  const database = await openDB<Schema>(name, 1, {
    upgrade(created) {
      created.createObjectStore('about')
      created.createObjectStore('records')
    },
    // Another page wants to delete it, or has a newer version of us.
    blocking() {
      onTaken()
      database.close()
    },
    // The person or the browser has thrown it away.
    terminated: onTaken,
  })
  return { database, cipher: createRecordCipher(await keyOf(database), name), before }
}

/** Of two pages that make one at the same time, both go on with the first. */
async function keyOf(database: Database): Promise<CryptoKey> {
  const made = await makeRecordKey()
  const transaction = database.transaction('about', 'readwrite')
  const first = await transaction.store.get('key')
  if (first === undefined) await transaction.store.put(made, 'key')
  await transaction.done
  return first instanceof CryptoKey ? first : made
}

async function openAll(cipher: RecordCipher, names: readonly string[], sealed: readonly SealedRecord[]) {
  const values = await Promise.all(sealed.map((each, i) => cipher.open(names[i]!, each)))
  const readable = values.flatMap((value, i) => (value === undefined ? [] : [[names[i]!, value] as const]))
  return new Map(readable)
}

/** In one transaction; nothing is awaited in it but the database itself, or it would end. */
async function replace(
  database: Database,
  on: number,
  remove: readonly string[],
  put: readonly (readonly [name: string, sealed: SealedRecord])[],
): Promise<boolean> {
  const transaction = database.transaction(['about', 'records'], 'readwrite', { durability: 'strict' })
  const [about, records] = [transaction.objectStore('about'), transaction.objectStore('records')]
  const isNewest = numberOf(await about.get('revision')) === on
  const writes = isNewest
    ? [
        ...remove.map((name) => records.delete(name)),
        ...put.map(([name, sealed]) => records.put(sealed, name)),
        about.put(on + 1, 'revision'),
      ]
    : []
  // What a full disk did to the transaction is said by the transaction: its requests only hear that it ended.
  await Promise.allSettled(writes)
  await transaction.done
  return isNewest
}

const numberOf = (value: CryptoKey | number | undefined): number => (typeof value === 'number' ? value : 0)

const isOfQuota = (cause: unknown): boolean => cause instanceof Error && cause.name === 'QuotaExceededError'
