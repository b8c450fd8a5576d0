import { MienError } from '@mien/shared/errors'
import { clientNetwork } from './client-network.ts'

/** Whose pictures are looked at. */
export interface SeatHolder {
  readonly applicationId: string
  /** IP address; null when not known. */
  readonly clientAddress: string | null
}

/** Captures with pictures that this process looks at, so that nobody takes all of its threads. */
export interface CaptureSeats {
  /**
   * Runs work that looks at the pictures of one capture.
   *
   * @throws MienError RATE_LIMITED (the network has as many under way as it may), OVERLOADED (the application has), both with
   *   `details.retry_after` and before any work; and what the work throws
   */
  hold<T>(holder: SeatHolder, work: () => Promise<T>): Promise<T>
}

export interface SeatLimits {
  readonly ofNetwork: number
  readonly ofApplication: number
}

/**
 * One capture has one picture at a time with the threads, and 32 pictures wait at most (`VisionPoolOptions`): one application takes half of
 * the places, so another one is never turned away for it, and one network an eighth.
 */
const defaultLimits: SeatLimits = { ofNetwork: 4, ofApplication: 16 }

/** Seconds: longer than a thread needs for a capture of ten pictures. */
const retryAfterSeconds = 2

export function createCaptureSeats(limits: SeatLimits = defaultLimits): CaptureSeats {
  const taken = new Map<string, number>()
  const change = (key: string, by: 1 | -1) => {
    const count = (taken.get(key) ?? 0) + by
    if (count === 0) taken.delete(key)
    else taken.set(key, count)
  }
  const isFull = (key: string, limit: number) => (taken.get(key) ?? 0) >= limit

  return {
    async hold({ applicationId, clientAddress }, work) {
      const network = `network|${clientNetwork(clientAddress)}`
      const application = `application|${applicationId}`
      if (isFull(network, limits.ofNetwork)) throw later('RATE_LIMITED')
      if (isFull(application, limits.ofApplication)) throw later('OVERLOADED')
      for (const key of [network, application]) change(key, 1)
      try {
        return await work()
      } finally {
        for (const key of [network, application]) change(key, -1)
      }
    },
  }
}

const later = (code: 'RATE_LIMITED' | 'OVERLOADED'): MienError =>
  new MienError(code, { details: { retry_after: retryAfterSeconds } })
