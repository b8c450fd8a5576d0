/**
 * The ceremony as a value: in each state exactly the facts that a user interface can show and the actions that are legal.
 * Whoever renders it needs nothing else; whoever drives it without a user interface calls the same actions.
 */

import type { CapturePose } from '@mien/shared/api/challenges'
import type { ConsentText as ApplicationConsentText } from '@mien/shared/api/consent-text'
import type { ActiveAction, FaceDetails, JsonValue, Operation, SessionOperation } from '@mien/shared/api/fields'
import type { SessionResponse } from '@mien/shared/api/sessions'
import type { MienError } from '@mien/shared/errors'
import type { OfflineResult } from '../offline/offline-result.ts'
import type { Refusal } from './refusal.ts'

/** What to tell the person, one thing at a time. Left and right are those of the person, as in a mirror. */
export const guidances = [
  'no-face',
  'many-faces',
  'closer',
  'back',
  'left',
  'right',
  'up',
  'down',
  'more-light',
  'less-light',
  'backlight',
  'look-straight',
  'uncover-mouth',
  'uncover-eyes',
  'open-eyes',
  'hold-still',
] as const
export type Guidance = (typeof guidances)[number]

/** Fractions of the camera's frame, 0..1 from its top left corner, not mirrored; may reach beyond the frame. */
export interface NormalisedBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface CameraChoice {
  readonly deviceId: string
  readonly label: string
}

export type PreparingStep =
  /** Asking the server for a session. */
  | { readonly step: 'session' }
  /** Fetching model files; bytes over all of them. `totalBytes` is 0 until the manifest has arrived. */
  | { readonly step: 'models'; readonly loadedBytes: number; readonly totalBytes: number }
  /** Starting the inference runtime and running each model once. */
  | { readonly step: 'runtime' }

export interface PreparingState {
  readonly name: 'preparing'
  readonly progress: PreparingStep
}

export interface ConsentState {
  readonly name: 'consent'
  readonly operation: Operation
  readonly applicationName: string
  /** Version of the terms that the application asks for. */
  readonly policyVersion: string
  /** The application's own words; null: the widget's. */
  readonly terms: ApplicationConsentText | null
  /** Whether age, or age and gender, will be guessed on this device. */
  readonly attributes: 'off' | 'age_gate' | 'details'
  /** Absent: no picture leaves the device. */
  readonly pictures?: PictureTerms
  /** Takes the exact text that the person saw: its hash is what the server keeps as proof. */
  accept(shown: ConsentText): void
  decline(): void
}

export interface ConsentText {
  readonly text: string
  /** BCP 47 tag of the language it was shown in. */
  readonly locale: string
}

/** What the person may choose before pictures of their face are sent for the server to look at. */
export interface PictureTerms {
  /** Whether the screen will change colour: a light that can harm people with photosensitive epilepsy. `never`: page or application ask for none. */
  readonly colours: 'wanted' | 'unwanted' | 'never'
  /** Nothing but the last choice counts. Without effect under `never`. */
  chooseColours(isWanted: boolean): void
}

/** Pictures will be sent, or may be, and no consent of the widget's said so. */
export interface PictureNoticeState {
  readonly name: 'picture-notice'
  /** False: only where the server asks for them after the capture. */
  readonly isCertain: boolean
  readonly applicationName: string
  readonly pictures: PictureTerms
  proceed(): void
  decline(): void
}

/** What is about to happen, before a first enrolment; the models load meanwhile. Ends by itself after `seconds`. */
export interface IntroState {
  readonly name: 'intro'
  readonly seconds: number
  /** Begins at once. */
  proceed(): void
}

/** The browser is asking the person for the camera. */
export interface PermissionState {
  readonly name: 'permission'
  /** Whether pictures will leave the device; `perhaps`: where the server asks for them after the capture. */
  readonly sendsPictures: boolean | 'perhaps'
}

/** The person chooses a PIN, before the capture. Only while enrolling, and only when the application has PINs. */
export interface NewPinState {
  readonly name: 'new-pin'
  readonly required: boolean
  /** Why the last one was not taken. */
  readonly problem?: 'format' | 'weak' | 'not-unique'
  submit(pin: string): void
  /** Absent when the application requires a PIN. */
  readonly skip?: () => void
}

/** What is the same while the camera is on. */
interface CameraState {
  readonly stream: MediaStream
  /** Whether the preview is to be shown as a mirror: not when the camera looks away from the person. */
  readonly mirrored: boolean
  /** What the whole view shows, `#rrggbb`: it lights the face, and pictures of it are sent. */
  readonly colour?: string
  /** The server may ask for pictures after the capture. With neither, none leaves the device. */
  readonly perhapsPictures?: true
}

