import type { SessionOperation } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import type { Ceremony, CeremonyOutcome, CeremonyResult } from '../ceremony/state.ts'
import { MienClient } from '../client.ts'
import { wantedLocales } from '../i18n/choose-language.ts'
import { loadMessages } from '../i18n/load-messages.ts'
import { requireBrowser } from '../require-browser.ts'
import { runModal } from '../ui/modal.ts'
import { abortWith, type CallAbort } from './abort-with.ts'
import { checkOptions } from './check-options.ts'
import { claimPage, isPageFree } from './claim-page.ts'
import { FaceIoApi } from './face-io-api.ts'
import type {
  FaceIoAge,
  FaceIoAuthenticated,
  FaceIoAuthenticateOptions,
  FaceIoCallOptions,
  FaceIoEnrolled,
  FaceIoEnrollOptions,
  FaceIoLiveness,
  FaceIoLookOptions,
  FaceIoOptions,
} from './face-io-types.ts'
import { toFioError } from './to-fio-error.ts'
import { unlessAborted } from './unless-aborted.ts'

/** FACEIO's. */
const introSeconds = 11
const mountId = 'faceio-modal'

/** What a ceremony is told on top of what the page says. */
interface Told {
  readonly signal: AbortSignal
  readonly locales: readonly string[]
}

interface Show<Result extends CeremonyOutcome> {
  readonly operation: SessionOperation
  readonly options: FaceIoCallOptions
  readonly signal: AbortSignal
  readonly begin: (told: Told) => Ceremony<Result>
  /** The modal is there, and speaks for itself. */
  readonly release: () => void
}

/**
 * The drop-in for FACEIO's `fio.js`. The widget is mounted in `<div id="faceio-modal">` where a page has one. Constructing
 * one touches neither the page nor the network, so a server may do it too.
 */
export class faceIO extends FaceIoApi {
  override readonly ready: Promise<void> = Promise.resolve()
  readonly client: MienClient
  readonly #options: FaceIoOptions
  #running: CallAbort | undefined

  constructor(publicId: string, options: FaceIoOptions = {}) {
    super()
    this.client = new MienClient(publicId, options)
    this.#options = options
  }

  override async enroll(options: FaceIoEnrollOptions = {}): Promise<FaceIoEnrolled> {
    const result = await this.#run('enroll', options, (told) => {
      const enrollIntroTimeout = options.enrollIntroTimeout ?? introSeconds
      return this.client.enroll({ ...options, ...told, enrollIntroTimeout })
    })
    const { facialId = null, timestamp = null } = result.disclosed ?? {}
    return { facialId, timestamp, details: result.details, ...redeemable(result) }
  }

  override async authenticate(options: FaceIoAuthenticateOptions = {}): Promise<FaceIoAuthenticated> {
    const result = await this.#run('authenticate', options, (told) => this.client.authenticate({ ...options, ...told }))
    const { facialId = null, payload = null } = result.disclosed ?? {}
    return { payload, facialId, ...redeemable(result) }
  }

  override async liveness(options: FaceIoLookOptions = {}): Promise<FaceIoLiveness> {
    const { live, timestamp } = await this.#run('liveness', options, (told) => {
      return this.client.checkLiveness({ ...options, ...told })
    })
    return { live: true, probability: live, timestamp }
  }

  override async ageVerify(options: FaceIoLookOptions = {}): Promise<FaceIoAge> {
    const { details, minimumAge, ofAge, timestamp } = await this.#run('age_verify', options, (told) => {
      return this.client.verifyAge({ ...options, ...told })
    })
    return { ...details, minimumAge, ofAge, timestamp }
  }

  override restartSession(_ignored?: unknown): boolean {
    this.#running?.abort()
    return typeof document !== 'undefined' && isPageFree(document)
  }

  override dispose(): void {
    this.#running?.abort()
    this.client.dispose()
  }

  override logoutDevice(): Promise<void> {
    return this.client.logoutDevice()
  }

  /**
   * @param begin starts a ceremony; each retry is a new one
   * @throws FioError, or its bare number
   */
  async #run<Result extends CeremonyOutcome>(
    operation: SessionOperation,
    options: FaceIoCallOptions,
    begin: (told: Told) => Ceremony<Result>,
  ): Promise<Result> {
    try {
      requirePage()
      checkOptions(options)
      const release = claimPage(document)
      const running = abortWith(options.signal)
      this.#running = running
      const { signal } = running
      signal.addEventListener('abort', release)
      return await this.#show({ operation, options, signal, begin, release }).finally(() => {
        release()
        running.forget()
      })
    } catch (failure) {
      const error = toFioError(failure)
      throw this.#options.legacyErrors ? error.code : error
    }
  }

  async #show<Result extends CeremonyOutcome>(show: Show<Result>): Promise<Result> {
    const { operation, options, signal, begin, release } = show
    const wanted = wantedLocales(options.locale, navigator.languages)
    const messages = await unlessAborted(loadMessages(wanted), signal)
    const outcome = runModal({
      operation,
      start() {
        const ceremony = begin({ signal, locales: wanted })
        if (options.onState) ceremony.subscribe(options.onState)
        return ceremony
      },
      messages,
      showCancel: options.showAbortBtn ?? false,
      failureSeconds: this.#options.failureTimeout ?? 20,
      nonce: this.#options.nonce,
      theme: this.#options.theme,
      container: document.getElementById(mountId) ?? undefined,
      signal,
    })
    release()
    return outcome
  }
}

/** @throws MienError UI_NOT_READY on a server or before there is a body, BROWSER_UNSUPPORTED */
function requirePage(): void {
  if (typeof document === 'undefined' || document.body === null) throw new MienError('UI_NOT_READY')
  requireBrowser()
}

const redeemable = ({ resultCode, resultExpiresAt }: CeremonyResult) => ({ resultCode, resultExpiresAt })
