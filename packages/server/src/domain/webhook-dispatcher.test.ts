import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { createDispatcher } from './webhook-dispatcher.ts'
import type { WebhookAnswer, WebhookPost } from './webhook-ports.ts'

const ok: WebhookAnswer = { httpStatus: 204, error: null }
const down: WebhookAnswer = { httpStatus: null, error: 'connection_failed' }
const oldUrl = 'https://old.example/'
const newUrl = 'https://new.example/'

let rig: TestApp
let shop: TestApplication
let id: string
let posts: WebhookPost[]
/** What the owner does while the first post is under way. */
let meanwhile: () => Promise<unknown>
let answer: WebhookAnswer
let seed = 0

beforeAll(async () => {
  const post = async (each: WebhookPost) => {
    posts.push(each)
    if (posts.length === 1) await meanwhile()
    return each.url === newUrl ? ok : answer
  }
  rig = await openTestApp({ webhookSender: { check: async () => {}, post } })
})
beforeEach(async () => {
  for (const each of await rig.database.stores.applications.list())
    await rig.database.stores.applications.remove(each.id)
  posts = []
  answer = ok
  shop = await rig.createApplication()
  id = (await shop.backend('POST', '/v1/webhooks', { url: oldUrl })).json.webhook_id
  for (let i = 0; i < 3; i++) await shop.enroll(syntheticPerson(++seed))
})
afterEach(() => vi.useRealTimers())
afterAll(() => rig.close())

const change = (patch: object) => shop.backend('PATCH', `/v1/webhooks/${id}`, patch)
const state = async () => (await shop.backend('GET', `/v1/webhooks/${id}`)).json

test('[WH6] one that its owner switches off is sent nothing more, and what was under way counts', async () => {
  meanwhile = () => change({ status: 'disabled' })
  await rig.dispatcher.runDue()
  expect(posts).toHaveLength(1)
  expect(await state()).toMatchObject({ status: 'disabled', pending: 2 })
})

test('[WH6] another address holds from the next delivery on', async () => {
  meanwhile = () => change({ url: newUrl })
  await rig.dispatcher.runDue()
  expect(posts.map(({ url }) => url)).toEqual([oldUrl, newUrl, newUrl, newUrl])
  expect(await state()).toMatchObject({ pending: 0 })
})

test('[WH5] so do other secrets', async () => {
  const rotated = { secret: '' }
  meanwhile = async () => {
    rotated.secret = (await shop.backend('POST', `/v1/webhooks/${id}/secret`, { kind: 'bearer_token' })).json.secret
  }
  await rig.dispatcher.runDue()
  const tokens = posts.map(({ headers }) => headers['www-authenticate'])
  expect(tokens.slice(1)).toEqual([`Bearer ${rotated.secret}`, `Bearer ${rotated.secret}`])
})

test('[WH8] what comes of the old address after three days switches nothing off that has a new one', async () => {
  answer = down
  meanwhile = async () => {}
  await rig.dispatcher.runDue()
  rig.clock.advance(73 * 3600)
  posts = []
  meanwhile = () => change({ url: newUrl })
  await rig.dispatcher.runDue()
  await rig.dispatcher.runDue()
  expect(await state()).toMatchObject({ status: 'active', failing_since: null, pending: 0 })
})

test('[WH8] while the database is away it asks less and less often, and goes on when it is back', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let isAway = true
  let claims = 0
  const { stores } = rig.database
  const claim = async () => {
    claims++
    if (isAway) throw new Error('away')
    return undefined
  }
  const database = { ...rig.database, stores: { ...stores, webhooks: { ...stores.webhooks, claim } } }
  const sender = { check: async () => {}, post: async () => ok }
  const dispatcher = createDispatcher({ ...rig, database, sender, random: () => 0 })
  const failures: unknown[] = []
  dispatcher.start({ onTrouble: () => {}, onFailure: (error) => failures.push(error) })
  await vi.advanceTimersByTimeAsync(600_000)
  expect(failures.length).toBe(claims)
  expect(failures.length).toBeGreaterThan(10)
  expect(failures.length).toBeLessThan(30)
  isAway = false
  await vi.advanceTimersByTimeAsync(30_000)
  const before = claims
  await vi.advanceTimersByTimeAsync(60_000)
  expect(claims - before).toBeGreaterThan(50)
  await dispatcher.stop()
})
