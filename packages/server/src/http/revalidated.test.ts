import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { revalidated } from './revalidated.ts'

const large = { subjects: Array.from({ length: 100 }, (_, i) => ({ facial_id: String(i) })) }
const small = { subjects: [] }
const picture = Buffer.alloc(5000, 7)

const app = new Hono()
app.use('*', revalidated)
app.get('/large', (c) => c.json(large))
app.get('/small', (c) => c.json(small))
app.get('/picture', (c) => c.body(picture, 200, { 'Content-Type': 'image/jpeg' }))
app.get('/none', (c) => c.body(null, 204))
app.get('/missing', (c) => c.json({ error: 'x'.repeat(5000) }, 404))
app.get('/failed', () => {
  throw new Error('failed')
})
app.onError((_, c) => c.json({ error: 'x'.repeat(5000) }, 500))
app.post('/large', (c) => c.json(large))

const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.request(path, { method, headers })
const tagOf = (response: Response) => response.headers.get('etag')!

describe('[ER18] an answer that may be kept', () => {
  test('has a tag, and whoever has the same gets 304 and no body', async () => {
    const first = await ask('/large')
    expect(await first.json()).toEqual(large)
    expect(tagOf(first)).toMatch(/^W\/"[0-9a-f]{40}"$/)
    for (const known of [tagOf(first), `"other", ${tagOf(first)}`, tagOf(first).slice(2), '*']) {
      const again = await ask('/large', { 'if-none-match': known, 'accept-encoding': 'br' })
      expect([again.status, await again.text(), tagOf(again)]).toEqual([304, '', tagOf(first)])
      expect(again.headers.get('cache-control')).toBe('private, no-cache')
      expect(again.headers.get('vary')).toBe('Authorization, X-API-Key, Accept-Encoding')
    }
  })

  test('another answer has another tag', async () => {
    const known = tagOf(await ask('/small'))
    expect((await ask('/large', { 'if-none-match': known })).status).toBe(200)
  })

  test('is kept by the client alone, and asked about each time', async () => {
    const { headers } = await ask('/large')
    expect(headers.get('cache-control')).toBe('private, no-cache')
    expect(headers.get('vary')).toBe('Authorization, X-API-Key, Accept-Encoding')
  })

  test.each([
    ['gzip, deflate, br', 'br'],
    ['br;q=0.1, gzip', 'br'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['deflate', null],
    ['identity', null],
    ['', null],
    ['br;q=0', null],
  ])('is compressed as the client takes it: %j', async (accepted, coding) => {
    const response = await ask('/large', { 'accept-encoding': accepted })
    expect(response.headers.get('content-encoding')).toBe(coding)
    const body = Buffer.from(await response.arrayBuffer())
    const text = coding === 'br' ? brotliDecompressSync(body) : coding === 'gzip' ? gunzipSync(body) : body
    expect(JSON.parse(String(text))).toEqual(large)
    expect(tagOf(response)).toBe(tagOf(await ask('/large')))
  })

  test.each(['/small', '/picture'])('%s is sent as it is', async (path) => {
    const response = await ask(path, { 'accept-encoding': 'gzip, br' })
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.has('etag')).toBe(true)
    expect((await response.arrayBuffer()).byteLength).toBe(path === '/picture' ? 5000 : 15)
  })

  test('HEAD has the tag and no body', async () => {
    const response = await ask('/large', { 'accept-encoding': 'br' }, 'HEAD')
    expect([tagOf(response), await response.text()]).toEqual([tagOf(await ask('/large')), ''])
  })
})

test.each([
  ['/none', 'GET', 204],
  ['/missing', 'GET', 404],
  ['/failed', 'GET', 500],
  ['/large', 'POST', 200],
])('[ER18] %s by %s is neither tagged nor compressed', async (path, method, status) => {
  const { status: answered, headers } = await ask(path, { 'accept-encoding': 'br', 'if-none-match': '*' }, method)
  expect([answered, headers.get('etag'), headers.get('content-encoding')]).toEqual([status, null, null])
  expect(headers.get('cache-control')).toBeNull()
})
