import { MienError } from '@mien/shared/errors'
import type { MiddlewareHandler } from 'hono'

interface Definition {
  readonly type: string
  readonly route?: { readonly method: string; readonly path: string }
}

/** Answers 405 with Allow where the path exists and the method does not, before any body is read. */
export function methodGuard(definitions: () => readonly unknown[]): MiddlewareHandler {
  let routes: { pattern: RegExp; method: string }[] | undefined
  return async (c, next) => {
    routes ??= (definitions() as readonly Definition[]).flatMap(({ route }) =>
      route === undefined ? [] : [compile(route)],
    )
    const path = new URL(c.req.url).pathname
    const methods = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
    const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods
    if (allowed.length > 0 && !allowed.includes(c.req.method)) {
      throw new MienError('METHOD_NOT_ALLOWED', { details: { allow: [...new Set(allowed)].sort().join(', ') } })
    }
    return next()
  }
}

/** Paths of the definitions hold letters, dots, dashes and `{names}` only. */
const compile = ({ path, method }: { path: string; method: string }) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[a-z_]+\}/g, '[^/]+')}$`),
  method: method.toUpperCase(),
})