export interface PositioningState extends CameraState {
  readonly name: 'positioning'
  readonly guidance: Guidance
  /** The largest face of the newest frame. */
  readonly face?: NormalisedBox
  /** How much of what a capture needs is met, 0..1. */
  readonly progress: number
  readonly cameras: readonly CameraChoice[]
  /** Absent with fewer than two cameras. */
  readonly switchCamera?: (deviceId: string) => void
  /** Why the camera that was chosen last is not the one that is on: CAMERA_BUSY, CAMERA_NOT_FOUND, CAMERA_DENIED. */
  readonly refusedCamera?: MienError
}

/** The person is asked to do one thing after another, as the server's script says. */
export interface ActiveState extends CameraState {
  readonly name: 'active'
  /** `hold`: stay as you are, the variant without motion. */
  readonly action: ActiveAction | 'hold'
  /** From 1. */
  readonly step: number
  readonly steps: number
  /** Set while the person stands wrongly for it: first this, then the action goes on. */
  readonly guidance?: Guidance
  readonly face?: NormalisedBox
  /** How much of this action is done, 0..1. */
  readonly progress: number
  /** Goes on without motion. Absent when that is what is happening. */
  readonly holdInstead?: () => void
}

/** The server looks itself: the screen lights the face in one colour after another, and the person turns. */
export interface VerifyingState extends CameraState {
  readonly name: 'verifying'
  /** `flash`: nothing but to go on looking at the screen. */
  readonly ask: CapturePose | 'flash'
  readonly colour: string
  /** From 1. */
  readonly step: number
  readonly steps: number
  /** Set while the person stands wrongly: first this. */
  readonly guidance?: Guidance
  readonly face?: NormalisedBox
  /** How many of the pictures are taken, 0..1. */
  readonly progress: number
  /** Begins again without colours; they end at once. Absent where there are none, or nothing else is left. */
  readonly withoutFlashes?: () => void
  /** Begins again without turning. Absent where nothing else is left. */
  readonly withoutMotion?: () => void
}

export interface CapturingState extends CameraState {
  readonly name: 'capturing'
  readonly guidance: 'hold-still'
  readonly face?: NormalisedBox
  /** Frames taken over frames wanted, 0..1. */
  readonly progress: number
}

/** The server is deciding. The camera is off already. */
export interface DecidingState {
  readonly name: 'deciding'
}

/** The server has: the person is enrolled or let in, and a passkey is seen to. */
export interface DecidedState {
  readonly name: 'deciding'
  /** Goes on without one. */
  leave(): void
}

/** The server wants the person's PIN beside the face. */
export interface PinState {
  readonly name: 'pin'
  readonly triesLeft: number
  /** Why it is asked for again. */
  readonly problem?: 'wrong' | 'format'
  submit(pin: string): void
  /** Absent: the person has none for this site, or the browser. */
  readonly ratherPasskey?: () => void
}

/** The server wants the person's passkey beside the face. */
export interface PasskeyState {
  readonly name: 'passkey'
  readonly triesLeft: number
  /** Whether the browser is asking for it. */
  readonly isOpen: boolean
  /** Why it is asked for again. `not-done`: the browser's question came to nothing, and no try is gone. */
  readonly problem?: 'wrong' | 'not-done'
  /** Has to be called by the handler of a press: then the browser asks. While it does, nothing. */
  proceed(): void
  /** Absent: the person has no PIN. */
  readonly ratherPin?: () => void
}

/** The person is enrolled, or let in, and may add a passkey. */
export interface NewPasskeyState {
  readonly name: 'new-passkey'
  /** Whether the browser is asking. */
  readonly isOpen: boolean
  /** `not-done`: the browser made none. `not-taken`: the server did not take it. */
  readonly problem?: 'not-done' | 'not-taken'
  /** Has to be called by the handler of a press: then the browser asks. While it does, nothing. */
  add(): void
  /** Goes on without one, also while the browser is asking. This device offers none after another sign-in. */
  skip(): void
  /** Goes on without one, for now. */
  leave(): void
}

/** `not-clear`: the server could not decide on these frames. `expired`: the capture came too late for its challenge. */
export type RetryReason = 'not-clear' | 'expired'

export interface RetryState {
  readonly name: 'retry'
  readonly reason: RetryReason
  again(): void
}

export interface DoneState {
  readonly name: 'done'
  readonly result: CeremonyOutcome
}

export interface FailedState {
  readonly name: 'failed'
  readonly failure: CeremonyFailure
}

export type CeremonyState = (
  | PreparingState
  | ConsentState
  | PictureNoticeState
  | IntroState
  | PermissionState
  | NewPinState
  | PositioningState
  | ActiveState
  | VerifyingState
  | CapturingState
  | DecidingState
  | DecidedState
  | PinState
  | PasskeyState
  | NewPasskeyState
  | RetryState
  | DoneState
  | FailedState
) & {
  /** The server could not be reached, and this device goes on by itself; how it ends says so in its result or failure. */
  readonly offline?: true
}

