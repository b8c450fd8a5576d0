import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OfflineStatus } from '../../packages/client/src/offline/offline-device.ts'
import { createMienServerClient, type MienServerClient } from '../../packages/server/src/client/mien-server-client.ts'
import { openProfile } from '../rig/chromium.ts'
import { type ClipName, clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { type Site, startFolderSite } from '../rig/site.ts'

/** Without the server a kiosk's page comes from its own site, with the widget's files. */
const builtClient = new URL('../../packages/client/dist/web', import.meta.url).pathname

let server: TestServer
let site: Site
let profile: string
let credentials: ApplicationCredentials
let backend: MienServerClient
let context: BrowserContext | undefined

beforeAll(async () => {
  ;[server, site, profile] = await Promise.all([
    startServer(),
    startFolderSite(builtClient),
    mkdtemp(join(tmpdir(), 'mien-kiosk-')),
  ])
  credentials = await server.admin.createApplication({ name: 'Door', origins: [site.origin] })
  await server.admin.changeSettings(credentials.application_id, { offline: 'kiosk' })
  backend = createMienServerClient({ baseUrl: server.url, secretKey: credentials.secret_key })
})

afterAll(async () => {
  await context?.close()
  await Promise.all([site, server].map((part) => part?.close()))
  if (profile !== undefined) await rm(profile, { recursive: true, force: true })
})

/** What came of a call, as plain data. */
interface Ended {
  /** Null where it failed. What an offline result holds is compared whole. */
  readonly result: { readonly disclosed?: { readonly facialId: string } } | null
  readonly failure: string | null
}

/** The browser is opened anew, with what the profile kept, and somebody stands in front of it. */
async function openKiosk(who: ClipName): Promise<Page> {
  await context?.close()
  context = await openProfile(profile, { camera: { clip: await clipFile(who) } })
  const page = await context.newPage()
  await page.goto(`${site.origin}/blank`)
  await page.evaluate(`(async () => {
    const { MienClient } = await import('/widget.js')
    const client = new MienClient(${JSON.stringify(credentials.public_id)}, {
      endpoint: ${JSON.stringify(server.url)}, offline: 'kiosk'
    })
    Object.assign(window, { client, device: await client.openOffline() })
  })()`)
  return page
}

const call = (page: Page, method: 'enroll' | 'authenticate'): Promise<Ended> =>
  page.evaluate(`(async () => {
    const ceremony = client.${method}()
    ceremony.subscribe((state) => {
      if (state.name === 'consent') state.accept({ text: 'I agree', locale: 'en' })
      if (state.name === 'retry') state.again()
    })
    return ceremony.result.then(
      (result) => ({ result, failure: null }),
      (error) => ({ result: null, failure: error.reason ?? [error.code, error.details?.offline].join(' ') }),
    )
  })()`)

const statusOf = (page: Page): Promise<OfflineStatus> => page.evaluate('device.status()')

test('[SY9] [OF5] [OF8] a kiosk goes on while the server is dead and its browser is closed; the server hears of each event once', async () => {
  let kiosk = await openKiosk('manB')
  const enrolled = await call(kiosk, 'enroll')
  expect(enrolled.failure).toBeNull()
  const facialId = enrolled.result?.disclosed?.facialId
  const { registration_code: code } = await backend.offline.invite({ label: 'Door' })
  await kiosk.evaluate(`device.registerKiosk(${JSON.stringify(code)})`)
  expect(await statusOf(kiosk)).toMatchObject({ notReady: null, waiting: 0, isKept: true })

  await server.kill()
  const known = { failure: null, result: { offline: true, level: 'A0-offline', facialId } }
  expect(await call(kiosk, 'authenticate')).toMatchObject(known)

  kiosk = await openKiosk('manA')
  expect(await call(kiosk, 'authenticate')).toEqual({ result: null, failure: 'not_recognised' })
  expect(await call(kiosk, 'enroll')).toMatchObject({ failure: null, result: { offline: true, facialId: null } })
  // A draft is nobody yet.
  expect(await call(kiosk, 'authenticate')).toEqual({ result: null, failure: 'not_recognised' })
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
  expect(await call(kiosk, 'authenticate')).toEqual({ result: null, failure: 'not_recognised' })
}, 600_000)
