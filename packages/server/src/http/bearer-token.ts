import type { Context } from 'hono'

/** The scheme in any case, one space, one `b64token` (RFC 6750 section 2.1). */
const bearer = /^bearer ([A-Za-z0-9._~+/-]{1,4096}=*)$/i

/** The token in `Authorization`; undefined without one, and where it is none. */
export const bearerToken = (c: Context): string | undefined => bearer.exec(c.req.header('authorization') ?? '')?.[1]
