import type { Digest } from './model.ts'

/** When failures in a row make somebody wait, and for how long. */
export interface AttemptRule {
  /** Failures that cost nothing. */
  readonly freeFailures: number
  /** After the last free one; each further failure doubles it. */
  readonly firstWaitSeconds: number
  /** After so many nothing is counted any more, and nothing is told. */
  readonly maxFailures: number
  /** After so long without a failure the count starts anew; null: never. */
  readonly lapseSeconds: number | null
  /** Whether a success starts the count anew. */
  readonly isResetBySuccess: boolean
}

export interface Attempt {
  readonly applicationId: string
  /** What failures are counted of: a person on a device, a network. Keyed, so that the table does not say who was tried. */
  readonly scopeDigest: Digest
  readonly failed: boolean
  /** A success is a failure like any other once so many failures are counted; without it, it stays one. */
  readonly failsFrom?: number | undefined
  readonly rule: AttemptRule
  readonly now: Date
}

export interface AttemptStore {
  /**
   * Counts an attempt where the scope is open; one statement, so that of many at once no more than the rule says are counted. Others of
   * the scope wait until the end of the transaction.
   *
   * @returns the failures in a row, or undefined where the scope is closed: then nothing may be told of the attempt
   */
  count(attempt: Attempt): Promise<number | undefined>
  /** Of these scopes together, as far as committed; waits for nobody. */
  failures(applicationId: string, scopeDigests: readonly Digest[]): Promise<number>
  /**
   * Others of these scopes wait until the end of the transaction, also of those that nothing was counted in yet. For who counts in them
   * after holding a person: scopes come first.
   */
  hold(applicationId: string, scopeDigests: readonly Digest[]): Promise<void>
  /** Opens these scopes. */
  clear(applicationId: string, scopeDigests: readonly Digest[]): Promise<void>
}
