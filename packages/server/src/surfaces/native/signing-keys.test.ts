import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../../../../test/contract/test-app.ts'

let rig: TestApp
beforeAll(async () => {
  rig = await openTestApp()
})
afterAll(() => rig.close())

const path = '/v1/admin/signing-keys'
const asAdmin = (method: string, body?: unknown) =>
  rig.send(method, path, { authorization: `Bearer ${rig.adminToken}`, ...(body === undefined ? {} : { body }) })
const published = async () => (await rig.send('GET', '/.well-known/jwks.json')).json.keys

test('AS6: an administrator replaces the key that signs while the server runs, one at a time', async () => {
  expect((await asAdmin('GET')).json.keys).toMatchObject([{ state: 'signing', leaves_at: null }])
  const made = await asAdmin('POST', {})
  expect([made.status, made.json.keys.map(({ state }: { state: string }) => state)]).toEqual([
    201,
    ['signing', 'waiting'],
  ])
  expect((await asAdmin('POST', {})).status).toBe(409)
  rig.clock.advance(10)
  const keys = await published()
  expect(keys.map(({ kid }: { kid: string }) => kid)).toEqual(
    made.json.keys.map(({ key_id }: { key_id: string }) => key_id),
  )
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
})

test('AS7: says that the old ones are compromised, and they are gone', async () => {
  const made = await asAdmin('POST', { compromised: true })
  expect(made.json.keys).toMatchObject([{ state: 'signing', leaves_at: null }])
  rig.clock.advance(10)
  expect(await published()).toMatchObject([{ kid: made.json.keys[0].key_id }])
})

test.each([
  ['no token', undefined],
  ['a secret key', 'Bearer mk_0123456789'],
])('AS6: nobody else may, with %s', async (_, authorization) => {
  for (const method of ['GET', 'POST']) {
    const sent = method === 'POST' ? { body: {} } : {}
    const answer = await rig.send(method, path, authorization === undefined ? sent : { ...sent, authorization })
    expect(answer.status).toBe(401)
  }
})

test.each([{ compromised: 'yes' }, { now: true }, []])('AS6: %j is refused', async (body) => {
  expect((await asAdmin('POST', body)).status).toBeGreaterThanOrEqual(400)
  expect(await published()).toHaveLength(1)
})
