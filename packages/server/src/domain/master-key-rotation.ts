import { setTimeout as sleep } from 'node:timers/promises'
import { MienError } from '@mien/shared/errors'
import type { Database } from './ports.ts'

/** What was sealed before the replacement is written by then: no statement of ours lasts more than five seconds. */
const settleMs = 6000

/** Damaged keys that are named. */
const maxNamed = 10

/** Whoever has the master key. */
export interface MasterKeyHolder {
  /** Makes a new one, or takes note of the one that the environment gives; the old one opens on. @throws MienError CONFLICT when there is none */
  replace(): void
  /** Nothing is sealed under the old one any more. */
  forget(): void
}

/** Replaces the master key while the server runs. */
export interface MasterKeyRotation {
  /**
   * Seals every key again under the new one. Killed on the way it is called again, or goes on with the next start.
   *
   * @returns how many keys there were
   * @throws MienError CONFLICT when the environment gives one key alone, or keys are damaged: the rest is sealed again, and the old one stays
   */
  rotate(): Promise<number>
}

export interface MasterKeyRotationOptions {
  readonly database: Database
  readonly masterKey: MasterKeyHolder
}

export const createMasterKeyRotation = ({ database, masterKey }: MasterKeyRotationOptions): MasterKeyRotation => ({
  async rotate() {
    masterKey.replace()
    const first = await database.resealKeys()
    await sleep(settleMs)
    const second = await database.resealKeys()
    if (second.damaged.length > 0) throw damagedKeys(second.damaged)
    masterKey.forget()
    return first.resealed + second.resealed
  },
})

const damagedKeys = (labels: readonly string[]): MienError => {
  const named = labels.slice(0, maxNamed).join(', ')
  const message = `${labels.length} stored keys open under no master key that is here (${named}). All others are sealed again, and the old master key is kept.`
  return new MienError('CONFLICT', { message })
}
