import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** The peer of the connection. Forwarded-For headers are anyone's to write, so they are not read. */
export function clientAddress(c: Context): string {
  return (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket?.remoteAddress ?? 'local'
}
