/** What a page gives `faceIO` and gets from it. Names and defaults are FACEIO's; what is ours says so. */
import type { FaceDetails, JsonValue } from '@mien/shared/api/fields'
import type { AuthenticateOptions, CeremonyOptions, CeremonyState, EnrollOptions } from '../ceremony/state.ts'
import type { MienClientOptions } from '../client.ts'
import type { OfflineMode } from '../offline/open-offline.ts'
import type { Theme } from '../ui/dialog.ts'

/** Ours. */
export interface FaceIoOptions<Offline extends OfflineMode | false = false> extends MienClientOptions<Offline> {
  /** Rejects with FACEIO's bare number instead of a FioError, for code that compares with `===`. Default false. */
  readonly legacyErrors?: boolean
  /** Seconds that a failure stays on the screen while nobody touches it, before the promise rejects; 0 rejects at once. Default 20. */
  readonly failureTimeout?: number
  /** `auto` follows the device. Default `auto`. */
  readonly theme?: Theme
  /** CSP nonce for the widget's styles. Only browsers without constructable style sheets need it (Safari before 16.4). */
  readonly nonce?: string
}

export interface WidgetOptions {
  /** BCP 47 tag, or `auto` for the languages of the browser. Default `auto`. */
  readonly locale?: string
  /** A Cancel button below, beside the close button above that is always there. Default false. */
  readonly showAbortBtn?: boolean
  /** Ours: hears of every state that the ceremony goes through. */
  readonly onState?: (state: CeremonyState) => void
}

/** What all calls take. */
export interface FaceIoCallOptions extends WidgetOptions {
  readonly signal?: AbortSignal
}

/** `locales` follows from `locale`. */
export interface FaceIoEnrollOptions extends Omit<EnrollOptions, 'locales'>, WidgetOptions {
  /** Seconds that the introduction is shown, unless the person goes on earlier; 0: none. Default 11. */
  readonly enrollIntroTimeout?: number
}

export interface FaceIoAuthenticateOptions extends Omit<AuthenticateOptions, 'locales'>, WidgetOptions {}

/** For `liveness` and `ageVerify`, which look at a face and keep nothing of it. */
export interface FaceIoLookOptions extends Omit<CeremonyOptions, 'locales'>, WidgetOptions {}

/** For the page's backend, which redeems `resultCode` once and gets a signed assertion. The rest is unsigned. */
interface Redeemable {
  readonly resultCode: string
  /** RFC 3339; redeem before. */
  readonly resultExpiresAt: string
}

export interface FaceIoEnrolled extends Redeemable {
  /** null when the application does not disclose it to pages, or when the session was opened with a photograph. */
  readonly facialId: string | null
  /** RFC 3339; null when not disclosed. */
  readonly timestamp: string | null
  /** Guessed on this device where the application's setting `attributes` is `details`; otherwise both null. */
  readonly details: FaceDetails
}

export interface FaceIoAuthenticated extends Redeemable {
  /** null when the application does not disclose it to pages, or when the session was opened with a photograph. */
  readonly facialId: string | null
  /** What was stored at enrolment; null when there is none or when it is not disclosed. */
  readonly payload: JsonValue
}

/** This page's own networks saw a live face. Unsigned: good for showing, not for letting in. */
export interface FaceIoLiveness {
  /** A face that is not live rejects with PAD_ATTACK. */
  readonly live: true
  /** Of the worst frame, 0..1. */
  readonly probability: number
  /** RFC 3339. */
  readonly timestamp: string
}

/**
 * What this page's own networks guess: 12.9 years off on average, and most teenagers are taken for adults. Unsigned: good for showing,
 * not for letting in, and no protection of minors.
 */
export interface FaceIoAge extends FaceDetails {
  /** Years that the application asks for, and whether the guess reaches them. */
  readonly minimumAge: number
  readonly ofAge: boolean
  /** RFC 3339. */
  readonly timestamp: string
}
