import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { ClipName } from '../rig/clips.ts'
import { callDevice, loadDevice, type OfflineShop, openDevice, openOfflineShop, statusOf } from '../rig/offline-page.ts'

let shop: OfflineShop
let context: BrowserContext | undefined

beforeAll(async () => {
  shop = await openOfflineShop({ offline: 'kiosk' })
})
afterEach(() => context?.close())
afterAll(() => shop?.close())

/** The browser is opened anew, with what the profile kept, and somebody stands in front of it. */
async function openKiosk(profile: string, who: ClipName): Promise<Page> {
  await context?.close()
  context = await openDevice(profile, who)
  const page = await context.newPage()
  await loadDevice(page, shop, 'kiosk')
  return page
}

test('[SY9] [OF5] [OF8] a kiosk goes on while the server is dead and its browser is closed; the server hears of each event once', async () => {
  const { server, backend } = shop
  const profile = await shop.newProfile()
  let kiosk = await openKiosk(profile, 'manB')
  const enrolled = await callDevice(kiosk, 'enroll')
  expect(enrolled.failure).toBeNull()
  const facialId = enrolled.result?.disclosed?.facialId
  const { registration_code: code } = await backend.offline.invite({ label: 'Door' })
  await kiosk.evaluate(`device.registerKiosk(${JSON.stringify(code)})`)
  expect(await statusOf(kiosk)).toMatchObject({ notReady: null, waiting: 0, isKept: true })

  await server.kill()
  const known = { failure: null, result: { offline: true, level: 'A0-offline', facialId } }
  expect(await callDevice(kiosk, 'authenticate')).toMatchObject(known)

  kiosk = await openKiosk(profile, 'manA')
  expect(await callDevice(kiosk, 'authenticate')).toEqual({ result: null, failure: 'not_recognised' })
  expect(await callDevice(kiosk, 'enroll')).toMatchObject({ failure: null, result: { offline: true, facialId: null } })
  // A draft is nobody yet.
  expect(await callDevice(kiosk, 'authenticate')).toEqual({ result: null, failure: 'not_recognised' })
  expect(await statusOf(kiosk)).toMatchObject({ notReady: null, waiting: 4 })

  await server.restart()
  await kiosk.evaluate('device.sync()')
  await expect.poll(async () => (await statusOf(kiosk)).waiting, { timeout: 60_000 }).toBe(0)
  const { events } = await backend.offline.events()
  expect(events.map(({ seq, op, outcome }) => [seq, op, outcome.status])).toEqual([
    [4, 'refused', 'accepted'],
    [3, 'enroll', 'accepted'],
    [2, 'refused', 'accepted'],
    [1, 'recognised', 'accepted'],
  ])
  expect(await backend.offline.devices()).toMatchObject([{ last_seq: 4, missing_events: 0, forked: false }])
  const newcomer = events.find(({ op }) => op === 'enroll')!.facial_id!

  await backend.subjects.remove(newcomer)
  await kiosk.evaluate('device.sync()')
  await server.kill()
  expect(await callDevice(kiosk, 'authenticate')).toEqual({ result: null, failure: 'not_recognised' })
}, 600_000)
