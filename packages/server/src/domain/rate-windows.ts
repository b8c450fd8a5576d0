import type { Digest } from './model.ts'

export interface WindowRequest {
  /** Of what is counted, so that the table does not say who called. */
  readonly keyDigest: Digest
  readonly windowSeconds: number
  /** How many are asked for. */
  readonly wanted: number
  /** How many all processes together may have in one window. */
  readonly limit: number
}

export interface WindowLease {
  /** 0..`wanted`. */
  readonly granted: number
  /** From when it was asked for until the window ends. */
  readonly remainingMs: number
}

/** Calls in windows of time that all processes share, by the clock of the database. */
export interface RateWindowStore {
  /** Takes calls out of the present window; atomic, so that nobody gets what another one has. */
  lease(request: WindowRequest): Promise<WindowLease>
}
