import type { NotReady } from '../offline/readiness.ts'

/** What is said where the server cannot be reached. */
export interface OfflineWords {
  /** While this device goes on by itself. */
  readonly offline: string
  /** What becomes of an event, for a line beside it: not told yet, being told, taken, not taken, looked at by somebody first. */
  readonly waiting: string
  readonly syncing: string
  readonly synced: string
  readonly refused: string
  readonly review: string
  /** The device may work without the server no longer. */
  readonly revoked: string
  /** Heading and words after somebody was recognised. */
  readonly recognised: string
  readonly recognisedText: string
  /** Heading and words after an enrolment, which is a draft. */
  readonly draft: string
  readonly draftText: string
  /** What somebody can do who was not recognised. */
  readonly strangerAdvice: string
  /** Heading where the device is no help, and what to do about each reason. */
  readonly cannot: string
  readonly notReady: Readonly<Record<NotReady, string>>
}
