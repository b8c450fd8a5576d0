import type { OfflineDevice } from '../offline/offline-device.ts'
import type { OfflineMode } from '../offline/open-offline.ts'
import type {
  FaceIoAge,
  FaceIoAuthenticateOptions,
  FaceIoEnrollOptions,
  FaceIoLiveness,
  FaceIoLookOptions,
  FaceIoOptions,
} from './face-io-types.ts'
import { fioErrCode } from './fio-err-code.ts'
import type { FaceIoAuthenticateResult, FaceIoEnrollResult } from './offline-results.ts'

export type FaceIoConstructor = new <Offline extends OfflineMode | false = false>(
  publicId: string,
  options?: FaceIoOptions<Offline>,
) => FaceIoApi<Offline>

/** What a page calls, whether the widget is there already or still on its way; FACEIO's second names included. */
export abstract class FaceIoApi<Offline extends OfflineMode | false = false> {
  /** Resolves when the widget is there. Calls before that wait for it. */
  abstract readonly ready: Promise<void>

  /** @throws FioError */
  abstract enroll(options?: FaceIoEnrollOptions): Promise<FaceIoEnrollResult<Offline>>

  /** @throws FioError */
  abstract authenticate(options?: FaceIoAuthenticateOptions): Promise<FaceIoAuthenticateResult<Offline>>

  /** Whether a live face is in front of the camera, whoever it is. @throws FioError */
  abstract liveness(options?: FaceIoLookOptions): Promise<FaceIoLiveness>

  /** How old a face looks, whoever it is. @throws FioError */
  abstract ageVerify(options?: FaceIoLookOptions): Promise<FaceIoAge>

  /**
   * Closes what this instance has open or waiting, if anything, so that the next call can be made. May be awaited.
   *
   * @returns whether the next call can be made: not while another instance has the widget
   */
  abstract restartSession(ignored?: unknown): boolean

  /**
   * Closes what this instance has open, and ends its worker with the networks that it holds in memory. For a page that goes on
   * without it; a later call starts another worker.
   */
  abstract dispose(): void

  /**
   * Forgets the key that this device has for the application, for a person who leaves it to others: the next sign-in here is that of an
   * unknown device.
   */
  abstract logoutDevice(): Promise<void>

  /**
   * What this device keeps to work without the server: registers it, says what waits, and syncs from now on. To be called while the
   * server can be reached, with each page that is to work without it.
   *
   * @throws MienError REQUEST_INVALID where the option `offline` is not set, NETWORK_IO
   */
  abstract openOffline(): Promise<OfflineDevice>

  fetchAllErrorCodes(): typeof fioErrCode {
    return fioErrCode
  }

  enrol(options?: FaceIoEnrollOptions): Promise<FaceIoEnrollResult<Offline>> {
    return this.enroll(options)
  }

  register(options?: FaceIoEnrollOptions): Promise<FaceIoEnrollResult<Offline>> {
    return this.enroll(options)
  }

  record(options?: FaceIoEnrollOptions): Promise<FaceIoEnrollResult<Offline>> {
    return this.enroll(options)
  }

  auth(options?: FaceIoAuthenticateOptions): Promise<FaceIoAuthenticateResult<Offline>> {
    return this.authenticate(options)
  }

  recognize(options?: FaceIoAuthenticateOptions): Promise<FaceIoAuthenticateResult<Offline>> {
    return this.authenticate(options)
  }

  identify(options?: FaceIoAuthenticateOptions): Promise<FaceIoAuthenticateResult<Offline>> {
    return this.authenticate(options)
  }
}
