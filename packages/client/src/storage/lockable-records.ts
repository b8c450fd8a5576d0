import type { JsonValue } from '@mien/shared/api/fields'
import { decodeBase64Url, encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { createRecordCipher, type RecordCipher } from './record-cipher.ts'
import type { RecordLock } from './record-lock.ts'
import type { RecordStore } from './record-store.ts'

/** A record that only a passkey opens, as it lies there. */
export interface LockedValue {
  /** base64url of a 12 byte IV and AES-256-GCM of the value. */
  readonly locked: string
}

export interface LockableRecords extends RecordStore {
  /** What this lock sealed opens from now on, until the page is closed. */
  use(lock: RecordLock, key: CryptoKey): void
}

export interface LockableRecordsOptions {
  /** What the records belong to. */
  readonly name: string
  /** The record that says with which lock the others are sealed; null or none: with none. */
  readonly lockName: string
  /** Which records a lock seals. */
  readonly isLockable: (name: string) => boolean
}

const ivBytes = 12

export const isLocked = (value: unknown): value is LockedValue =>
  typeof value === 'object' && value !== null && 'locked' in value && typeof value.locked === 'string'

/**
 * Records of which some are sealed once more, under a key that is opened from outside. What cannot be opened yet is read as it lies
 * there (`isLocked`), and stays as it is when it is written again.
 */
export function createLockableRecords(
  inner: RecordStore,
  { name, lockName, isLockable }: LockableRecordsOptions,
): LockableRecords {
  const ciphers = new Map<string, RecordCipher>()
  const lockIn = (records: ReadonlyMap<string, JsonValue>) => (records.get(lockName) ?? null) as RecordLock | null
  let inForce: RecordLock | null = null

  /** A page that is locked has nothing that it could write. */
  const cipherOf = ({ salt }: RecordLock): RecordCipher => {
    const cipher = ciphers.get(salt)
    if (cipher === undefined) throw new MienError('INTERNAL', { message: 'written while it was locked' })
    return cipher
  }

  return {
    ...inner,
    use: ({ salt }, key) => void ciphers.set(salt, createRecordCipher(key, name)),
    async read() {
      const { revision, records } = await inner.read()
      inForce = lockIn(records)
      const cipher = inForce === null ? undefined : ciphers.get(inForce.salt)
      return { revision, records: cipher === undefined ? records : await openAll(cipher, records) }
    },
    async write({ revision, put, remove }) {
      const lock = put.has(lockName) ? lockIn(put) : remove.includes(lockName) ? null : inForce
      const sealOne = async ([each, value]: [string, JsonValue]): Promise<[string, JsonValue]> =>
        lock === null || !isLockable(each) || isLocked(value)
          ? [each, value]
          : [each, await seal(cipherOf(lock), each, value)]
      const isWritten = await inner.write({ revision, remove, put: new Map(await Promise.all([...put].map(sealOne))) })
      if (isWritten) inForce = lock
      return isWritten
    },
  }
}

async function seal(cipher: RecordCipher, name: string, value: JsonValue): Promise<JsonValue> {
  const { iv, bytes } = await cipher.seal(name, value)
  return { locked: encodeBase64Url(Uint8Array.from([...iv, ...new Uint8Array(bytes)])) }
}

/** What its own key does not open is not there, as in a copy. */
async function openAll(cipher: RecordCipher, records: ReadonlyMap<string, JsonValue>) {
  const opened = [...records].map(async ([name, value]) => {
    if (!isLocked(value)) return [[name, value] as const]
    const sealed = decodeBase64Url(value.locked)
    const plain = await cipher.open(name, { iv: sealed.slice(0, ivBytes), bytes: sealed.slice(ivBytes).buffer })
    return plain === undefined ? [] : [[name, plain] as const]
  })
  return new Map((await Promise.all(opened)).flat())
}
