import type { Context } from 'hono'
import type { ZodMiniType } from 'zod/mini'
import { throwInvalid } from '../../http/throw-invalid.ts'

/** What a request says, if it fits. @throws MienError those of throwInvalid */
export function checked<T>(c: Context, schema: ZodMiniType<T>, values: object, target: 'json' | 'form' | 'query'): T {
  const result = schema.safeParse(values)
  if (!result.success) throwInvalid({ success: false, error: result.error as never, target }, c)
  return result.data as T
}
