import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Context, MiddlewareHandler } from 'hono'
import { accepts } from 'hono/accepts'
import { etag } from 'hono/etag'

/** Below this, headers weigh more than what is saved. */
const minBytes = 1024

/** Fast rather than small: these are answers, made anew each time. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

/** The best first. */
const compressors = {
  br: (body: Uint8Array) => promisify(brotliCompress)(body, brotliOptions),
  gzip: (body: Uint8Array) => promisify(gzip)(body),
}
type Coding = keyof typeof compressors

/** Weak, because one tag stands for an answer however it is compressed (RFC 9110, section 8.8.1). */
const tagged = etag({ weak: true })

/**
 * Answers that a client may keep and ask about: a tag, 304 for who has the same, and compression. For lists, facts, images and
 * descriptions only. Where an answer holds a secret and something that an attacker chose, its compressed length tells of the
 * secret (CVE-2013-3587), so nothing with credentials, tokens or codes goes through here.
 */
export const revalidated: MiddlewareHandler = async (c, next) => {
  await tagged(c, next)
  if (!c.res.headers.has('ETag')) return
  c.res.headers.set('Cache-Control', 'private, no-cache')
  c.res.headers.append('Vary', 'Authorization, X-API-Key, Accept-Encoding')
  if (c.req.method === 'GET' && c.res.status === 200) await compress(c)
}

async function compress(c: Context): Promise<void> {
  const coding = codingFor(c)
  const type = c.res.headers.get('content-type') ?? ''
  if (coding === undefined || !/^(text\/|application\/(json|xml))/.test(type)) return
  const body = Buffer.from(await c.res.arrayBuffer())
  const isSmall = body.length < minBytes
  c.res = new Response(Uint8Array.from(isSmall ? body : await compressors[coding](body)), c.res)
  if (isSmall) return
  c.res.headers.set('Content-Encoding', coding)
  c.res.headers.delete('Content-Length')
}

function codingFor(c: Context): Coding | undefined {
  const chosen = accepts(c, {
    header: 'Accept-Encoding',
    supports: Object.keys(compressors),
    default: 'identity',
    match: (given, { supports, default: none }) =>
      supports.find((name) => given.some(({ type, q }) => type.toLowerCase() === name && q > 0)) ?? none,
  })
  return chosen in compressors ? (chosen as Coding) : undefined
}
