import { MienError, toMienError } from '@mien/shared/errors'
import { HTTPException } from 'hono/http-exception'

/** Hono's own exceptions come from its body and route handling. */
export function toHttpError(error: unknown): MienError {
  if (!(error instanceof HTTPException)) return toMienError(error)
  if (error.status === 413) return new MienError('BODY_TOO_LARGE', { cause: error })
  if (error.status < 500) return new MienError('JSON_INVALID', { cause: error })
  return new MienError('INTERNAL', { cause: error })
}
