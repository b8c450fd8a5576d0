import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { WebhookPost } from './webhook-ports.ts'

const hour = 3600

let rig: TestApp
let shop: TestApplication
let isDown = true
const posts: { readonly post: WebhookPost; readonly atSeconds: number }[] = []
let startedAt: number
const elapsed = () => (rig.clock.now().getTime() - startedAt) / 1000

beforeAll(async () => {
  const post = async (each: WebhookPost) => {
    posts.push({ post: each, atSeconds: elapsed() })
    return isDown ? { httpStatus: 503, error: 'status' as const } : { httpStatus: 204, error: null }
  }
  rig = await openTestApp({ webhookSender: { check: async () => {}, post } })
  shop = await rig.createApplication()
  startedAt = rig.clock.now().getTime()
})
afterAll(() => rig.close())

/** Goes on until so many seconds after the start, and looks whether something is due in steps that grow with the waits. */
async function runUntil(seconds: number): Promise<void> {
  while (elapsed() < seconds) {
    await rig.dispatcher.runDue()
    rig.clock.advance(elapsed() < hour ? 5 : 60)
  }
}

test('NET-03, WH8: a receiver that is away is tried less and less often, switched off after three days, and gets all in order afterwards', {
  timeout: 180_000,
}, async () => {
  const { webhook_id: id } = (await shop.backend('POST', '/v1/webhooks', { url: 'https://away.example/' })).json
  const path = `/v1/webhooks/${id}`
  const enrolled: string[] = []
  for (let i = 1; i <= 3; i++) enrolled.push(await shop.enroll(syntheticPerson(i)))

  await runUntil(74 * hour)
  const times = posts.map(({ atSeconds }) => atSeconds)
  const waits = times.slice(1).map((time, i) => time - times[i]!)
  const inFirstHour = times.filter((time) => time < hour).length
  const inFirstDay = times.filter((time) => time < 24 * hour).length
  // One delivery is tried, the oldest, under one id; those behind it wait.
  expect(new Set(posts.map(({ post }) => post.headers['webhook-id'])).size).toBe(1)
  expect(Math.max(...waits.filter((_, i) => times[i + 1]! < hour))).toBeLessThanOrEqual(60)
  expect(Math.max(...waits)).toBeLessThanOrEqual(17 * 60)
  expect(Math.min(...waits.slice(times.findIndex((time) => time > 2 * hour)))).toBeGreaterThanOrEqual(7 * 60)
  expect(times.at(-1)! / hour).toBeGreaterThanOrEqual(71.7)
  expect(times.at(-1)! / hour).toBeLessThanOrEqual(72.5)
  expect((await shop.backend('GET', path)).json).toMatchObject({ status: 'disabled', pending: 3 })

  const tried = posts.length
  await runUntil(80 * hour)
  expect(posts).toHaveLength(tried)

  isDown = false
  await shop.backend('PATCH', path, { status: 'active' })
  await runUntil(81 * hour)
  const arrived = posts.slice(tried).map(({ post }) => JSON.parse(post.body).facialId)
  expect(arrived).toEqual(enrolled)
  expect((await shop.backend('GET', path)).json).toMatchObject({ status: 'active', failing_since: null, pending: 0 })
  console.log(
    `NET-03: ${inFirstHour} attempts in the first hour, ${inFirstDay} in the first day, ${tried} until it was switched off after ${(times.at(-1)! / hour).toFixed(1)} h; ${arrived.length} of ${enrolled.length} delivered in order afterwards`,
  )
})
