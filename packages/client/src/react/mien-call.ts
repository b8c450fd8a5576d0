import type {
  CeremonyState,
  FaceIoAge,
  FaceIoAuthenticated,
  FaceIoEnrolled,
  FaceIoLiveness,
  FioError,
} from '@mien/client'

/** What each call resolves with. */
export interface MienResults {
  readonly enroll: FaceIoEnrolled
  readonly authenticate: FaceIoAuthenticated
  readonly liveness: FaceIoLiveness
  readonly ageVerify: FaceIoAge
}
export type MienCallName = keyof MienResults

type Done = {
  [Name in MienCallName]: { readonly status: 'done'; readonly name: Name; readonly result: MienResults[Name] }
}

/** The newest call. */
export type MienCall =
  /** None yet, or it was aborted by the page. */
  | { readonly status: 'idle' }
  /** `state` is null until the ceremony has its first. */
  | { readonly status: 'busy'; readonly name: MienCallName; readonly state: CeremonyState | null }
  | Done[MienCallName]
  | { readonly status: 'failed'; readonly name: MienCallName; readonly error: FioError }
