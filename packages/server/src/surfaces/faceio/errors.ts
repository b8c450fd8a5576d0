import { type ErrorCode, errorMessages, type MienError } from '@mien/shared/errors'
import type { FailureBody } from './wire.ts'

/** The statuses that the dialect documents, and one that any server needs: 503. */
type FaceioStatus = 400 | 401 | 404 | 405 | 429 | 500 | 503

/** Each error's status. What is wrong with a request or a picture is 400; what a server never sends is 500. */
const faceioStatus = {
  NO_FACE: 400,
  MANY_FACES: 400,
  FACE_TOO_SMALL: 400,
  FACE_CROPPED: 400,
  QUALITY_TOO_LOW: 400,
  SPOOF_SUSPECTED: 400,
  MORPH_SUSPECTED: 400,
  IMAGE_EMPTY: 400,
  IMAGE_CORRUPT: 400,
  IMAGE_TRUNCATED: 400,
  IMAGE_ANIMATED: 400,
  IMAGE_TYPE_UNSUPPORTED: 400,
  IMAGE_TYPE_MISMATCH: 400,
  IMAGE_TOO_LARGE: 400,
  IMAGE_DIMENSIONS: 400,
  IMAGE_NOT_KEPT: 404,
  MODEL_PACK_UNKNOWN: 503,
  MODEL_MANIFEST_INVALID: 503,
  MODEL_SOURCE_UNREACHABLE: 503,
  MODEL_HASH_MISMATCH: 503,
  MODEL_OUTPUT_INVALID: 503,
  STORAGE_FULL: 503,
  RUNTIME_UNAVAILABLE: 503,
  WORKER_CRASHED: 503,
  CAMERA_DENIED: 500,
  CAMERA_NOT_FOUND: 500,
  CAMERA_BUSY: 500,
  CAMERA_LOST: 500,
  INSECURE_CONTEXT: 500,
  BROWSER_UNSUPPORTED: 500,
  CONSENT_DECLINED: 500,
  IDLE_TIMEOUT: 500,
  REPLY_TIMEOUT: 500,
  ABORTED: 400,
  SESSION_IN_PROGRESS: 500,
  UI_NOT_READY: 500,
  NETWORK_IO: 500,
  JSON_INVALID: 400,
  JSON_DEPTH: 400,
  JSON_DUPLICATE_KEY: 400,
  JSON_OBJECT_REQUIRED: 400,
  UTF8_INVALID: 400,
  BODY_TOO_LARGE: 400,
  CONTENT_TYPE_UNSUPPORTED: 400,
  CONTENT_ENCODING_UNSUPPORTED: 400,
  NOT_ACCEPTABLE: 400,
  REQUEST_INVALID: 400,
  UNKNOWN_FIELD: 400,
  ID_FORMAT: 400,
  BASE64_INVALID: 400,
  PARAM_INVALID: 400,
  PARAM_DUPLICATE: 400,
  SECRET_IN_URL: 400,
  HEADER_DUPLICATE: 400,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 500,
  ORIGIN_FORBIDDEN: 500,
  ORIGIN_MISSING: 500,
  COUNTRY_FORBIDDEN: 500,
  RATE_LIMITED: 429,
  NOT_FOUND: 404,
  GONE: 404,
  CONFLICT: 400,
  FACE_DUPLICATE: 400,
  QUOTA_REACHED: 400,
  IDEMPOTENCY_MISMATCH: 400,
  SESSION_EXPIRED: 500,
  CHALLENGE_UNKNOWN: 500,
  CHALLENGE_USED: 500,
  CHALLENGE_EXPIRED: 500,
  BINDING_MISMATCH: 500,
  CONSENT_REQUIRED: 500,
  RESULT_EXPIRED: 500,
  RESULT_USED: 500,
  PKCE_MISMATCH: 500,
  SIGNATURE_INVALID: 500,
  ASSURANCE_TOO_LOW: 500,
  CROPS_INVALID: 500,
  PASSKEY_INVALID: 500,
  TEMPLATE_MALFORMED: 500,
  TEMPLATE_VERSION: 500,
  TEMPLATE_DIMENSION: 500,
  TEMPLATE_NOT_FINITE: 500,
  TEMPLATE_NORM: 500,
  TEMPLATE_IMPLAUSIBLE: 500,
  TEMPLATE_REPLAY: 500,
  MODEL_MISMATCH: 500,
  FRAMES_INVALID: 500,
  PAYLOAD_TOO_LARGE: 400,
  PIN_FORMAT: 400,
  PIN_WEAK: 400,
  PIN_LOCKED: 400,
  PIN_NOT_UNIQUE: 400,
  DATABASE_LOCKED: 503,
  DATABASE_UNAVAILABLE: 503,
  CONFIG_INVALID: 503,
  OVERLOADED: 503,
  MAIL_NOT_CONFIGURED: 500,
  MAIL_FAILED: 500,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, FaceioStatus>

/** Seconds that a client should wait when nothing better is known. */
const retryAfterSeconds = 5

export interface RenderedFailure {
  readonly body: FailureBody & { readonly status: FaceioStatus }
  readonly headers: Readonly<Record<string, string>>
}

/** What is shown of an error: its message unless it is our own fault, never a cause. */
export function renderFailure(error: MienError): RenderedFailure {
  const status = faceioStatus[error.code]
  const { allow, retry_after: retryAfter } = error.details ?? {}
  const mayWait = status === 429 || status === 503
  return {
    body: { status, error: status >= 500 ? errorMessages[error.code] : error.message },
    headers: {
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="mien"' } : {}),
      ...(typeof allow === 'string' ? { Allow: allow } : {}),
      ...(mayWait ? { 'Retry-After': String(retryAfter ?? retryAfterSeconds) } : {}),
    },
  }
}
