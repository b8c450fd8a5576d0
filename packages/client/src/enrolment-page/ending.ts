import { type FioErrName, FioError, fioErrCode } from '@mien/client'

/** Ways in which the page is through with a person. */
export type EndingKind =
  | 'done'
  /** No token, one that is none, or one that no session has. */
  | 'unknown'
  /** Too late, or tried too often. */
  | 'expired'
  | 'used'
  /** A session that enrolls nobody. */
  | 'other-purpose'
  | 'insecure'
  | 'browser'
  | 'camera-denied'
  | 'camera-missing'
  | 'camera-busy'
  | 'camera-lost'
  | 'network'
  | 'server-slow'
  | 'duplicate'
  | 'minor'
  | 'fault'

export interface Ending {
  readonly kind: EndingKind
  /** Tells those who can mend it what it was. */
  readonly code?: string
}

/** null: the person may simply start again. */
const kinds = {
  PERMISSION_REFUSED: 'camera-denied',
  NO_FACES_DETECTED: null,
  UNRECOGNIZED_FACE: 'fault',
  MANY_FACES: null,
  PAD_ATTACK: null,
  FACE_MISMATCH: null,
  NETWORK_IO: 'network',
  WRONG_PIN_CODE: null,
  PROCESSING_ERR: 'fault',
  UNAUTHORIZED: 'fault',
  TERMS_NOT_ACCEPTED: null,
  UI_NOT_READY: 'browser',
  SESSION_EXPIRED: 'expired',
  TIMEOUT: 'server-slow',
  TOO_MANY_REQUESTS: 'fault',
  EMPTY_ORIGIN: 'fault',
  FORBIDDEN_ORIGIN: 'fault',
  FORBIDDEN_COUNTRY: 'fault',
  UNIQUE_PIN_REQUIRED: null,
  SESSION_IN_PROGRESS: null,
  FACE_DUPLICATION: 'duplicate',
  MINORS_NOT_ALLOWED: 'minor',
  UPGRADE_REQUIRED: 'fault',
  ABORTED_BY_USER: null,
} as const satisfies Record<FioErrName, EndingKind | null>

/** What is finer than FACEIO's numbers. */
const finer: Readonly<Record<string, EndingKind>> = {
  CAMERA_NOT_FOUND: 'camera-missing',
  CAMERA_BUSY: 'camera-busy',
  CAMERA_LOST: 'camera-lost',
  INSECURE_CONTEXT: 'insecure',
  CHALLENGE_USED: 'used',
  RUNTIME_UNAVAILABLE: 'browser',
  too_many: 'expired',
}

/** What a call of the widget ended with. @returns null where the person may simply start again */
export function endingOf(error: unknown): Ending | null {
  if (!(error instanceof FioError)) return { kind: 'fault' }
  const code = error.mienCode ?? error.reason ?? nameOf(error)
  const kind = finer[code] ?? kinds[nameOf(error)]
  if (kind === null) return null
  return kind === 'fault' ? { kind, code } : { kind }
}

const nameOf = ({ code }: FioError): FioErrName =>
  (Object.keys(fioErrCode) as FioErrName[]).find((name) => fioErrCode[name] === code) ?? 'PROCESSING_ERR'
