/** What `faceIO` gives a page that set `offline` where the server could not be reached. Ours, all of it. */
import type { OfflineResult } from '../offline/offline-result.ts'
import type { OfflineMode } from '../offline/open-offline.ts'
import type { FaceIoAuthenticated, FaceIoEnrolled } from './face-io-types.ts'

/** A claim of this device's (OF9), which waits to be told: nothing to redeem, and nobody is signed in by it. */
export interface FaceIoClaim extends Omit<OfflineResult, 'operation' | 'facialId'> {}

/** This device recognised somebody it knows. */
export interface FaceIoOfflineAuthenticated extends FaceIoClaim {
  readonly facialId: string
}

/** An enrolment that lies on this device. It becomes a person, with a facial id, once the server has taken it. */
export interface FaceIoOfflineEnrolled extends FaceIoClaim {
  readonly draft: true
  readonly facialId: null
}

/** Decided by the server. */
interface WithServer {
  readonly offline?: never
}

type OrOffline<Offline extends OfflineMode | false, Online, Claim> = [Offline] extends [false]
  ? Online
  : (Online & WithServer) | Claim

/** A page that set `offline` has to look at `offline` before there is anything to redeem; any other gets what FACEIO gives. */
export type FaceIoEnrollResult<Offline extends OfflineMode | false> = OrOffline<
  Offline,
  FaceIoEnrolled,
  FaceIoOfflineEnrolled
>

/** As `FaceIoEnrollResult`. */
export type FaceIoAuthenticateResult<Offline extends OfflineMode | false> = OrOffline<
  Offline,
  FaceIoAuthenticated,
  FaceIoOfflineAuthenticated
>
