import { protectedHeader, signingInput, thumbprintText } from '@mien/shared/api/device-signature'
import { type DevicePublicKey, devicePublicKey } from '@mien/shared/api/fields'
import { encodeBase64Url } from '@mien/shared/bytes'
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

/** The key of this device for one application. */
export interface DeviceKey {
  /** RFC 7638 thumbprint. */
  readonly keyId: string
  readonly publicKey: DevicePublicKey
  /**
   * @param header what is signed says of itself; default: a capture
   * @returns what the header `Mien-Signature` says over exactly these bytes
   */
  sign(content: Uint8Array, header?: (keyId: string) => string): Promise<string>
}

/**
 * Where the browser keeps the key of one application: P-256, made at first use, and not extractable. No script can read it; any script of
 * this origin can sign with it, and a copy of the browser's profile carries it along.
 */
export interface DeviceKeys {
  /** Undefined where the browser keeps none: private windows, policies, a full disk. */
  current(): Promise<DeviceKey | undefined>
  /** Forgets it for good. */
  drop(): Promise<void>
}

export interface DeviceKeysOptions {
  /** Of the server. One application's public id may be known to two servers. */
  readonly endpoint: string
  readonly publicId: string
  /** A kiosk's key is nobody's own, and stays when somebody leaves the device. Default: that of the person. */
  readonly use?: 'kiosk'
}

interface StoredKey {
  readonly privateKey: CryptoKey
  readonly publicKey: DevicePublicKey
}

interface Schema extends DBSchema {
  keys: { key: string; value: StoredKey }
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const
const signature = { name: 'ECDSA', hash: 'SHA-256' } as const

/** By policy the call itself may throw. */
const open = async (): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>('mien-devices', 1, { upgrade: (database) => void database.createObjectStore('keys') })

export function createDeviceKeys({ endpoint, publicId, use }: DeviceKeysOptions): DeviceKeys {
  const name = [endpoint, publicId, ...(use === undefined ? [] : [use])].join(' ')

  const read = async (): Promise<DeviceKey> => {
    const database = await open()
    try {
      const stored = (await database.get('keys', name)) ?? (await keepFirst(database, name, await makeKey()))
      return toDeviceKey(stored)
    } finally {
      database.close()
    }
  }

  return {
    // Without a key there is still a face.
    current: () => read().catch(() => undefined),
    async drop() {
      const database = await open().catch(() => undefined)
      await database?.delete('keys', name)
      database?.close()
    },
  }
}

/** One that is gone with the page. */
export const makeDeviceKey = async (): Promise<DeviceKey> => toDeviceKey(await makeKey())

async function makeKey(): Promise<StoredKey> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  return { privateKey, publicKey: devicePublicKey.parse({ kty, crv, x, y }) }
}

/** Of two pages that make one at the same time, both go on with the first. */
async function keepFirst(database: IDBPDatabase<Schema>, name: string, made: StoredKey): Promise<StoredKey> {
  const transaction = database.transaction('keys', 'readwrite')
  const first = await transaction.store.get(name)
  if (first === undefined) await transaction.store.put(made, name)
  await transaction.done
  return first ?? made
}

async function toDeviceKey({ privateKey, publicKey }: StoredKey): Promise<DeviceKey> {
  const encode = (text: string) => new TextEncoder().encode(text)
  const keyId = encodeBase64Url(
    new Uint8Array(await crypto.subtle.digest('SHA-256', encode(thumbprintText(publicKey)))),
  )
  return {
    keyId,
    publicKey,
    async sign(content, headerOf = protectedHeader) {
      const header = encodeBase64Url(encode(headerOf(keyId)))
      const signed = await crypto.subtle.sign(signature, privateKey, encode(signingInput(header, content)))
      return `${header}..${encodeBase64Url(new Uint8Array(signed))}`
    },
  }
}
