import type { JsonValue, SessionOperation } from '@mien/shared/api/fields'
import type { CeremonyState } from '../ceremony/state.ts'
import type { FaceIoApi } from '../facade/face-io-api.ts'
import type { FaceIoAge, FaceIoAuthenticated, FaceIoEnrolled, FaceIoLiveness } from '../facade/face-io-types.ts'
import type { FioError } from '../facade/fio-error.ts'
import type { FaceIoOfflineAuthenticated, FaceIoOfflineEnrolled } from '../facade/offline-results.ts'
import type { OfflineNews } from '../offline/offline-news.ts'
import type { OfflineMode } from '../offline/open-offline.ts'

/** All of them bubble, and leave shadow roots. */
export interface MienFaceEventMap {
  'mien-enroll': CustomEvent<FaceIoEnrolled>
  'mien-authenticate': CustomEvent<FaceIoAuthenticated>
  'mien-liveness': CustomEvent<FaceIoLiveness>
  'mien-age': CustomEvent<FaceIoAge>
  /** How the ceremony goes on, for a page that shows it. */
  'mien-state': CustomEvent<CeremonyState>
  'mien-error': CustomEvent<FioError>
  /** Instead of `mien-enroll` and `mien-authenticate`, where the server could not be reached: a claim, and nothing to redeem. */
  'mien-offline-result': CustomEvent<FaceIoOfflineEnrolled | FaceIoOfflineAuthenticated>
  /** What becomes of what happened without the server. */
  'mien-offline': CustomEvent<OfflineNews>
}

/** Each is an attribute too, with dashes: `app-id`, `show-abort`, `idle-timeout`. */
export interface MienFaceProperties {
  /** The application's public id. */
  appId: string
  /** Address of the Mien server. Default: where the script came from; for a bundle, the page's own origin. */
  endpoint: string
  /** `kiosk` or `own-device`: what happens when the server cannot be reached. The device is opened, and syncs, as long as the element is there. */
  offline: string
  /** What a press of the button does. Default `authenticate`. */
  operation: SessionOperation
  locale: string
  /** Client token of a session that the page's backend opened. Empty where the attribute is not set: the page opens one itself. */
  session: string
  /** `light`, `dark`, or what the device says. */
  theme: string
  /** Name under which a form sends the result code, for the page's backend to redeem. */
  name: string
  /** Sends the form as soon as there is a result code. */
  submit: boolean
  disabled: boolean
  showAbort: boolean
  userConsent: boolean
  /** As in `enroll()`; null where the attribute is not set. */
  permissionTimeout: number | null
  termsTimeout: number | null
  idleTimeout: number | null
  replyTimeout: number | null
  enrollIntroTimeout: number | null
  failureTimeout: number | null
}

/**
 * `<mien-face>`: a button that opens the widget. Slots: the label (default) and `icon`. Parts: `button`, `icon`, `label`, and with `offline`
 * `sync-status`, a line below that says what waits to be told.
 * While a ceremony runs it has the attribute `busy`. With the attribute `offline` it is a `MienFaceElement<OfflineMode>`, which
 * may resolve with a claim that has no result code.
 */
export interface MienFaceElement<Offline extends OfflineMode | false = false>
  extends HTMLElement,
    MienFaceProperties,
    Pick<FaceIoApi<Offline>, 'enroll' | 'authenticate' | 'liveness' | 'ageVerify' | 'logoutDevice' | 'openOffline'> {
  /** What an enrolment stores; undefined: nothing. As an attribute it is JSON text, which is taken when it is used. */
  payload: JsonValue | undefined
  readonly busy: boolean
  /** Of the last success, until the next call: what the form sends. */
  readonly resultCode: string | null
  readonly form: HTMLFormElement | null
  /** Closes the widget; the call rejects with ABORTED_BY_USER. */
  abort(): void
}

declare global {
  interface HTMLElementTagNameMap {
    /** Whether one that is found has the attribute `offline`, its name does not say. */
    'mien-face': MienFaceElement<OfflineMode | false>
  }
  interface HTMLElementEventMap extends MienFaceEventMap {}
}
