import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, pageOrigin, type TestApp } from '../../../../test/contract/test-app.ts'

let rig: TestApp
beforeAll(async () => {
  rig = await openTestApp()
  await rig.createApplication({ origins: [pageOrigin, 'http://localhost:3000'] })
})
afterAll(() => rig.close())

/** As a browser or somebody's program writes them; the first two are listed. */
const origins = [
  pageOrigin,
  'http://localhost:3000',
  'http://shop.example',
  'https://shop.example:8443',
  'https://shop.example.',
  'https://shop.example.evil.example',
  'https://evil-shop.example',
  'https://www.shop.example',
  'https://SHOP.example',
  'https://shop.example/',
  'null',
  'https://evil.example',
]

/** Whether a page of a listed origin may read it, and one of any other. */
const routes = [
  // Anybody may try, so that a widget can say that its site is not listed.
  { method: 'POST', path: '/v1/sessions', listed: true, others: true },
  { method: 'POST', path: '/v1/challenges', listed: true, others: false },
  { method: 'POST', path: '/v1/submissions', listed: true, others: false },
  { method: 'POST', path: '/v1/results/redeem', listed: false, others: false },
  { method: 'GET', path: '/v1/subjects', listed: false, others: false },
  { method: 'POST', path: '/v1/admin/applications', listed: false, others: false },
]

test('WEB-04: 12 origins by 6 routes: an answer is readable where its exact origin is listed and its route is a page’s, else nowhere', async () => {
  let readable = 0
  let checks = 0
  for (const [i, origin] of origins.entries()) {
    for (const { method, path, listed, others } of routes) {
      const isReadable = i < 2 ? listed : others
      const headers = {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization',
      }
      const preflight = await rig.send('OPTIONS', path, { headers })
      const answer = await rig.send(method, path, { headers: { origin }, ...(method === 'POST' ? { body: {} } : {}) })
      expect([origin, path, preflight.status]).toEqual([origin, path, isReadable ? 204 : 403])
      for (const { headers: sent } of [preflight, answer]) {
        checks++
        if (isReadable) readable++
        expect([origin, path, sent.get('access-control-allow-origin')]).toEqual([
          origin,
          path,
          isReadable ? origin : null,
        ])
        expect(sent.get('access-control-allow-credentials')).toBeNull()
        expect(sent.get('vary')).toMatch(/\bOrigin\b/)
      }
      // Nobody without a credential gets anything either way.
      expect(answer.status).toBeGreaterThanOrEqual(400)
    }
  }
  console.log(
    `WEB-04: ${origins.length} origins x ${routes.length} routes, ${checks} answers, ${readable} readable, as listed; 0 others`,
  )
})

test('WEB-04: a page may send a signature of its device beside its credential, and nothing else of its own', async () => {
  const headers = { origin: pageOrigin, 'access-control-request-method': 'POST' }
  const preflight = await rig.send('OPTIONS', '/v1/submissions', { headers })
  expect(preflight.headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type, Mien-Signature')
  expect(preflight.headers.get('access-control-allow-methods')).toBe('POST')
})

// The last, because it opens all preflights.
test('WEB-04: where an application takes pages from anywhere, their origin is named and never a star', async () => {
  await rig.createApplication({ origins: [] })
  const headers = { origin: 'https://any.example', 'access-control-request-method': 'POST' }
  const preflight = await rig.send('OPTIONS', '/v1/challenges', { headers })
  expect(preflight.headers.get('access-control-allow-origin')).toBe('https://any.example')
})
