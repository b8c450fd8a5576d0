import type { CDPSession, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createMienServerClient, type MienServerClient } from '../../packages/server/src/client/mien-server-client.ts'
import type { KioskPage } from '../rig/kiosk-page/main.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { openSourcePages, type SourcePages } from '../rig/source-pages.ts'

let server: TestServer
let pages: SourcePages<KioskPage>
let backend: MienServerClient
let publicId: string
let page: Page
let devtools: CDPSession

beforeAll(async () => {
  ;[server, pages] = await Promise.all([startServer(), openSourcePages<KioskPage>('rig/kiosk-page', 'kiosk')])
}, 300_000)
afterAll(async () => {
  await pages?.close()
  await server?.close()
})
/** An application of its own for each test: its events are counted. */
beforeEach(async () => {
  const credentials = await server.admin.createApplication({ name: 'Door', origins: [pages.origin] })
  await server.admin.changeSettings(credentials.application_id, { offline: 'kiosk' })
  backend = createMienServerClient({ baseUrl: server.url, secretKey: credentials.secret_key })
  publicId = credentials.public_id
  page = await pages.open()
  devtools = await page.context().newCDPSession(page)
})
afterEach(() => page?.context().close())

const ask: SourcePages<KioskPage>['ask'] = (...call) => pages.ask(...call)
const openKiosk = () => ask(page, 'open', { endpoint: server.url, publicId })

async function register(): Promise<void> {
  const { registration_code: code } = await backend.offline.invite({ label: 'Door' })
  await ask(page, 'register', { code })
}

/** What came in, of all devices of the application. */
async function eventsAtServer(): Promise<readonly { readonly seq: number; readonly event_id: string }[]> {
  const { events } = await backend.offline.events({ limit: 100 })
  expect(events.every(({ outcome }) => outcome.status === 'accepted')).toBe(true)
  return events
}

test('OFF-06: storage that is thrown away in the midst of a sync counts nothing twice, and the device says that it is none any more', async () => {
  await openKiosk()
  await register()
  await ask(page, 'refuse', { count: 20 })
  // The server has heard of the events, and the device of no answer yet.
  const loseAll = async (route: Route) => {
    const response = await route.fetch()
    await devtools.send('Storage.clearDataForOrigin', { origin: pages.origin, storageTypes: 'all' })
    await route.fulfill({ response })
  }
  await page.route('**/v1/sync', loseAll, { times: 1 })
  expect(await ask(page, 'trySync')).not.toBe('done')
  expect(await ask(page, 'status')).toMatchObject({ device: null, notReady: 'unregistered', waiting: 0, isKept: true })
  expect(await ask(page, 'tryRefuse')).toBe('NETWORK_IO')

  await register()
  await ask(page, 'refuse', { count: 3 })
  await ask(page, 'sync')
  await pages.load(page)
  await openKiosk()
  expect(await ask(page, 'status')).toMatchObject({ notReady: null, waiting: 0 })
  const events = await eventsAtServer()
  expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(23)
  expect(events.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual([1, 1, 2, 2, 3, 3, ...rangeOf(4, 20)])
}, 120_000)

test('[OF6] OFF-09: a kiosk whose disk is full refuses what it cannot write down, and tells all that it could', async () => {
  // Before the first write: Chromium remembers for a while how much room there was.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: pages.origin, quotaSize: 1_000_000 })
  await openKiosk()
  await register()
  await ask(page, 'refuse', { count: 2 })
  const ends: string[] = []
  while (ends.length < 20 && !ends.includes('STORAGE_FULL')) ends.push(await ask(page, 'tryDraft', { bytes: 100_000 }))
  const written = ends.length - 1
  expect(ends).toEqual([...Array.from({ length: written }, () => 'done'), 'STORAGE_FULL'])
  expect(written).toBeGreaterThan(0)
  await pages.load(page)
  await openKiosk()
  expect(await ask(page, 'status')).toMatchObject({ device: { kind: 'kiosk' }, waiting: 2 + written })
  expect(await ask(page, 'trySync')).toBe('done')
  const { events } = await backend.offline.events({ limit: 100 })
  expect(events.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(rangeOf(1, 2 + written))
}, 120_000)

test('a browser that keeps nothing works until its page is closed, and says so', async () => {
  await ask(page, 'forbidStorage')
  await openKiosk()
  await register()
  await ask(page, 'refuse', { count: 2 })
  expect(await ask(page, 'status')).toMatchObject({ isKept: false, notReady: null, waiting: 2 })
  await ask(page, 'sync')
  expect(await eventsAtServer()).toHaveLength(2)
}, 120_000)

const rangeOf = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i)
