import { type ErrorCode, errorMessages, MienError, toMienError } from '@mien/shared/errors'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { DemoBackend } from './demo-backend.ts'

export interface DemoOptions {
  readonly publicId: string
  readonly backend: DemoBackend
  /** At least 32 random bytes as text; signs the cookie that keeps a visitor signed in. */
  readonly cookieSecret: string
  readonly statusOf: (code: ErrorCode) => ContentfulStatusCode
}

const cookieName = 'mien_demo'
const oneHourSeconds = 3600
const maxBodyBytes = 32 * 1024

/**
 * The demo site's own backend: what a website would write to use Mien. It holds the secret key, redeems result codes, and keeps
 * its own session in a cookie. It knows nothing of the server that it happens to run in.
 */
export function createDemo({ publicId, backend, cookieSecret, statusOf }: DemoOptions): Hono {
  const app = new Hono()
  const fail = (c: Context, error: MienError) =>
    c.json({ error: { code: error.code.toLowerCase(), message: publicMessage(error) } }, statusOf(error.code))

  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: (c) => fail(c, new MienError('BODY_TOO_LARGE')) }))
  app.onError((error, c) => fail(c, toMienError(error)))

  const signedIn = async (c: Context): Promise<string> => {
    const facialId = await getSignedCookie(c, cookieSecret, cookieName)
    if (!facialId) throw new MienError('UNAUTHORIZED', { message: 'Sign in first' })
    return facialId
  }

  app.get('/config', (c) => c.json({ public_id: publicId }))

  app.post('/redeem', async (c) => {
    const resultCode = textField(await jsonBody(c), 'result_code')
    const redeemed = await backend.redeem(resultCode)
    // Strict: another site can neither send this cookie nor cause it to be sent.
    await setSignedCookie(c, cookieName, redeemed.facialId, cookieSecret, {
      path: '/demo',
      httpOnly: true,
      sameSite: 'Strict',
      secure: new URL(c.req.url).protocol === 'https:',
      maxAge: oneHourSeconds,
    })
    return c.json({ assertion: redeemed.assertion, claims: redeemed.claims, payload: redeemed.payload })
  })

  app.get('/me', async (c) => c.json(await backend.subject(await signedIn(c))))

  app.put('/me/payload', async (c) => {
    const facialId = await signedIn(c)
    const body = await jsonBody(c)
    if (!Object.hasOwn(body, 'payload')) throw new MienError('REQUEST_INVALID', { message: 'payload is missing' })
    return c.json(await backend.setPayload(facialId, body.payload))
  })

  app.delete('/me', async (c) => {
    await backend.remove(await signedIn(c))
    deleteCookie(c, cookieName, { path: '/demo' })
    return c.json({ deleted: true })
  })

  app.post('/sign-out', (c) => {
    deleteCookie(c, cookieName, { path: '/demo' })
    return c.json({ signed_out: true })
  })

  app.all('*', () => {
    throw new MienError('ROUTE_NOT_FOUND')
  })
  return app
}

/** What went wrong inside is for the log, not for the visitor. */
const publicMessage = (error: MienError): string => (error.code === 'INTERNAL' ? errorMessages.INTERNAL : error.message)

/** Only `application/json` is read: a form on another site cannot send that without a preflight. */
async function jsonBody(c: Context): Promise<Record<string, unknown> & { payload?: unknown }> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) throw new MienError('CONTENT_TYPE_UNSUPPORTED')
  let body: unknown
  try {
    body = await c.req.json()
  } catch (cause) {
    throw new MienError('JSON_INVALID', { cause })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new MienError('JSON_OBJECT_REQUIRED')
  return { ...body }
}

function textField(body: Record<string, unknown>, name: string): string {
  const value = body[name]
  if (typeof value !== 'string') throw new MienError('REQUEST_INVALID', { message: `${name} must be a text` })
  return value
}
