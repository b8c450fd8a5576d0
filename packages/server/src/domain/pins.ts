import { checkPin } from '@mien/shared/policy/pin'
import type { PinHasher, ReservedPin } from './ports.ts'
import type { Vault } from './vault.ts'

/** NIST SP 800-63B-4 section 3.2.10: at most ten failures in a row. */
export const maxPinTries = 10

/** A widget's session gets fewer: FACEIO ends after three. */
export const maxSessionPinTries = 3

export interface Pins {
  /** @throws MienError PIN_FORMAT, PIN_WEAK */
  hash(applicationId: string, subjectId: string, pin: string, rejectWeak: boolean): Promise<string>
  /** Which of the reserved hashes the PIN fits; takes the same time when there are none. */
  matching(applicationId: string, reserved: readonly ReservedPin[], pin: string): Promise<readonly string[]>
}

export function createPins({ vault, hasher }: { vault: Vault; hasher: PinHasher }): Pins {
  // Compared with when nobody has a PIN, so that time does not tell.
  let decoy: Promise<string> | undefined

  return {
    async hash(applicationId, subjectId, pin, rejectWeak) {
      checkPin(pin, rejectWeak)
      return hasher.hash(vault.pepper(applicationId, subjectId, pin))
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
