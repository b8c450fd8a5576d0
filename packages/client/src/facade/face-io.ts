import type { JsonValue, Operation } from '@mien/shared/api/fields'
import { payloadText } from '@mien/shared/api/payload'
import { MienError } from '@mien/shared/errors'
import type { AuthenticateOptions, Ceremony, CeremonyResult, EnrollOptions } from '../ceremony/state.ts'
import { MienClient, type MienClientOptions } from '../client.ts'
import { chooseMessages, wantedLocales } from '../i18n/choose-messages.ts'
import { requireBrowser } from '../require-browser.ts'
import { isModalOpen, runModal } from '../ui/modal.ts'
import { fioErrCode } from './fio-err-code.ts'
import { toFioError } from './to-fio-error.ts'

export interface FaceIoOptions extends MienClientOptions {
  /** Rejects with FACEIO's bare number instead of a FioError, for code that compares with `===`. Default false. */
  readonly legacyErrors?: boolean
  /** Seconds that a failure stays on the screen while nobody touches it, before the promise rejects; 0 rejects at once. Default 20. */
  readonly failureTimeout?: number
  /** CSP nonce for the widget's styles. Only browsers without constructable style sheets need it (Safari before 16.4). */
  readonly nonce?: string
}

export interface WidgetOptions {
  /** BCP 47 tag, or `auto` for the languages of the browser. Default `auto`. */
  readonly locale?: string
  /** A Cancel button below, beside the close button above that is always there. Default false. */
  readonly showAbortBtn?: boolean
}

export interface FaceIoEnrollOptions extends EnrollOptions, WidgetOptions {
  /** Accepted and not used: the introduction is the consent screen, which waits for an answer (`termsTimeout`). */
  readonly enrollIntroTimeout?: number
}

export interface FaceIoAuthenticateOptions extends AuthenticateOptions, WidgetOptions {}

/** For the page's backend, which redeems `resultCode` once and gets a signed assertion. The rest is unsigned. */
interface Redeemable {
  readonly resultCode: string
  /** RFC 3339; redeem before. */
  readonly resultExpiresAt: string
}

export interface FaceIoEnrolled extends Redeemable {
  /** null when the application does not disclose it to pages. */
  readonly facialId: string | null
  /** RFC 3339; null when not disclosed. */
  readonly timestamp: string | null
  /** FACEIO guesses gender and age. We do not look at either, so nothing is in here. */
  readonly details: { readonly gender?: never; readonly age?: never }
}

export interface FaceIoAuthenticated extends Redeemable {
  /** null when the application does not disclose it to pages. */
  readonly facialId: string | null
  /** What was stored at enrolment; null when there is none or when it is not disclosed. */
  readonly payload: JsonValue
}

/** The drop-in for FACEIO's `fio.js`. Constructing one touches neither the page nor the network, so a server may do it too. */
export class faceIO {
  /** Resolves when calls are possible: at once here; the script tag's own `faceIO` has to load first. */
  readonly ready: Promise<void> = Promise.resolve()
  readonly client: MienClient
  readonly #options: FaceIoOptions
  #running: AbortController | undefined

  constructor(publicId: string, options: FaceIoOptions = {}) {
    this.client = new MienClient(publicId, options)
    this.#options = options
  }

  /** @throws FioError */
  async enroll(options: FaceIoEnrollOptions = {}): Promise<FaceIoEnrolled> {
    const { facialId, timestamp, redeemable } = await this.#run('enroll', options, (signal) => {
      if (options.payload !== undefined) payloadText(options.payload)
      return () => this.client.enroll({ ...options, signal })
    })
    return { facialId, timestamp, details: {}, ...redeemable }
  }

  /** @throws FioError */
  async authenticate(options: FaceIoAuthenticateOptions = {}): Promise<FaceIoAuthenticated> {
    const { facialId, payload, redeemable } = await this.#run('authenticate', options, (signal) => () => {
      return this.client.authenticate({ ...options, signal })
    })
    return { payload, facialId, ...redeemable }
  }

  /** Closes what this instance has open, if anything, so that `enroll` or `authenticate` can be called again. */
  restartSession(): boolean {
    this.#running?.abort()
    return typeof document !== 'undefined' && !isModalOpen(document)
  }

  fetchAllErrorCodes(): typeof fioErrCode {
    return fioErrCode
  }

  /** @param prepare checks the arguments before anything is shown, and gives what starts a ceremony (each retry is a new one) */
  async #run(
    operation: Operation,
    options: WidgetOptions & { readonly signal?: AbortSignal },
    prepare: (signal: AbortSignal) => () => Ceremony,
  ): Promise<FaceIoOutcome> {
    try {
      requirePage()
      const running = new AbortController()
      const signal = options.signal ? AbortSignal.any([running.signal, options.signal]) : running.signal
      if (signal.aborted) throw new MienError('ABORTED')
      const start = prepare(signal)
      this.#running = running
      return toOutcome(await this.#show(operation, { ...options, signal }, start))
    } catch (failure) {
      const error = toFioError(failure)
      throw this.#options.legacyErrors ? error.code : error
    }
  }

  #show(
    operation: Operation,
    widget: WidgetOptions & { readonly signal: AbortSignal },
    start: () => Ceremony,
  ): Promise<CeremonyResult> {
    return runModal({
      operation,
      start,
      messages: chooseMessages(wantedLocales(widget.locale, navigator.languages)),
      showCancel: widget.showAbortBtn ?? false,
      failureSeconds: this.#options.failureTimeout ?? 20,
      nonce: this.#options.nonce,
      signal: widget.signal,
    })
  }
}

/** @throws MienError UI_NOT_READY on a server or before there is a body, BROWSER_UNSUPPORTED, SESSION_IN_PROGRESS when a widget is open already */
function requirePage(): void {
  if (typeof document === 'undefined' || document.body === null) throw new MienError('UI_NOT_READY')
  requireBrowser()
  if (isModalOpen(document)) throw new MienError('SESSION_IN_PROGRESS')
}

interface FaceIoOutcome {
  readonly facialId: string | null
  readonly timestamp: string | null
  readonly payload: JsonValue
  readonly redeemable: Redeemable
}

const toOutcome = ({ disclosed, resultCode, resultExpiresAt }: CeremonyResult): FaceIoOutcome => ({
  facialId: disclosed?.facialId ?? null,
  timestamp: disclosed?.timestamp ?? null,
  payload: disclosed?.payload ?? null,
  redeemable: { resultCode, resultExpiresAt },
})
