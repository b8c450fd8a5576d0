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
  /** From now on this key seals, and the ones of before open. */
  replace(masterKey: Uint8Array): void
  /** Only the newest opens. */
  forgetOthers(): void
  /** A key for one purpose, 32 bytes. */
  derive(purpose: string): Uint8Array
  /** As `derive`, of each master key that is here, the one of now first. */
  deriveEach(purpose: string): readonly Uint8Array[]
  /** The root of the keys that an application had before it got random ones. @throws MienError CONFIG_INVALID beside other master keys */
  derivedRoot(applicationId: string): Uint8Array
}

interface Master {
  readonly key: Uint8Array
  readonly sealKey: Uint8Array
}

/** @param others master keys that open as well, and seal nothing */
export function createVault(masterKey: Uint8Array, others: readonly Uint8Array[] = []): Vault {
  const expand = (key: Uint8Array, info: string) => new Uint8Array(hkdfSync('sha256', key, '', info, 32))
  const toMaster = (key: Uint8Array): Master => {
    if (key.length !== 32) throw new MienError('CONFIG_INVALID', { message: 'The master key must have 32 bytes' })
    return { key, sealKey: expand(key, 'seal|v1') }
  }
  let current = toMaster(masterKey)
  let before = others.map(toMaster)

  const openWith = (masters: readonly Master[], label: string, sealed: Uint8Array): Uint8Array | null => {
    if (sealed[0] !== sealVersion) return null
    const box = sealed.subarray(1)
    return masters.reduce<Uint8Array | null>((plain, { sealKey }) => plain ?? openBox(sealKey, label, box), null)
  }
  const seal = (label: string, plain: Uint8Array) =>
    Buffer.concat([Uint8Array.of(sealVersion), sealBox(current.sealKey, label, plain)])
  const open = (label: string, sealed: Uint8Array) => {
    const plain = openWith([current, ...before], label, sealed)
    if (plain !== null) return plain
    throw new MienError('CONFIG_INVALID', { message: 'Stored keys were sealed with another master key' })
  }

  return {
    seal,
    open,
    reseal: (label, sealed) => (openWith([current], label, sealed) === null ? seal(label, open(label, sealed)) : null),
    replace(key) {
      before = [current, ...before]
      current = toMaster(key)
    },
    forgetOthers() {
      before = []
    },
    derive: (purpose) => expand(current.key, `${purpose}|v1`),
    deriveEach: (purpose) => [current, ...before].map(({ key }) => expand(key, `${purpose}|v1`)),
    derivedRoot(applicationId) {
      if (before.length > 0)
        throw new MienError('CONFIG_INVALID', { message: 'Start once with the old master key alone' })
      return extractRoot(current.key, applicationId)
    },
  }
}
