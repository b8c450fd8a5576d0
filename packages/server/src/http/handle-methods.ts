import { MienError } from '@mien/shared/errors'
import type { Context, Hono } from 'hono'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
export type MethodHandlers = Partial<Record<Method, (c: Context) => Promise<Response>>>

/**
 * Answers one path by these methods and no other: the router would take HEAD for GET.
 *
 * @throws MienError METHOD_NOT_ALLOWED from the handler, with those that are
 */
export function handleMethods(app: Hono, path: string, handlers: MethodHandlers): void {
  const byMethod = new Map(Object.entries(handlers))
  app.all(path, (c) => {
    const handler = byMethod.get(c.req.method)
    if (handler !== undefined) return handler(c)
    throw new MienError('METHOD_NOT_ALLOWED', { details: { allow: [...byMethod.keys()].join(', ') } })
  })
}
