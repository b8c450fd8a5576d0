import { Buffer } from 'node:buffer'
import { MienError } from '@mien/shared/errors'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { Clock, Database, SealedKey } from './ports.ts'
import { type ScheduledKey, scheduleKeys } from './signing-schedule.ts'
import type { Vault } from './vault.ts'

export const signingAlgorithm = 'ES256'

/** Binds a sealed key to its row. */
export const signingKeyLabel = (keyId: string): string => `signing-key|${keyId}`

/** One that is published. */
export type ListedSigningKey = ScheduledKey<SealedKey> & { readonly state: 'waiting' | 'signing' | 'kept' }

/** The keys that sign for this installation, as whoever runs it sees them. */
export interface SigningKeys {
  /** Oldest first. */
  list(): Promise<readonly ListedSigningKey[]>
  /**
   * Makes a new key. It is published at once and signs ten minutes later; the one before stays published until all that it signed
   * has expired. `compromised`: it signs at once, and the others, with all that they signed, hold no more.
   *
   * @throws MienError CONFLICT while a new key waits
   */
  rotate(options: { readonly compromised: boolean }): Promise<readonly ListedSigningKey[]>
}

export interface SigningKeysOptions {
  readonly database: Database
  readonly vault: Vault
  readonly clock: Clock
}

export function createSigningKeys({ database, vault, clock }: SigningKeysOptions): SigningKeys {
  const list = async () => scheduleKeys(await database.stores.signingKeys.list(), clock.now()).filter(isPublished)
  return {
    list,
    async rotate({ compromised }) {
      const made = await makeSigningKey(vault, clock)
      await database.transaction(async ({ signingKeys }) => {
        const known = await signingKeys.list()
        const isWaiting = scheduleKeys(known, clock.now()).some(({ state }) => state === 'waiting')
        if (isWaiting && !compromised) throw new MienError('CONFLICT', { message: 'A new key waits already' })
        // Of two at once one is first: a place is taken once.
        const isPlaced = await signingKeys.insert({ ...made, slot: (known.at(-1)?.slot ?? -1) + 1 })
        if (!isPlaced) throw new MienError('CONFLICT', { message: 'Another key was made at the same moment' })
        if (compromised) await signingKeys.retire(known.map(({ keyId }) => keyId))
      })
      return list()
    },
  }
}

const isPublished = (key: ScheduledKey<SealedKey>): key is ListedSigningKey => key.state !== 'outlived'

/** A new key, sealed under the master key. */
export async function makeSigningKey(vault: Vault, clock: Clock): Promise<Omit<SealedKey, 'slot'>> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true })
  const jwk = await exportJWK(privateKey)
  const keyId = await calculateJwkThumbprint(jwk)
  const sealed = vault.seal(signingKeyLabel(keyId), Buffer.from(JSON.stringify(jwk), 'utf8'))
  return { keyId, sealed, createdAt: clock.now() }
}
