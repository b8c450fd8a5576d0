import type {
  CeremonyState,
  FaceIoAge,
  FaceIoAuthenticateResult,
  FaceIoEnrollResult,
  FaceIoLiveness,
  FioError,
  OfflineMode,
} from '@mien/client'

/** What each call resolves with. */
export interface MienResults<Offline extends OfflineMode | false = false> {
  readonly enroll: FaceIoEnrollResult<Offline>
  readonly authenticate: FaceIoAuthenticateResult<Offline>
  readonly liveness: FaceIoLiveness
  readonly ageVerify: FaceIoAge
}
export type MienCallName = keyof MienResults

type Done<Offline extends OfflineMode | false> = {
  [Name in MienCallName]: { readonly status: 'done'; readonly name: Name; readonly result: MienResults<Offline>[Name] }
}

/** The newest call. */
export type MienCall<Offline extends OfflineMode | false = false> =
  /** None yet, or it was aborted by the page. */
  | { readonly status: 'idle' }
  /** `state` is null until the ceremony has its first. */
  | { readonly status: 'busy'; readonly name: MienCallName; readonly state: CeremonyState | null }
  | Done<Offline>[MienCallName]
  | { readonly status: 'failed'; readonly name: MienCallName; readonly error: FioError }
