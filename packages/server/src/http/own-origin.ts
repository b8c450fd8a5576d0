import type { Context } from 'hono'

/** Whether an origin is this server's own: the host that the browser asked for, or the address that it was told to have. */
export function isOwnOrigin(c: Context, origin: string, publicUrl: string | null): boolean {
  if (publicUrl !== null && URL.canParse(publicUrl) && new URL(publicUrl).origin === origin) return true
  const host = c.req.header('host') ?? new URL(c.req.url).host
  return origin === `http://${host}` || origin === `https://${host}`
}
