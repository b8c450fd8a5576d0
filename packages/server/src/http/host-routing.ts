import { getPath } from 'hono/utils/url'

/**
 * The path by which a request is routed: that of its URL, below the root that its host name stands for. A vendor's client then
 * needs a new base URL and nothing else. Whoever forges a `Host` reaches what its path would have reached anyway.
 *
 * @param roots host name in lower case, without port -> path without a slash at the end
 */
export const routeByHost =
  (roots: ReadonlyMap<string, string>) =>
  (request: Request): string => {
    const path = getPath(request)
    const root = roots.size === 0 ? undefined : roots.get(hostNameOf(request.url))
    return root === undefined ? path : root + path
  }

const hostNameOf = (url: string): string => new URL(url).hostname.replace(/\.$/, '')
