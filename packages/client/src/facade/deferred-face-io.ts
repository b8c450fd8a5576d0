import type {
  FaceIoAuthenticated,
  FaceIoAuthenticateOptions,
  FaceIoEnrolled,
  FaceIoEnrollOptions,
  FaceIoOptions,
  faceIO,
} from './face-io.ts'
import { fioErrCode } from './fio-err-code.ts'
import { FioError } from './fio-error.ts'

type FaceIoConstructor = new (publicId: string, options?: FaceIoOptions) => faceIO

/** What pages call; the rest of `faceIO` is there once the widget is. */
export type DeferredFaceIo = Pick<faceIO, 'ready' | 'enroll' | 'authenticate' | 'restartSession' | 'fetchAllErrorCodes'>

/**
 * The `faceIO` of the script tag: there at once, while the widget is still loading. Calls wait for it; when it cannot be
 * loaded they reject with UI_NOT_READY instead of staying silent.
 *
 * @param load fetches the widget, at most once
 * @param endpoint where the script came from, which is where the server is unless the page says otherwise
 */
export function deferredFaceIo(
  load: () => Promise<{ readonly faceIO: FaceIoConstructor }>,
  endpoint: string,
): new (
  publicId: string,
  options?: FaceIoOptions,
) => DeferredFaceIo {
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

  return class {
    readonly ready: Promise<void>
    readonly #options: FaceIoOptions
    #loaded: faceIO | undefined

    constructor(
      readonly publicId: string,
      options: FaceIoOptions = {},
    ) {
      this.#options = { endpoint, ...options }
      this.ready = this.#load().then(() => undefined)
      // Whoever does not ask is told by the call itself.
      this.ready.catch(() => undefined)
    }

    async enroll(options?: FaceIoEnrollOptions): Promise<FaceIoEnrolled> {
      return (await this.#loadForCall()).enroll(options)
    }

    async authenticate(options?: FaceIoAuthenticateOptions): Promise<FaceIoAuthenticated> {
      return (await this.#loadForCall()).authenticate(options)
    }

    restartSession(): boolean {
      return this.#loaded?.restartSession() ?? false
    }

    fetchAllErrorCodes(): typeof fioErrCode {
      return fioErrCode
    }

    async #load(): Promise<faceIO> {
      const FaceIo = await loadOnce()
      this.#loaded ??= new FaceIo(this.publicId, this.#options)
      return this.#loaded
    }

    async #loadForCall(): Promise<faceIO> {
      try {
        return await this.#load()
      } catch (error) {
        throw this.#options.legacyErrors && error instanceof FioError ? error.code : error
      }
    }
  }
}
