import type { RefusalReason } from '@mien/shared/api/submissions'
import type { ErrorCode } from '@mien/shared/errors'
import { Refusal } from '../ceremony/refusal.ts'
import type { CeremonyFailure } from '../ceremony/state.ts'

/** Failures that deserve the same words, and whether another try in the same place can help. */
const helpsToRetry = {
  'no-face': true,
  'many-faces': true,
  'poor-view': true,
  spoof: true,
  'camera-denied': true,
  'camera-missing': true,
  'camera-busy': true,
  'camera-lost': true,
  'insecure-page': false,
  'browser-unsupported': false,
  'consent-declined': true,
  'server-slow': true,
  cancelled: true,
  'in-progress': false,
  network: true,
  'site-fault': false,
  origin: false,
  'too-many': false,
  expired: true,
  'server-fault': true,
  busy: true,
  crashed: true,
  'storage-full': false,
  'not-recognised': true,
  duplicate: false,
  mismatch: true,
  'pin-wrong': false,
  'pin-not-unique': true,
  country: false,
  minor: false,
  quota: false,
} as const

export type FailureKind = keyof typeof helpsToRetry

export const failureKinds = Object.keys(helpsToRetry) as readonly FailureKind[]

export const canRetry = (kind: FailureKind): boolean => helpsToRetry[kind]

const kindOfCode = {
  NO_FACE: 'no-face',
  MANY_FACES: 'many-faces',
  FACE_TOO_SMALL: 'poor-view',
  FACE_CROPPED: 'poor-view',
  QUALITY_TOO_LOW: 'poor-view',
  SPOOF_SUSPECTED: 'spoof',
  MORPH_SUSPECTED: 'site-fault',

  IMAGE_EMPTY: 'site-fault',
  IMAGE_CORRUPT: 'site-fault',
  IMAGE_TRUNCATED: 'site-fault',
  IMAGE_ANIMATED: 'site-fault',
  IMAGE_TYPE_UNSUPPORTED: 'site-fault',
  IMAGE_TYPE_MISMATCH: 'site-fault',
  IMAGE_TOO_LARGE: 'site-fault',
  IMAGE_DIMENSIONS: 'site-fault',
  IMAGE_NOT_KEPT: 'site-fault',

  MODEL_PACK_UNKNOWN: 'server-fault',
  MODEL_MANIFEST_INVALID: 'server-fault',
  MODEL_SOURCE_UNREACHABLE: 'network',
  MODEL_HASH_MISMATCH: 'server-fault',
  MODEL_OUTPUT_INVALID: 'crashed',
  STORAGE_FULL: 'storage-full',
  RUNTIME_UNAVAILABLE: 'browser-unsupported',
  WORKER_CRASHED: 'crashed',

  CAMERA_DENIED: 'camera-denied',
  CAMERA_NOT_FOUND: 'camera-missing',
  CAMERA_BUSY: 'camera-busy',
  CAMERA_LOST: 'camera-lost',
  INSECURE_CONTEXT: 'insecure-page',
  BROWSER_UNSUPPORTED: 'browser-unsupported',
  CONSENT_DECLINED: 'consent-declined',
  IDLE_TIMEOUT: 'no-face',
  REPLY_TIMEOUT: 'server-slow',
  ABORTED: 'cancelled',
  SESSION_IN_PROGRESS: 'in-progress',
  UI_NOT_READY: 'browser-unsupported',
  NETWORK_IO: 'network',

  JSON_INVALID: 'site-fault',
  JSON_DEPTH: 'site-fault',
  JSON_DUPLICATE_KEY: 'site-fault',
  JSON_OBJECT_REQUIRED: 'site-fault',
  UTF8_INVALID: 'site-fault',
  BODY_TOO_LARGE: 'site-fault',
  CONTENT_TYPE_UNSUPPORTED: 'site-fault',
  CONTENT_ENCODING_UNSUPPORTED: 'site-fault',
  NOT_ACCEPTABLE: 'site-fault',
  REQUEST_INVALID: 'site-fault',
  UNKNOWN_FIELD: 'site-fault',
  ID_FORMAT: 'site-fault',
  BASE64_INVALID: 'site-fault',
  PARAM_INVALID: 'site-fault',
  PARAM_DUPLICATE: 'site-fault',
  SECRET_IN_URL: 'site-fault',
  HEADER_DUPLICATE: 'site-fault',
  ROUTE_NOT_FOUND: 'site-fault',
  METHOD_NOT_ALLOWED: 'site-fault',
  REQUEST_TIMEOUT: 'server-slow',

  UNAUTHORIZED: 'site-fault',
  FORBIDDEN: 'site-fault',
  ORIGIN_FORBIDDEN: 'origin',
  ORIGIN_MISSING: 'origin',
  COUNTRY_FORBIDDEN: 'country',
  RATE_LIMITED: 'too-many',
  NOT_FOUND: 'site-fault',
  GONE: 'site-fault',
  CONFLICT: 'site-fault',
  FACE_DUPLICATE: 'site-fault',
  QUOTA_REACHED: 'site-fault',
  IDEMPOTENCY_MISMATCH: 'site-fault',

  SESSION_EXPIRED: 'expired',
  CHALLENGE_UNKNOWN: 'expired',
  CHALLENGE_USED: 'expired',
  CHALLENGE_EXPIRED: 'expired',
  BINDING_MISMATCH: 'site-fault',
  CONSENT_REQUIRED: 'consent-declined',
  RESULT_EXPIRED: 'expired',
  RESULT_USED: 'expired',
  PKCE_MISMATCH: 'site-fault',

  TEMPLATE_MALFORMED: 'crashed',
  TEMPLATE_VERSION: 'crashed',
  TEMPLATE_DIMENSION: 'crashed',
  TEMPLATE_NOT_FINITE: 'crashed',
  TEMPLATE_NORM: 'crashed',
  TEMPLATE_IMPLAUSIBLE: 'poor-view',
  TEMPLATE_REPLAY: 'spoof',
  MODEL_MISMATCH: 'crashed',
  FRAMES_INVALID: 'poor-view',
  PAYLOAD_TOO_LARGE: 'site-fault',
  PIN_FORMAT: 'pin-wrong',
  PIN_WEAK: 'pin-wrong',
  PIN_LOCKED: 'pin-wrong',
  PIN_NOT_UNIQUE: 'pin-not-unique',

  DATABASE_LOCKED: 'server-fault',
  DATABASE_UNAVAILABLE: 'server-fault',
  CONFIG_INVALID: 'server-fault',
  OVERLOADED: 'busy',
  MAIL_NOT_CONFIGURED: 'site-fault',
  MAIL_FAILED: 'site-fault',
  INTERNAL: 'server-fault',
} as const satisfies Record<ErrorCode, FailureKind>

const kindOfReason = {
  not_recognised: 'not-recognised',
  duplicate: 'duplicate',
  mismatch: 'mismatch',
  pin_wrong: 'pin-wrong',
  pin_not_unique: 'pin-not-unique',
  too_many: 'too-many',
  expired: 'expired',
  origin: 'origin',
  country: 'country',
  consent: 'consent-declined',
  minor: 'minor',
  spoof: 'spoof',
  quota: 'quota',
} as const satisfies Record<RefusalReason, FailureKind>

export function failureKind(failure: CeremonyFailure): FailureKind {
  if (failure instanceof Refusal) return kindOfReason[failure.reason]
  // What the server says carries the status of its answer; without one, it went wrong here.
  if (failure.code === 'INTERNAL' && failure.details?.status === undefined) return 'crashed'
  return kindOfCode[failure.code]
}
