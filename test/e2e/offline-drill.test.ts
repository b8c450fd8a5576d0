import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOffline } from '../drill/start-offline.ts'
import { syncKiosk } from '../drill/sync-kiosk.ts'
import { startServer, type TestServer } from '../rig/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer({ MIEN_DEMO: 'off' })
})
afterAll(() => server?.close())

test('[SY8] [SY10] a kiosk is handed all people of its gallery, and tells all events, as many at once as it has tickets', async () => {
  const { pull, sync } = await syncKiosk(server, { people: 30, events: 60, few: 2 })
  expect(pull.people).toBe(30)
  expect(sync).toMatchObject({ events: 60, meetings: 2 })
  expect(pull.megabytes).toBeGreaterThan(0.05)
}, 120_000)

test('[OF3] a kiosk that was installed starts in a browser without network, and recognises who stands there', async () => {
  const { starts, megabytes } = await startOffline(server, { starts: 1 })
  expect(starts).toBe(1)
  expect(megabytes.models).toBeGreaterThan(5)
  expect(megabytes.webAssembly).toBeGreaterThan(5)
  expect(megabytes.records).toBeGreaterThan(0)
}, 120_000)
