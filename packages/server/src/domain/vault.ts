import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import { rotate, rotationKeyBytes } from '@mien/shared/template/rotation'

/** Raised when templates are turned by a new key; rows of other versions are not compared. */
export const currentKeyVersion = 1

const sealVersion = 1

/** The keys that are not in the database, all derived (HKDF-SHA-256, RFC 5869) from one master key. */
export interface Vault {
  /** Turns a template by the application's own transform. */
  protect(applicationId: string, modelId: string, vector: Float32Array): Float32Array
  /** Keyed digest for values that must be recognised but not read: deleted ids, templates and requests seen, PINs that must be unique. */
  digest(
    purpose: 'tombstone' | 'replay' | 'unique-pin' | 'idempotency',
    applicationId: string,
    value: Uint8Array,
  ): Uint8Array
  /** HMAC with the pepper, so that a stolen table of PIN hashes is worth nothing by itself. */
  pepper(applicationId: string, subjectId: string, pin: string): Uint8Array
  /** AES-256-GCM; the label is authenticated, so that a ciphertext cannot be moved to another place. */
  seal(label: string, plain: Uint8Array): Uint8Array
  /** @throws MienError CONFIG_INVALID when it was sealed under another master key or changed */
  open(label: string, sealed: Uint8Array): Uint8Array
  /** A key for one purpose, 32 bytes. */
  derive(purpose: string): Uint8Array
}

export function createVault(masterKey: Uint8Array): Vault {
  if (masterKey.length !== 32) throw new MienError('CONFIG_INVALID', { message: 'The master key must have 32 bytes' })
  const expand = (salt: string, info: string, bytes: number) =>
    new Uint8Array(hkdfSync('sha256', masterKey, salt, info, bytes))
  const rotationKeys = new Map<string, Uint8Array>()

  const rotationKey = (applicationId: string, modelId: string, dimension: number) => {
    const name = `${applicationId}|${modelId}`
    const known = rotationKeys.get(name)
    if (known !== undefined) return known
    const key = expand(applicationId, `rotation|v${currentKeyVersion}|${modelId}`, rotationKeyBytes(dimension))
    rotationKeys.set(name, key)
    return key
  }
  const sealKey = expand('', 'seal|v1', 32)

  return {
    protect: (applicationId, modelId, vector) => rotate(vector, rotationKey(applicationId, modelId, vector.length)),
    digest: (purpose, applicationId, value) =>
      createHmac('sha256', expand(applicationId, `${purpose}|v1`, 32))
        .update(value)
        .digest(),
    pepper: (applicationId, subjectId, pin) =>
      createHmac('sha256', expand(applicationId, 'pin|v1', 32))
        .update(`${subjectId}|${pin}`)
        .digest(),
    seal: (label, plain) => seal(sealKey, label, plain),
    open: (label, sealed) => open(sealKey, label, sealed),
    derive: (purpose) => expand('', `${purpose}|v1`, 32),
  }
}

/** Version, 12 bytes of random IV, 16 bytes of tag, ciphertext. */
function seal(key: Uint8Array, label: string, plain: Uint8Array): Uint8Array {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(label))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Uint8Array.of(sealVersion), iv, cipher.getAuthTag(), body])
}

function open(key: Uint8Array, label: string, sealed: Uint8Array): Uint8Array {
  try {
    if (sealed[0] !== sealVersion) throw new Error('unknown version')
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13)).setAAD(Buffer.from(label))
    decipher.setAuthTag(sealed.subarray(13, 29))
    return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()])
  } catch (cause) {
    throw new MienError('CONFIG_INVALID', { message: 'Stored keys were sealed with another master key', cause })
  }
}
