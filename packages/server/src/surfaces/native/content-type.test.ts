import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, pageOrigin, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

/**
 * What a form on any website can make a browser send without asking first (https://fetch.spec.whatwg.org/#cors-safelisted-request-header),
 * and what is no type at all.
 */
const types: [string, string][] = [
  ['no type', ''],
  ['text/plain', 'text/plain'],
  ['a form', 'application/x-www-form-urlencoded'],
  ['a form with files', 'multipart/form-data; boundary=x'],
  ['JSON as a parameter', 'text/plain; x=application/json'],
  ['a type that begins like it', 'application/jsonp'],
  ['two types', 'text/plain, application/json'],
]

interface Route {
  readonly method: string
  readonly path: string
}

let rig: TestApp
let shop: TestApplication
let facialId: string
let clientToken: string
let routes: readonly Route[]

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication()
  facialId = await shop.enroll(syntheticPerson(1))
  clientToken = (await shop.openSession({ operation: 'enroll' })).json.client_token
  const { paths } = (await rig.send('GET', '/v1/openapi.json')).json as { paths: Record<string, object> }
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .map((method) => method.toUpperCase())
      .filter((method) => ['POST', 'PUT', 'PATCH'].includes(method))
      .map((method) => ({ method, path })),
  )
})
afterAll(() => rig.close())

/** Whoever may do the most on this route. */
const credentialOf = (path: string): string => {
  if (path.startsWith('/v1/admin')) return `Bearer ${rig.adminToken}`
  const isPages = /^\/v1\/(challenges|submissions|reveals|step-ups|passkey|sessions\/current)/.test(path)
  return isPages ? `Session ${clientToken}` : `Bearer ${shop.credentials.secret_key}`
}

const fill = (path: string): string =>
  path
    .replace('{facial_id}', facialId)
    .replace('{application_id}', shop.credentials.application_id)
    .replace(/\{[a-z_]+\}/g, '0190163d-8694-739b-aea5-966c26f8ad90')

/** All that a backend and an administrator can see. */
async function everything(): Promise<string> {
  const asAdmin = async (path: string) =>
    (await rig.send('GET', path, { authorization: `Bearer ${rig.adminToken}` })).text
  const lists = [
    'subjects',
    'galleries',
    'webhooks',
    'settings',
    'audit',
    `subjects/${facialId}`,
    `subjects/${facialId}/faces`,
    `subjects/${facialId}/consents`,
  ]
  const own = await Promise.all(lists.map(async (list) => (await shop.backend('GET', `/v1/${list}`)).text))
  const { application_id: id } = shop.credentials
  const all = ['/v1/admin/applications', `/v1/admin/applications/${id}/keys`, '/v1/admin/signing-keys']
  return [...own, ...(await Promise.all(all.map(asAdmin)))].join('\n')
}

/** What each route would do something with, were it read. */
const body = JSON.stringify({
  operation: 'enroll',
  name: 'written',
  url: 'https://hooks.example/',
  pin: '82641',
  payload: 1,
  compromised: true,
  kind: 'secret_key',
  retain_images: true,
})

describe.each(types)('WEB-05: with %s', (what, type) => {
  test('no route that changes something reads the body, and nothing changes', async () => {
    expect(routes.length).toBeGreaterThan(15)
    const before = await everything()
    const statuses: Record<number, number> = {}
    for (const { method, path } of routes) {
      const answer = await rig.send(method, fill(path), {
        authorization: credentialOf(path),
        headers: { 'content-type': type, origin: pageOrigin },
        raw: new TextEncoder().encode(body),
      })
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      expect([method, path, answer.status >= 400 && answer.status < 500]).toEqual([method, path, true])
    }
    expect(await everything()).toBe(before)
    console.log(`WEB-05 ${what}: ${routes.length} routes, 0 changes, answers ${JSON.stringify(statuses)}`)
  })
})

test('WEB-05: the same bodies as JSON do change something, so that the test above could fail', async () => {
  const before = await everything()
  for (const [method, path, given] of [
    ['POST', '/v1/subjects', { name: 'written' }],
    ['PUT', `/v1/subjects/${facialId}/payload`, { payload: 1 }],
  ] as const) {
    expect((await shop.backend(method, path, given)).status).toBeLessThan(300)
  }
  expect(await everything()).not.toBe(before)
})
