import type { SessionOperation } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import type { Ceremony, CeremonyOutcome, CeremonyResult } from '../ceremony/state.ts'
import { MienClient } from '../client.ts'
import { wantedLocales } from '../i18n/choose-language.ts'
import { loadMessages, withinPatience } from '../i18n/load-messages.ts'
import type { OfflineDevice } from '../offline/offline-device.ts'
import type { OfflineResult } from '../offline/offline-result.ts'
import type { OfflineMode } from '../offline/open-offline.ts'
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
import type {
  FaceIoAuthenticateResult,
  FaceIoClaim,
  FaceIoEnrollResult,
  FaceIoOfflineAuthenticated,
  FaceIoOfflineEnrolled,
} from './offline-results.ts'
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
export class faceIO<Offline extends OfflineMode | false = false> extends FaceIoApi<Offline> {
  override readonly ready: Promise<void> = Promise.resolve()
  readonly client: MienClient<Offline>
  readonly #options: FaceIoOptions<Offline>
  #running: CallAbort | undefined

  constructor(publicId: string, options: FaceIoOptions<Offline> = {}) {
    super()
    this.client = new MienClient(publicId, options)
    this.#options = options
  }

  override async enroll(options: FaceIoEnrollOptions = {}): Promise<FaceIoEnrollResult<Offline>> {
    const result = await this.#run<CeremonyResult | OfflineResult>('enroll', options, (told) => {
      const enrollIntroTimeout = options.enrollIntroTimeout ?? introSeconds
      return this.client.enroll({ ...options, ...told, enrollIntroTimeout })
    })
    return toEnrolled(result) as FaceIoEnrollResult<Offline>
  }

  override async authenticate(options: FaceIoAuthenticateOptions = {}): Promise<FaceIoAuthenticateResult<Offline>> {
    const result = await this.#run<CeremonyResult | OfflineResult>('authenticate', options, (told) =>
      this.client.authenticate({ ...options, ...told }),
    )
    return toAuthenticated(result) as FaceIoAuthenticateResult<Offline>
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

  override openOffline(): Promise<OfflineDevice> {
    return this.client.openOffline()
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
    const { offline } = this.#options
    const loading = Promise.all([loadMessages(wanted), offline && loadOfflineUi()])
    const [messages, createOfflineUi] = await unlessAborted(loading, signal)
    const outcome = runModal({
      operation,
      start() {
        const ceremony = begin({ signal, locales: wanted })
        if (options.onState) ceremony.subscribe(options.onState)
        return ceremony
      },
      messages,
      offline: createOfflineUi ? createOfflineUi(messages) : undefined,
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

/** Where it cannot be had, the widget says in its other words that there is no connection. */
const loadOfflineUi = () =>
  withinPatience(import('../ui/offline-ui.ts')).then(
    ({ createOfflineUi }) => createOfflineUi,
    () => undefined,
  )

/** @throws MienError UI_NOT_READY on a server or before there is a body, BROWSER_UNSUPPORTED */
function requirePage(): void {
  if (typeof document === 'undefined' || document.body === null) throw new MienError('UI_NOT_READY')
  requireBrowser()
}

function toEnrolled(result: CeremonyResult | OfflineResult): FaceIoEnrolled | FaceIoOfflineEnrolled {
  if ('offline' in result) return { ...toClaim(result), draft: true, facialId: null }
  const { facialId = null, timestamp = null } = result.disclosed ?? {}
  return { facialId, timestamp, details: result.details, ...redeemable(result) }
}

function toAuthenticated(result: CeremonyResult | OfflineResult): FaceIoAuthenticated | FaceIoOfflineAuthenticated {
  // Nobody recognised is a refusal, so that there is somebody here.
  if ('offline' in result) return { ...toClaim(result), facialId: result.facialId! }
  const { facialId = null, payload = null } = result.disclosed ?? {}
  return { payload, facialId, ...redeemable(result) }
}

const toClaim = ({ offline, level, activeCheck, eventId, timestamp }: OfflineResult): FaceIoClaim => ({
  offline,
  level,
  activeCheck,
  eventId,
  timestamp,
})

const redeemable = ({ resultCode, resultExpiresAt }: CeremonyResult) => ({ resultCode, resultExpiresAt })
