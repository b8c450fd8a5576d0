import { MienError } from '@mien/shared/errors'
import { describe, expect, it } from 'vitest'
import { createDemo } from './demo.ts'
import type { DemoBackend } from './demo-backend.ts'

const facialId = '0f8fad5b-d9cb-469f-a165-70867728950e'

function fakeBackend(): DemoBackend & { removed: string[] } {
  const removed: string[] = []
  const stored = {
    facial_id: facialId,
    gallery: 'default',
    user_ref: null,
    name: '',
    faces: 1,
    has_pin: false,
    created_at: '2026-01-01T00:00:00Z',
    last_seen_at: null,
    consent: null,
    payload: null,
  }
  return {
    removed,
    redeem: async (code) => {
      if (code !== 'good') throw new MienError('RESULT_USED')
      return { facialId, assertion: 'a.b.c', claims: { sub: facialId } as never, payload: null }
    },
    subject: async () => stored,
    setPayload: async (_id, payload) => ({ ...stored, payload: payload as never }),
    remove: async (id) => {
      removed.push(id)
    },
  }
}

function setUp() {
  const backend = fakeBackend()
  const app = createDemo({
    publicId: 'mp_test',
    backend,
    cookieSecret: 'x'.repeat(43),
    statusOf: (code: string) => ({ UNAUTHORIZED: 401, RESULT_USED: 410, CONTENT_TYPE_UNSUPPORTED: 415 })[code] ?? 400,
  } as never)
  const json = (path: string, method: string, body: unknown, cookie = '') =>
    app.request(path, { method, headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body) })
  return { app, backend, json }
}

const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''

describe('the demo backend', () => {
  it('signs a visitor in only after a result code was redeemed, with a cookie that no script or other site can use', async () => {
    const { json } = setUp()
    const response = await json('/redeem', 'POST', { result_code: 'good' })
    expect(response.status).toBe(200)
    expect(response.headers.get('set-cookie')).toMatch(/HttpOnly/)
    expect(response.headers.get('set-cookie')).toMatch(/SameSite=Strict/)
    const refused = await json('/redeem', 'POST', { result_code: 'used' })
    expect(refused.status).toBe(410)
    expect(refused.headers.get('set-cookie')).toBeNull()
  })

  it('refuses a forged or missing cookie on everything that belongs to a person', async () => {
    const { app, json, backend } = setUp()
    for (const cookie of ['', `mien_demo=${facialId}`, `mien_demo=${facialId}.AAAA`]) {
      expect((await app.request('/me', { headers: { cookie } })).status).toBe(401)
      expect((await json('/me/payload', 'PUT', { payload: 1 }, cookie)).status).toBe(401)
      expect((await app.request('/me', { method: 'DELETE', headers: { cookie } })).status).toBe(401)
    }
    expect(backend.removed).toEqual([])
  })

  it('lets the signed-in person read, change and delete their own record', async () => {
    const { app, json, backend } = setUp()
    const cookie = cookieOf(await json('/redeem', 'POST', { result_code: 'good' }))
    expect((await app.request('/me', { headers: { cookie } })).status).toBe(200)
    expect(await (await json('/me/payload', 'PUT', { payload: { name: 'Ada' } }, cookie)).json()).toMatchObject({
      payload: { name: 'Ada' },
    })
    const deleted = await app.request('/me', { method: 'DELETE', headers: { cookie } })
    expect(deleted.status).toBe(200)
    expect(backend.removed).toEqual([facialId])
    expect(deleted.headers.get('set-cookie')).toMatch(/Max-Age=0/)
  })

  it('reads JSON only, so that a form on another site cannot act', async () => {
    const { app } = setUp()
    const response = await app.request('/redeem', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"result_code":"good"}',
    })
    expect(response.status).toBe(415)
  })
})
