import type { Hook } from '@hono/zod-openapi'
import { MienError } from '@mien/shared/errors'
import type { Env } from 'hono'

interface Issue {
  readonly code?: string
  readonly path: readonly PropertyKey[]
  readonly keys?: readonly string[]
}

/** Turns what a validator found into our own error: the names of the fields, never their values. */
export const throwInvalid: Hook<unknown, Env, string, unknown> = (result) => {
  if (result.success) return undefined
  const issues = result.error.issues as readonly Issue[]
  const isUnknown = issues.some((issue) => issue.code === 'unrecognized_keys')
  const fields = [...new Set(issues.map(({ path, keys = [] }) => [...path, ...keys.slice(0, 1)].join('.')))].slice(
    0,
    10,
  )
  const details = { fields }
  if (result.target === 'param') throw new MienError('ID_FORMAT', { details })
  if (result.target === 'query') throw new MienError('PARAM_INVALID', { details })
  throw new MienError(isUnknown ? 'UNKNOWN_FIELD' : 'REQUEST_INVALID', { details, cause: result.error })
}
