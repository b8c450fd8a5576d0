import type { RefusalReason } from '@mien/shared/api/submissions'

/** The server decided against the person. Not a fault: nothing is broken, and `reason` is all that the page may know. */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  constructor(readonly reason: RefusalReason) {
    super(`The server refused: ${reason}`)
  }
}
