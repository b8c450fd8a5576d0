import type { MiddlewareHandler } from 'hono'

/** While the server is stopping each answer is the last one on its connection, so that the next request goes to another server. */
export const endConnections =
  (isAccepting: () => boolean): MiddlewareHandler =>
  async (c, next) => {
    await next()
    if (!isAccepting()) c.res.headers.set('Connection', 'close')
  }
