import type { RefusalReason, StepUpMethod } from '@mien/shared/api/submissions'
import type { ErrorCode } from '@mien/shared/errors'
import type { Digest, PendingSubmission } from './model.ts'
import type { Stores } from './ports.ts'

/** It does not fit, and what of that is told to whom. */
export interface Unfit {
  readonly kind: 'unfit'
  readonly reason: RefusalReason
  /** What the audit log says instead. */
  readonly audited?: string
  /** What the page is told instead. */
  readonly error?: ErrorCode
}

export interface Fitting {
  readonly kind: 'fits'
  readonly subjectId: string
  /** What its use counts in; held before the person is. */
  readonly heldScopes: readonly Digest[]
  /** Writes the use down, within the transaction that grants. @returns why it cannot be granted, or null */
  use(stores: Stores, now: Date): Promise<Unfit | null>
}

/** Looks at what was given: slow, and in no transaction. */
export type Check = () => Promise<Fitting | Unfit>

/** What a person gives beside a face that was recognised. */
export interface SecondFactor {
  readonly method: StepUpMethod
  /** Takes the tries before anything is looked at, so that concurrent guesses cannot share one. */
  reserve(stores: Stores, pending: PendingSubmission, now: Date): Promise<Check>
}
