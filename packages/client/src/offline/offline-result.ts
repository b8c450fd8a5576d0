import type { Operation } from '@mien/shared/api/fields'

/**
 * What a device found out without the server (OF9): a claim that waits to be told. No session and no assertion comes of it, and the
 * server may decide otherwise when it hears of it.
 */
export interface OfflineResult extends RecordedResult {
  /** Which variant of the application's active check the person did in front of it; `none`: none is asked. The device's word too. */
  readonly activeCheck: 'none' | 'motion' | 'still'
}

/** What is written down of it. */
export interface RecordedResult {
  readonly operation: Operation
  readonly offline: true
  /** `A0-offline`: a face alone, on a kiosk; `A1-offline`: the person's own device. The device's word either way. */
  readonly level: 'A0-offline' | 'A1-offline'
  /** Who was recognised; null: somebody new, whose enrolment is a draft until the server has made a person of it. */
  readonly facialId: string | null
  /** By which the backend finds it among its offline events. */
  readonly eventId: string
  /** RFC 3339, server's time as the device knows it. */
  readonly timestamp: string
}
