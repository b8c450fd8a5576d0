import type { JsonValue } from '@mien/shared/api/fields'

/** A record as it lies on the disk. */
export interface SealedRecord {
  /** 12 bytes, drawn for this record alone. */
  readonly iv: Uint8Array<ArrayBuffer>
  readonly bytes: ArrayBuffer
}

export interface RecordCipher {
  seal(name: string, value: JsonValue): Promise<SealedRecord>
  /** Undefined: it was sealed by another key, for another store or under another name, or somebody changed it. */
  open(name: string, sealed: SealedRecord): Promise<JsonValue | undefined>
}

/** No script can read it; any script of this origin can use it. */
export const makeRecordKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

const ivBytes = 12

/** AES-256-GCM. @param store what the records belong to: one of another store does not open here */
export function createRecordCipher(key: CryptoKey, store: string): RecordCipher {
  const algorithm = (iv: Uint8Array<ArrayBuffer>, name: string) => {
    return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(JSON.stringify([store, name])) }
  }
  return {
    async seal(name, value) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
      const plain = new TextEncoder().encode(JSON.stringify(value))
      return { iv, bytes: await crypto.subtle.encrypt(algorithm(iv, name), key, plain) }
    },
    async open(name, { iv, bytes }) {
      const plain = await crypto.subtle.decrypt(algorithm(iv, name), key, bytes).catch(() => undefined)
      return plain && JSON.parse(new TextDecoder().decode(plain))
    },
  }
}
