import { Buffer } from 'node:buffer'
import { createLocalJWKSet, importJWK, type JWK } from 'jose'
import type { Clock, Database, SealedKey } from './ports.ts'
import { makeSigningKey, signingAlgorithm, signingKeyLabel } from './signing-keys.ts'
import { scheduleKeys } from './signing-schedule.ts'
import type { Vault } from './vault.ts'

/** For how long a process believes what it read. Far below the ten minutes that a new key waits. */
const believedMs = 10_000

/** The keys of this moment, opened. */
export interface OpenedKeys {
  readonly signing: { readonly keyId: string; readonly key: Awaited<ReturnType<typeof importJWK>> }
  /** Those whose signatures hold, newest last. */
  readonly published: readonly PublicKey[]
  readonly keySet: ReturnType<typeof createLocalJWKSet>
}

type PublicKey = Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'alg' | 'use' | 'kid', string>>

export interface KeyRing {
  current(): Promise<OpenedKeys>
  /** Somebody changed them: they are read again before they are used. */
  forget(): void
}

export interface KeyRingOptions {
  readonly database: Database
  readonly vault: Vault
  readonly clock: Clock
}

/** Follows the keys that all processes share, and makes the first one. */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { database, vault, clock } = options
  const store = database.stores.signingKeys
  if ((await store.list()).length === 0) await store.insert({ ...(await makeSigningKey(vault, clock)), slot: 0 })
  let opened = await read(options)
  let readAt = clock.now().getTime()
  let reading: Promise<void> | undefined
  let isKnown = true

  const readAgain = async () => {
    try {
      // What changes while they are read is read again.
      isKnown = true
      opened = await read(options)
      readAt = clock.now().getTime()
    } catch (error) {
      isKnown = false
      throw error
    } finally {
      reading = undefined
    }
  }
  return {
    async current() {
      const isOld = !isKnown || Math.abs(clock.now().getTime() - readAt) >= believedMs
      if (isOld) {
        reading ??= readAgain()
        // Without a database the keys that are known still verify; nothing new can be granted anyway.
        await reading.catch(() => undefined)
      }
      return opened
    },
    forget() {
      isKnown = false
    },
  }
}

/** Reads and opens the keys of this moment; forgets the private part of those that have had their time. */
async function read({ database, vault, clock }: KeyRingOptions): Promise<OpenedKeys> {
  const store = database.stores.signingKeys
  const scheduled = scheduleKeys(await store.list(), clock.now())
  const outlived = scheduled.filter(({ state }) => state === 'outlived').map(({ key }) => key.keyId)
  if (outlived.length > 0) await store.retire(outlived)
  const kept = scheduled.filter(({ state }) => state !== 'outlived')
  const jwks = kept.map(({ key }) => openKey(vault, key))
  const at = kept.findIndex(({ state }) => state === 'signing')
  const published = kept.map(({ key }, i) => publicPart(key.keyId, jwks[i]!))
  return {
    signing: { keyId: kept[at]!.key.keyId, key: await importJWK(jwks[at]!, signingAlgorithm) },
    published,
    keySet: createLocalJWKSet({ keys: [...published] }),
  }
}

const openKey = (vault: Vault, { keyId, sealed }: SealedKey): JWK =>
  JSON.parse(Buffer.from(vault.open(signingKeyLabel(keyId), sealed)).toString('utf8'))

const publicPart = (kid: string, { kty, crv, x, y }: JWK): PublicKey => ({
  kty: kty!,
  crv: crv!,
  x: x!,
  y: y!,
  alg: signingAlgorithm,
  use: 'sig',
  kid,
})
