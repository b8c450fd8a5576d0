import type { RefusalReason } from '@mien/shared/api/submissions'

/**
 * The server decided against the person, or, without it, the device. Not a fault: nothing is broken, and `reason` is all that the page may
 * know.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  constructor(
    readonly reason: RefusalReason,
    /** The device did, by what it holds. */
    readonly offline = false,
  ) {
    super(`The ${offline ? 'device' : 'server'} refused: ${reason}`)
  }
}
