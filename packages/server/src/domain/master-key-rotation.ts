import type { Database } from './ports.ts'

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
   * @throws MienError CONFLICT when the environment gives one key alone
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
    let resealed = 0
    // Until a whole pass finds nothing: what was written meanwhile may lie under the old one.
    for (let found = -1; found !== 0; resealed += found) found = await database.resealKeys()
    masterKey.forget()
    return resealed
  },
})
