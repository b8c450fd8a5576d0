import { decodeBase64Url, encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'

/** How the key of records is kept that only a passkey opens. Nothing of it opens anything without the authenticator. */
export interface RecordLock {
  /** Of the passkey; base64url. */
  readonly credential_id: string
  /** base64url of 32 bytes, drawn for this lock: what the passkey is asked about, and the salt of HKDF. */
  readonly salt: string
  /** base64url of a 12 byte IV and AES-256-GCM of the 32 byte key. */
  readonly wrapped_key: string
}

/** What an authenticator computes of a salt once it has verified the person (WebAuthn Level 3, extension `prf`). */
export interface PasskeySecret {
  /** base64url */
  readonly credentialId: string
  /** 32 bytes. */
  readonly secret: Uint8Array<ArrayBuffer>
}

const keyBytes = 32
const ivBytes = 12

/** @returns 32 bytes, to be asked about and then given to `makeLock` */
export const drawSalt = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(32))

/**
 * A new key, and how it is kept.
 *
 * @param store what the records belong to: the same secret opens nothing of another store
 */
export async function makeLock(
  { credentialId, secret }: PasskeySecret,
  salt: Uint8Array<ArrayBuffer>,
  store: string,
): Promise<{ readonly lock: RecordLock; readonly key: CryptoKey }> {
  const plain = crypto.getRandomValues(new Uint8Array(keyBytes))
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
  const wrapping = await deriveKey(secret, salt, store)
  const wrapped = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, wrapping, plain))
  const key = await importKey(plain)
  plain.fill(0)
  const lock = {
    credential_id: credentialId,
    salt: encodeBase64Url(salt),
    wrapped_key: encodeBase64Url(Uint8Array.from([...iv, ...wrapped])),
  }
  return { lock, key }
}

/** @throws MienError FORBIDDEN: the secret is not the one that it was made with */
export async function openLock({ salt, wrapped_key }: RecordLock, { secret }: PasskeySecret, store: string) {
  const wrapped = decodeBase64Url(wrapped_key)
  const [iv, bytes] = [wrapped.slice(0, ivBytes), wrapped.slice(ivBytes)]
  try {
    const wrapping = await deriveKey(secret, decodeBase64Url(salt), store)
    const plain = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, wrapping, bytes))
    const key = await importKey(plain)
    plain.fill(0)
    return key
  } catch (cause) {
    throw new MienError('FORBIDDEN', { message: 'This passkey does not open what is kept here', cause })
  }
}

/** No script can read it. */
const importKey = (plain: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', plain, 'AES-GCM', false, ['encrypt', 'decrypt'])

/** HKDF-SHA-256 (RFC 5869). */
async function deriveKey(secret: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>, store: string) {
  const info = new TextEncoder().encode(JSON.stringify(['mien passkey lock 1', store]))
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info }
  return crypto.subtle.deriveKey(algorithm, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
