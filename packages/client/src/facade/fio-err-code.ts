/** How older pages spell two of the names. They can be read, and are not listed. */
const oldSpellings = { FORBIDDDEN_ORIGIN: { value: 17 }, FORBIDDDEN_COUNTRY: { value: 18 } }

const numbers = {
  PERMISSION_REFUSED: 1,
  NO_FACES_DETECTED: 2,
  UNRECOGNIZED_FACE: 3,
  MANY_FACES: 4,
  PAD_ATTACK: 5,
  FACE_MISMATCH: 6,
  NETWORK_IO: 7,
  WRONG_PIN_CODE: 8,
  PROCESSING_ERR: 9,
  UNAUTHORIZED: 10,
  TERMS_NOT_ACCEPTED: 11,
  UI_NOT_READY: 12,
  SESSION_EXPIRED: 13,
  TIMEOUT: 14,
  TOO_MANY_REQUESTS: 15,
  EMPTY_ORIGIN: 16,
  FORBIDDEN_ORIGIN: 17,
  FORBIDDEN_COUNTRY: 18,
  UNIQUE_PIN_REQUIRED: 19,
  SESSION_IN_PROGRESS: 20,
  FACE_DUPLICATION: 21,
  MINORS_NOT_ALLOWED: 22,
  UPGRADE_REQUIRED: 23,
  ABORTED_BY_USER: 24,
} as const

/** The numbers that FACEIO's `fetchAllErrorCodes()` gives (fiojs 3.0.0), by name. Some are not fatal: 19 and 20. */
export const fioErrCode = Object.defineProperties(numbers, oldSpellings)

export type FioErrName = keyof typeof fioErrCode
export type FioErrCode = (typeof fioErrCode)[FioErrName]
