import { checkPin } from '@mien/shared/policy/pin'
import type { Application } from './model.ts'
import type { PinHasher, ReservedPin, StoredPin } from './ports.ts'
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

export function createPins({ vault, hasher }: { vault: Vault; hasher: PinHasher }): Pins {
  // Compared with when nobody has a PIN, so that time does not tell.
  let decoy: Promise<string> | undefined

  return {
    async seal({ id: applicationId, settings }, subjectId, pin) {
      checkPin(pin, settings.reject_weak_pins)
      const hash = await hasher.hash(vault.pepper(applicationId, subjectId, pin))
      const isUnique = settings.unique_pins
      return { hash, uniqueDigest: isUnique ? vault.digest('unique-pin', applicationId, Buffer.from(pin)) : null }
    },
    async matching(applicationId, reserved, pin) {
      if (reserved.length === 0) {
        decoy ??= hasher.hash(vault.derive('pin-decoy'))
        await hasher.verify(await decoy, vault.pepper(applicationId, '', pin))
        return []
      }
      const answers = await Promise.all(
        reserved.map(({ subjectId, hash }) => hasher.verify(hash, vault.pepper(applicationId, subjectId, pin))),
      )
      return reserved.filter((_, i) => answers[i] === true).map(({ subjectId }) => subjectId)
    },
  }
}
