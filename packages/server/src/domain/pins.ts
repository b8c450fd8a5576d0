import { checkPin } from '@mien/shared/policy/pin'
import type { Application } from './model.ts'
import type { Database, PinHasher, ReservedPin, StoredPin } from './ports.ts'
import type { Vault } from './vault.ts'

/** NIST SP 800-63B-4 section 3.2.10: at most ten failures in a row. */
export const maxPinTries = 10

/** A widget's session gets fewer: FACEIO ends after three. */
export const maxSessionPinTries = 3

export interface Pins {
  /**
   * What is stored of a PIN under the application's settings.
   *
   * @throws MienError PIN_FORMAT, PIN_WEAK
   */
  seal(application: Application, subjectId: string, pin: string): Promise<StoredPin>
  /** Which of the reserved hashes the PIN fits; takes the same time when there are none. */
  matching(applicationId: string, reserved: readonly ReservedPin[], pin: string): Promise<readonly string[]>
}

export interface PinsOptions {
  readonly database: Database
  readonly vault: Vault
  readonly hasher: PinHasher
}

export function createPins({ database, vault, hasher }: PinsOptions): Pins {
  const { applicationKeys } = database.stores
  // Compared with when nobody has a PIN, so that time does not tell.
  let decoy: Promise<string> | undefined

  return {
    async seal({ id: applicationId, settings }, subjectId, pin) {
      checkPin(pin, settings.reject_weak_pins)
      const keys = await applicationKeys.of(applicationId)
      const { version: pepperVersion } = keys
      const hash = await hasher.hash(keys.pepper(pepperVersion, subjectId, pin))
      const uniqueDigest = settings.unique_pins ? keys.digest('unique-pin', Buffer.from(pin)) : null
      return { hash, pepperVersion, uniqueDigest }
    },
    async matching(applicationId, reserved, pin) {
      const keys = await applicationKeys.of(applicationId)
      if (reserved.length === 0) {
        decoy ??= hasher.hash(vault.derive('pin-decoy'))
        await hasher.verify(await decoy, keys.pepper(keys.version, '', pin))
        return []
      }
      const answers = await Promise.all(
        reserved.map(({ subjectId, hash, pepperVersion }) =>
          hasher.verify(hash, keys.pepper(pepperVersion, subjectId, pin)),
        ),
      )
      return reserved.filter((_, i) => answers[i] === true).map(({ subjectId }) => subjectId)
    },
  }
}
