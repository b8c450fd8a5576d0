import { type ErrorBody, toWireCode } from '@mien/shared/api/errors'
import { type ErrorCode, errorMessages, type MienError } from '@mien/shared/errors'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Each error's HTTP status in the native dialect. Codes that a server never sends are 500: if one does come, it is our fault. */
export const nativeStatus = {
  NO_FACE: 422,
  MANY_FACES: 422,
  FACE_TOO_SMALL: 422,
  FACE_CROPPED: 422,
  QUALITY_TOO_LOW: 422,
  SPOOF_SUSPECTED: 422,
  MORPH_SUSPECTED: 422,
  IMAGE_EMPTY: 400,
  IMAGE_CORRUPT: 422,
  IMAGE_TRUNCATED: 422,
  IMAGE_ANIMATED: 415,
  IMAGE_TYPE_UNSUPPORTED: 415,
  IMAGE_TYPE_MISMATCH: 415,
  IMAGE_TOO_LARGE: 422,
  IMAGE_DIMENSIONS: 422,
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
  ABORTED: 503,
  SESSION_IN_PROGRESS: 500,
  UI_NOT_READY: 500,
  NETWORK_IO: 500,
  JSON_INVALID: 400,
  JSON_DEPTH: 400,
  JSON_DUPLICATE_KEY: 400,
  JSON_OBJECT_REQUIRED: 400,
  UTF8_INVALID: 400,
  BODY_TOO_LARGE: 413,
  CONTENT_TYPE_UNSUPPORTED: 415,
  CONTENT_ENCODING_UNSUPPORTED: 415,
  NOT_ACCEPTABLE: 406,
  REQUEST_INVALID: 422,
  UNKNOWN_FIELD: 422,
  ID_FORMAT: 400,
  BASE64_INVALID: 400,
  PARAM_INVALID: 400,
  PARAM_DUPLICATE: 400,
  SECRET_IN_URL: 400,
  HEADER_DUPLICATE: 400,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  ORIGIN_FORBIDDEN: 403,
  ORIGIN_MISSING: 403,
  COUNTRY_FORBIDDEN: 403,
  RATE_LIMITED: 429,
  NOT_FOUND: 404,
  GONE: 410,
  CONFLICT: 409,
  FACE_DUPLICATE: 409,
  QUOTA_REACHED: 403,
  IDEMPOTENCY_MISMATCH: 422,
  SESSION_EXPIRED: 401,
  CHALLENGE_UNKNOWN: 404,
  CHALLENGE_USED: 409,
  CHALLENGE_EXPIRED: 410,
  BINDING_MISMATCH: 409,
  CONSENT_REQUIRED: 422,
  RESULT_EXPIRED: 410,
  RESULT_USED: 409,
  PKCE_MISMATCH: 401,
  SIGNATURE_INVALID: 401,
  ASSURANCE_TOO_LOW: 403,
  CROPS_INVALID: 422,
  PASSKEY_INVALID: 401,
  TEMPLATE_MALFORMED: 422,
  TEMPLATE_VERSION: 422,
  TEMPLATE_DIMENSION: 422,
  TEMPLATE_NOT_FINITE: 422,
  TEMPLATE_NORM: 422,
  TEMPLATE_IMPLAUSIBLE: 422,
  TEMPLATE_REPLAY: 409,
  MODEL_MISMATCH: 409,
  FRAMES_INVALID: 422,
  PAYLOAD_TOO_LARGE: 413,
  PIN_FORMAT: 422,
  PIN_WEAK: 422,
  PIN_LOCKED: 423,
  PIN_NOT_UNIQUE: 409,
  DATABASE_LOCKED: 503,
  DATABASE_UNAVAILABLE: 503,
  CONFIG_INVALID: 503,
  OVERLOADED: 503,
  MAIL_NOT_CONFIGURED: 409,
  MAIL_FAILED: 503,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>

/** Seconds that a client should wait when nothing better is known. */
const retryAfterSeconds = 5

export interface RenderedError {
  readonly status: ContentfulStatusCode
  readonly body: ErrorBody
  readonly headers: Readonly<Record<string, string>>
}

/** What is shown of an error: its code, its message unless it is our own fault, which fields are wrong, never a cause. */
export function renderError(error: MienError, requestId: string): RenderedError {
  const status = nativeStatus[error.code]
  const { fields, allow, retry_after: retryAfter, is_replay: isReplay } = error.details ?? {}
  return {
    status,
    body: {
      error: {
        code: toWireCode(error.code),
        message: status === 500 ? errorMessages[error.code] : error.message,
        request_id: requestId,
        ...(Array.isArray(fields) ? { fields: [...fields] as string[] } : {}),
      },
    },
    headers: {
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="mien"' } : {}),
      ...(typeof allow === 'string' ? { Allow: allow } : {}),
      ...(isReplay === true ? { 'Idempotency-Replayed': 'true' } : {}),
      ...(status === 429 || status === 503 || retryAfter !== undefined
        ? { 'Retry-After': String(retryAfter ?? retryAfterSeconds) }
        : {}),
    },
  }
}