export interface CeremonyResult {
  readonly operation: Operation
  /** For the page's backend, which redeems it once for a signed assertion. Proves nothing by itself. */
  readonly resultCode: string
  /** RFC 3339; redeem before. */
  readonly resultExpiresAt: string
  /** What the application discloses to the page; null when it does not, or when nobody was named. Unsigned: good for showing, not for letting in. */
  readonly disclosed: Disclosed | null
  /** What this device guessed while enrolling, where the application asks for it; otherwise both null. */
  readonly details: FaceDetails
}

/** A live face was in front of the camera, as far as this page's own networks can tell. Nobody signed it. */
export interface LivenessResult {
  readonly operation: 'liveness'
  /** Probability of a live face in the worst frame, 0..1. */
  readonly live: number
  /** RFC 3339. */
  readonly timestamp: string
}

/** What this page's own networks guess. Nobody signed it, and a guess is 12.9 years off on average: a hint, no protection of minors. */
export interface AgeResult {
  readonly operation: 'age_verify'
  readonly details: FaceDetails
  /** Years that the application asks for. */
  readonly minimumAge: number
  /** Whether the guess reaches it. */
  readonly ofAge: boolean
  /** RFC 3339. */
  readonly timestamp: string
}

export type CeremonyOutcome = CeremonyResult | LivenessResult | AgeResult | OfflineResult

export interface Disclosed {
  readonly facialId: string
  readonly payload: JsonValue
  /** RFC 3339. */
  readonly timestamp: string
}

/**
 * `MienError`: something that happened on this side or on the way (CAMERA_DENIED, IDLE_TIMEOUT, MANY_FACES, SPOOF_SUSPECTED,
 * NETWORK_IO, ABORTED, …). `Refusal`: the server's decision about the person.
 */
export type CeremonyFailure = MienError | Refusal

export interface Ceremony<Result extends CeremonyOutcome = CeremonyResult> {
  readonly operation: SessionOperation
  readonly state: CeremonyState
  /** Calls `listener` after each change, not at once. Returns the function that ends the subscription. */
  subscribe(listener: (state: CeremonyState) => void): () => void
  /** Resolves in `done`, rejects with the CeremonyFailure in `failed`. A rejection nobody listens to is not reported. */
  readonly result: Promise<Result>
  /** Ends the ceremony with ABORTED, from any state; the camera is off when it returns. */
  cancel(reason?: string): void
}

export interface CeremonyOptions {
  /** Seconds to wait for the person's answer to the browser's question, then CAMERA_DENIED. Default 27. */
  readonly permissionTimeout?: number
  /** Minutes to wait for consent, then CONSENT_DECLINED. Default 10. */
  readonly termsTimeout?: number
  /** Seconds without a usable face, then IDLE_TIMEOUT. Default 27. */
  readonly idleTimeout?: number
  /** Seconds to wait for each answer of the server, then REPLY_TIMEOUT. Default 60. */
  readonly replyTimeout?: number
  /**
   * `still`: where the application's script asks for motion, the person is offered to hold still instead from the start. Default
   * `auto`: as the browser's `prefers-reduced-motion` says; where pictures are sent, motion is asked for.
   */
  readonly motion?: 'auto' | 'still'
  /**
   * `off`: where pictures are sent, the screen never changes colour for them. Default `auto`: it does, unless the browser's
   * `prefers-reduced-motion` or the person says otherwise. With `motion: 'still'` nothing would be left.
   */
  readonly flashes?: 'auto' | 'off'
  /**
   * `off`: nobody is offered a passkey after an enrolment or a sign-in with a PIN. Default `auto`: where the application takes them. One
   * that is needed is asked for all the same.
   */
  readonly passkeys?: 'auto' | 'off'
  /** The person's languages, best first, for the application's consent text. Not for a session that came as a whole. */
  readonly locales?: readonly string[]
  /** Ends the ceremony with ABORTED. */
  readonly signal?: AbortSignal
  /**
   * A session that the page's backend opened: its client token, or the answer of `POST /v1/sessions` as it came. Otherwise the page
   * opens one itself.
   */
  readonly session?: SessionResponse | string
  /** Comes back inside the assertion. Only for a session that the page opens itself. */
  readonly nonce?: string
  /** PKCE S256, only for a session that the page opens itself. */
  readonly codeChallenge?: string
  /** Gallery of the application, only for a session that the page opens itself. */
  readonly gallery?: string
}

export interface EnrollOptions extends CeremonyOptions {
  /** Any JSON, up to 16 KB of UTF-8; checked before the camera opens (PAYLOAD_TOO_LARGE). */
  readonly payload?: JsonValue
  /** The page vouches that the person agreed elsewhere to what `text` says: the consent state is skipped. */
  readonly userConsent?: boolean | ConsentText
  /** A PIN that the page collected itself; otherwise the ceremony asks for one when the application has PINs. */
  readonly pin?: string
  /** Seconds that an introduction is shown before the camera opens, unless the person goes on earlier; 0: none. Default 0. */
  readonly enrollIntroTimeout?: number
}

export interface AuthenticateOptions extends CeremonyOptions {}
