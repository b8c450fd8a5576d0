import { hkdfSync } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import { extractRoot } from './root-key.ts'
import { openBox, sealBox } from './sealed-box.ts'

const sealVersion = 1

/** What is sealed under the master key, and what is derived from it (HKDF-SHA-256, RFC 5869). */
export interface Vault {
  /** AES-256-GCM; the label is authenticated, so that a ciphertext cannot be moved to another place. */
  seal(label: string, plain: Uint8Array): Uint8Array
  /** @throws MienError CONFIG_INVALID when it was sealed under a master key that is not here, or changed */
  open(label: string, sealed: Uint8Array): Uint8Array
  /** The same, sealed under the master key of now; null when it is already. @throws MienError as `open` */
  reseal(label: string, sealed: Uint8Array): Uint8Array | null
  /** A key for one purpose, 32 bytes. */
  derive(purpose: string): Uint8Array
  /** The root of the keys that an application had before it got random ones. @throws MienError CONFIG_INVALID beside other master keys */
  derivedRoot(applicationId: string): Uint8Array
}

/** @param others master keys that open as well, and seal nothing */
export function createVault(masterKey: Uint8Array, others: readonly Uint8Array[] = []): Vault {
  const isWhole = [masterKey, ...others].every((key) => key.length === 32)
  if (!isWhole) throw new MienError('CONFIG_INVALID', { message: 'The master key must have 32 bytes' })
  const expand = (key: Uint8Array, info: string) => new Uint8Array(hkdfSync('sha256', key, '', info, 32))
  const [sealKey, ...otherKeys] = [masterKey, ...others].map((key) => expand(key, 'seal|v1')) as [Uint8Array]

  const openWith = (keys: readonly Uint8Array[], label: string, sealed: Uint8Array): Uint8Array | null => {
    if (sealed[0] !== sealVersion) return null
    return keys.reduce<Uint8Array | null>((plain, key) => plain ?? openBox(key, label, sealed.subarray(1)), null)
  }
  const seal = (label: string, plain: Uint8Array) =>
    Buffer.concat([Uint8Array.of(sealVersion), sealBox(sealKey, label, plain)])
  const open = (label: string, sealed: Uint8Array) => {
    const plain = openWith([sealKey, ...otherKeys], label, sealed)
    if (plain !== null) return plain
    throw new MienError('CONFIG_INVALID', { message: 'Stored keys were sealed with another master key' })
  }

  return {
    seal,
    open,
    reseal: (label, sealed) => (openWith([sealKey], label, sealed) === null ? seal(label, open(label, sealed)) : null),
    derive: (purpose) => expand(masterKey, `${purpose}|v1`),
    derivedRoot(applicationId) {
      if (otherKeys.length > 0)
        throw new MienError('CONFIG_INVALID', { message: 'Start once with the old master key alone' })
      return extractRoot(masterKey, applicationId)
    },
  }
}
