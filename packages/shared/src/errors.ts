/**
 * The one list of error codes. Every edge (HTTP dialect, widget, language) owns a table that
 * `satisfies Record<ErrorCode, …>`, so that a new code fails the build until each of them renders it.
 *
 * A rejected person is not in this list: that is a decision (see `policy/`), not an error.
 */
export const errorMessages = {
  // Vision: what an image or a frame lacks
  NO_FACE: 'No face was found',
  MANY_FACES: 'More than one face was found',
  FACE_TOO_SMALL: 'The face is too small',
  FACE_CROPPED: 'The face is cut off by the edge of the image',
  QUALITY_TOO_LOW: 'The image of the face is not good enough',
  SPOOF_SUSPECTED: 'The image does not look like a live person',
  MORPH_SUSPECTED: 'The image resembles two different people who are enrolled',

  // Images as uploaded
  IMAGE_EMPTY: 'The image is empty',
  IMAGE_CORRUPT: 'The image cannot be decoded',
  IMAGE_TRUNCATED: 'The image is cut short',
  IMAGE_ANIMATED: 'Animated images are not accepted',
  IMAGE_TYPE_UNSUPPORTED: 'This image type is not accepted',
  IMAGE_TYPE_MISMATCH: 'The content of the image is not of the type that was declared',
  IMAGE_TOO_LARGE: 'The image has too many pixels',
  IMAGE_DIMENSIONS: 'The image is too small or too narrow',
  IMAGE_NOT_KEPT: 'No image is kept',

  // Models and inference
  MODEL_PACK_UNKNOWN: 'No model pack has this name',
  MODEL_MANIFEST_INVALID: 'The model manifest is not valid',
  MODEL_SOURCE_UNREACHABLE: 'A model file could not be fetched',
  MODEL_HASH_MISMATCH: 'A model file is not the one that the manifest names',
  MODEL_OUTPUT_INVALID: 'A model answered with unusable numbers',
  STORAGE_FULL: 'There is no space left to store a file',
  RUNTIME_UNAVAILABLE: 'No inference runtime could be started',
  WORKER_CRASHED: 'The worker stopped unexpectedly',

  // Camera and page
  CAMERA_DENIED: 'The camera was not allowed',
  CAMERA_NOT_FOUND: 'There is no camera',
  CAMERA_BUSY: 'The camera is in use by another program',
  CAMERA_LOST: 'The camera stopped',
  INSECURE_CONTEXT: 'A camera needs a secure page (https or localhost)',
  BROWSER_UNSUPPORTED: 'This browser lacks what the widget needs',
  CONSENT_DECLINED: 'The terms were not accepted',
  IDLE_TIMEOUT: 'No face appeared in time',
  REPLY_TIMEOUT: 'The server did not answer in time',
  ABORTED: 'The operation was cancelled',
  SESSION_IN_PROGRESS: 'Another operation is in progress',
  UI_NOT_READY: 'The user interface could not be shown',
  NETWORK_IO: 'The server could not be reached',

  // Requests
  JSON_INVALID: 'The body is not valid JSON',
  JSON_DEPTH: 'The JSON is nested too deeply',
  JSON_DUPLICATE_KEY: 'A key appears twice in the JSON',
  JSON_OBJECT_REQUIRED: 'The body must be a JSON object',
  UTF8_INVALID: 'The body is not valid UTF-8',
  BODY_TOO_LARGE: 'The body is too large',
  CONTENT_TYPE_UNSUPPORTED: 'This content type is not accepted',
  CONTENT_ENCODING_UNSUPPORTED: 'Compressed request bodies are not accepted',
  NOT_ACCEPTABLE: 'None of the accepted content types can be produced',
  REQUEST_INVALID: 'The request is not valid',
  UNKNOWN_FIELD: 'The request has a field that is not known',
  ID_FORMAT: 'The identifier is not well formed',
  BASE64_INVALID: 'The text is not strict base64url',
  PARAM_INVALID: 'A parameter is not valid',
  PARAM_DUPLICATE: 'A parameter was given more than once',
  SECRET_IN_URL: 'Secrets are not accepted in a URL',
  HEADER_DUPLICATE: 'A header was given more than once',
  ROUTE_NOT_FOUND: 'There is nothing at this address',
  METHOD_NOT_ALLOWED: 'This address does not answer to this method',
  REQUEST_TIMEOUT: 'The request took too long to arrive',

  // Who may
  UNAUTHORIZED: 'Credentials are missing or not valid',
  FORBIDDEN: 'These credentials do not allow this',
  ORIGIN_FORBIDDEN: 'This origin may not use the application',
  ORIGIN_MISSING: 'The request has no origin',
  COUNTRY_FORBIDDEN: 'The application may not be used from this country',
  RATE_LIMITED: 'Too many requests',
  NOT_FOUND: 'There is no such thing',
  GONE: 'It was deleted',
  CONFLICT: 'The change conflicts with what is stored',
  FACE_DUPLICATE: 'This person is enrolled already',
  QUOTA_REACHED: 'The application has as many people as it may have',
  IDEMPOTENCY_MISMATCH: 'This idempotency key was used for another request',

  // Ceremony
  SESSION_EXPIRED: 'The session has expired',
  CHALLENGE_UNKNOWN: 'The challenge is not known',
  CHALLENGE_USED: 'The challenge was already used',
  CHALLENGE_EXPIRED: 'The challenge has expired',
  BINDING_MISMATCH: 'The challenge belongs to another session, origin or operation',
  CONSENT_REQUIRED: 'Consent must be given before a face is enrolled',
  RESULT_EXPIRED: 'The result code has expired',
  RESULT_USED: 'The result code was already redeemed',
  PKCE_MISMATCH: 'The code verifier does not fit the code challenge',
  SIGNATURE_INVALID: 'The signature is not that of a device key which may sign here',
  ASSURANCE_TOO_LOW: 'The application asks for more evidence than this device can give',
  CROPS_INVALID: 'The pictures of the capture are not those that were announced',
  PASSKEY_INVALID: 'The passkey was not accepted',

  // Templates, payloads, PINs
  TEMPLATE_MALFORMED: 'The template is not well formed',
  TEMPLATE_VERSION: 'The template has an unknown format version',
  TEMPLATE_DIMENSION: 'The template has the wrong length',
  TEMPLATE_NOT_FINITE: 'The template holds a number that is not finite',
  TEMPLATE_NORM: 'The template is not a unit vector',
  TEMPLATE_IMPLAUSIBLE: 'No face gives such a template',
  TEMPLATE_REPLAY: 'These templates were sent before',
  MODEL_MISMATCH: 'The template was made by another model',
  FRAMES_INVALID: 'The frames do not form one live capture',
  PAYLOAD_TOO_LARGE: 'The payload is larger than 16 KB',
  PIN_FORMAT: 'A PIN has 4 to 16 digits',
  PIN_WEAK: 'The PIN is too easy to guess',
  PIN_LOCKED: 'The PIN is locked',
  PIN_NOT_UNIQUE: 'The PIN is already in use',

  // The server itself
  DATABASE_LOCKED: 'Another process uses the data folder',
  DATABASE_UNAVAILABLE: 'The database is not available',
  CONFIG_INVALID: 'The configuration is not valid',
  OVERLOADED: 'The server is too busy',
  MAIL_NOT_CONFIGURED: 'The server cannot send mail',
  MAIL_FAILED: 'The mail could not be sent',
  INTERNAL: 'Something went wrong inside',
} as const

export type ErrorCode = keyof typeof errorMessages

export const errorCodes = Object.keys(errorMessages) as readonly ErrorCode[]

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorMessages, value)

/** Facts that help the caller to mend a request. Never biometrics, secrets or scores. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>

export interface MienErrorOptions {
  readonly message?: string
  readonly cause?: unknown
  readonly details?: ErrorDetails
}

/** The only error that Mien throws on purpose. Callers branch on `code`, never on `message`. */
export class MienError extends Error {
  override readonly name = 'MienError'
  readonly details: ErrorDetails | undefined

  constructor(
    readonly code: ErrorCode,
    options: MienErrorOptions = {},
  ) {
    super(options.message ?? errorMessages[code], options.cause === undefined ? {} : { cause: options.cause })
    this.details = options.details
  }
}

/** Wraps whatever was thrown: a MienError stays itself, an abort becomes ABORTED, the rest INTERNAL with its cause. */
export function toMienError(error: unknown, fallback: ErrorCode = 'INTERNAL'): MienError {
  if (error instanceof MienError) return error
  if (error instanceof Error && error.name === 'AbortError') return new MienError('ABORTED', { cause: error })
  return new MienError(fallback, { cause: error })
}
