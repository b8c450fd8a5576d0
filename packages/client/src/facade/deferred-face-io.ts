import type { OfflineDevice } from '../offline/offline-device.ts'
import type { OfflineMode } from '../offline/open-offline.ts'
import { FaceIoApi, type FaceIoConstructor } from './face-io-api.ts'
import type {
  FaceIoAge,
  FaceIoAuthenticateOptions,
  FaceIoCallOptions,
  FaceIoEnrollOptions,
  FaceIoLiveness,
  FaceIoLookOptions,
  FaceIoOptions,
} from './face-io-types.ts'
import { fioErrCode } from './fio-err-code.ts'
import { FioError } from './fio-error.ts'
import type { FaceIoAuthenticateResult, FaceIoEnrollResult } from './offline-results.ts'
import { unlessAborted } from './unless-aborted.ts'

/**
 * The `faceIO` of the script tag: there at once, while the widget is still loading. Calls wait for it; when it cannot be
 * loaded they reject with UI_NOT_READY instead of staying silent.
 *
 * @param load fetches the widget, at most once
 * @param defaults what the script tag says, for options that the page leaves out
 */
export function deferredFaceIo(
  load: () => Promise<{ readonly faceIO: FaceIoConstructor }>,
  defaults: Omit<FaceIoOptions, 'offline'>,
): FaceIoConstructor {
  let loading: Promise<FaceIoConstructor> | undefined
  const loadOnce = (): Promise<FaceIoConstructor> => {
    loading ??= load().then(
      (widget) => widget.faceIO,
      (cause) => {
        // A later call may find the network back.
        loading = undefined
        throw new FioError(fioErrCode.UI_NOT_READY, { message: 'The widget could not be loaded', cause })
      },
    )
    return loading
  }

  return class<Offline extends OfflineMode | false = false> extends FaceIoApi<Offline> {
    override readonly ready: Promise<void>
    readonly #publicId: string
    readonly #options: FaceIoOptions<Offline>
    #loaded: FaceIoApi<Offline> | undefined
    #waiting = new AbortController()

    constructor(publicId: string, options: FaceIoOptions<Offline> = {}) {
      super()
      this.#publicId = publicId
      this.#options = { ...defaults, ...options }
      this.ready = this.#load().then(() => undefined)
      // Whoever does not ask is told by the call itself.
      this.ready.catch(() => undefined)
    }

    override async enroll(options?: FaceIoEnrollOptions): Promise<FaceIoEnrollResult<Offline>> {
      return (await this.#loadFor(options)).enroll(options)
    }

    override async authenticate(options?: FaceIoAuthenticateOptions): Promise<FaceIoAuthenticateResult<Offline>> {
      return (await this.#loadFor(options)).authenticate(options)
    }

    override async liveness(options?: FaceIoLookOptions): Promise<FaceIoLiveness> {
      return (await this.#loadFor(options)).liveness(options)
    }

    override async ageVerify(options?: FaceIoLookOptions): Promise<FaceIoAge> {
      return (await this.#loadFor(options)).ageVerify(options)
    }

    override restartSession(): boolean {
      this.#waiting.abort()
      this.#waiting = new AbortController()
      return this.#loaded?.restartSession() ?? true
    }

    override dispose(): void {
      this.#waiting.abort()
      this.#waiting = new AbortController()
      this.#loaded?.dispose()
    }

    override async logoutDevice(): Promise<void> {
      await (await this.#load()).logoutDevice()
    }

    override async openOffline(): Promise<OfflineDevice> {
      // Nobody would end the syncing of what is opened after it was let go.
      return (await unlessAborted(this.#load(), this.#waiting.signal)).openOffline()
    }

    async #load(): Promise<FaceIoApi<Offline>> {
      const FaceIo = await loadOnce()
      this.#loaded ??= new FaceIo(this.#publicId, this.#options)
      return this.#loaded
    }

    async #loadFor(options: FaceIoCallOptions | undefined): Promise<FaceIoApi<Offline>> {
      try {
        // The widget itself says what is wrong with a signal that is none.
        const signals = options?.signal instanceof AbortSignal ? [options.signal] : []
        return await unlessAborted(this.#load(), this.#waiting.signal, ...signals)
      } catch (error) {
        throw this.#options.legacyErrors && error instanceof FioError ? error.code : error
      }
    }
  }
}
