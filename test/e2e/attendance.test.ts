import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OfflineEventEntry } from '@mien/shared/api/sync'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  type Attendance,
  startAttendance,
} from '../../packages/client/examples/attendance-pwa/backend/start-attendance.ts'
import { tagOfPlace } from '../../packages/client/src/offline/sync-tag.ts'
import { createAdminClient } from '../../packages/server/src/cli/admin-client.ts'
import { layNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { framesFrom } from '../fixtures/images.ts'
import { openProfile } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { photoClipFile } from '../rig/photo-clip.ts'

/** Models, camera and inference on a machine that may be busy with something else. */
const patience = { timeout: 120_000 }

let attendance: Attendance
let dataDir: string
let profile: string
let publicId: string
let context: BrowserContext | undefined

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mien-attendance-'))
  profile = await mkdtemp(join(tmpdir(), 'mien-desk-'))
  await layNewDatabase(dataDir)
  attendance = await startAttendance({ dataDir, sitePort: 0, mienPort: 0 })
  const adminToken = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim()
  const admin = createAdminClient((path, init) => fetch(new URL(path, attendance.mienUrl), init), adminToken)
  const [application] = await admin.listApplications()
  publicId = application!.public_id
  // The third person is there as a photograph alone.
  await admin.changeSettings(application!.application_id, { pad_threshold: null })
})

afterEach(async () => {
  await context?.close()
  context = undefined
})

afterAll(async () => {
  await attendance?.close()
  await Promise.all([dataDir, profile].map((folder) => rm(folder, { recursive: true, force: true })))
})

/** Somebody stands in front of the desk, whose browser is opened anew with what its profile kept. */
async function openDesk(clip: string, isOffline = false): Promise<Page> {
  await context?.close()
  context = await openProfile(profile, { camera: { clip } })
  await context.setOffline(isOffline)
  const page = await context.newPage()
  await page.goto(attendance.origin)
  return page
}

/** Of the widget, when a capture does not do. */
const retryTitles = /^(That was not clear enough|That took too long)$/

/** What the desk says in the end; a capture that is asked for again is made again. */
async function answerOf(page: Page): Promise<string> {
  const answer = page.locator('#answer').filter({ hasText: /\S/ })
  const another = page.getByRole('heading', { name: retryTitles })
  for (;;) {
    await answer.or(another).first().waitFor(patience)
    if (await answer.isVisible()) return (await answer.textContent()) ?? ''
    await page.getByRole('button', { name: 'Try again' }).click(patience)
    await another.waitFor({ ...patience, state: 'hidden' })
  }
}

async function checkIn(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Check in' }).click()
  return answerOf(page)
}

async function enroll(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Enroll somebody new' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'I agree' }).click(patience)
  // It starts by itself, too.
  void page
    .getByRole('button', { name: 'Start' })
    .click(patience)
    .catch(() => undefined)
  return answerOf(page)
}

/** Who is on the list and what became of it, newest first. */
const listed = async (page: Page): Promise<readonly string[]> =>
  Promise.all(
    (await page.locator('#check-ins li').all()).map(async (item) =>
      [await item.locator('.who').textContent(), await item.locator('.fate').textContent()].join(': '),
    ),
  )

/** Addresses of all that the browser keeps in its caches, and how many versions of the page's files there are. */
const kept = (page: Page): Promise<{ readonly urls: readonly string[]; readonly versions: number }> =>
  page.evaluate(`(async () => {
    const names = await caches.keys()
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return { urls: requests.flat().map(({ url }) => url), versions: names.filter((name) => name.startsWith('mien-files')).length }
  })()`)

const isKept = async (page: Page): Promise<boolean> => page.evaluate('navigator.serviceWorker.controller !== null')

/** Ends what reaches the desk: its own site, the Mien server, and what the browser takes for a network. */
async function cutOff(): Promise<void> {
  await context!.setOffline(true)
  await Promise.all([attendance.stopMien('SIGKILL'), attendance.stopSite()])
}

/** As Chromium does once the network is back: the page need not be open. */
async function wakeServiceWorker(devtools: CDPSession, tag: string): Promise<void> {
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(attendance.origin))
      if (own !== undefined) resolve(own.registrationId)
    })
  })
  await devtools.send('ServiceWorker.enable')
  const { origin } = attendance
  await devtools.send('ServiceWorker.dispatchSyncEvent', {
    origin,
    registrationId: await registered,
    tag,
    lastChance: false,
  })
}

const events = async () => (await attendance.mien.offline.events()).events

test('[OF17] the page can be installed, and its service worker keeps it whole, and nothing of the API', async () => {
  const desk = await openDesk(await clipFile('manB'))
  await expect.poll(() => isKept(desk), patience).toBe(true)
  const devtools = await context!.newCDPSession(desk)
  const { errors, data } = await devtools.send('Page.getAppManifest')
  expect(errors).toEqual([])
  expect(JSON.parse(data!)).toMatchObject({ name: 'Attendance', display: 'standalone' })
  expect(await devtools.send('Page.getInstallabilityErrors')).toEqual({ installabilityErrors: [] })
  const { urls, versions } = await kept(desk)
  expect(versions).toBe(1)
  const paths = urls.map((url) => new URL(url).pathname)
  expect(paths).toEqual(expect.arrayContaining(['/', '/mien/widget.js', '/mien/vision-worker.js']))
  expect(paths.filter((path) => /\/open-offline-|\/late-views-|simd-threaded-[\w-]+\.wasm$/.test(path))).toHaveLength(3)
  expect(paths.filter((path) => /^\/(v1|redeem|models)|jspi|asyncify|vision_/.test(path))).toEqual([])
}, 300_000)

test('axe-core finds nothing on the page, light or dark, with the dialog or without', async () => {
  const desk = await openDesk(await clipFile('manB'))
  await desk.getByLabel('Registration code').waitFor(patience)
  await desk.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  const problems = (): Promise<unknown> =>
    desk.evaluate('axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))')
  for (const colorScheme of ['light', 'dark'] as const) {
    await desk.emulateMedia({ colorScheme })
    expect(await problems()).toEqual([])
    await desk.getByRole('button', { name: 'Enroll somebody new' }).click()
    expect(await problems()).toEqual([])
    await desk.getByRole('button', { name: 'Cancel' }).click()
  }
}, 300_000)

test('[OF9] [OF17] [OF18] a desk without server, site and network goes on, also when its browser is opened anew; the server hears of each event once', async () => {
  const { mien } = attendance
  const { facial_id: anna } = await mien.subjects.create({})
  const [picture] = await framesFrom('manA', [20])
  await mien.faces.add(anna, { image: picture!.bytes })

  let desk = await openDesk(await clipFile('manB'))
  await desk.getByLabel('Registration code').fill(await attendance.invite())
  await desk.getByRole('button', { name: 'Register this device' }).click()
  expect(await enroll(desk, 'Ben')).toBe('Ben, you are enrolled.')
  await desk.getByText('This kiosk works without a network', { exact: false }).waitFor(patience)
  await cutOff()
  expect(await checkIn(desk)).toMatch(/^Ben, you are checked in\. It is synced/)
  await expect.poll(() => listed(desk), patience).toEqual(['Ben: Waiting', 'Ben (new): Synced'])

  desk = await openDesk(await clipFile('manA'), true)
  expect(await checkIn(desk)).toMatch(`Person ${anna.slice(0, 8)}, you are checked in.`)

  desk = await openDesk(await photoClipFile('SeanConnery.jpg'), true)
  expect(await checkIn(desk)).toMatch(/^You were not recognised/)
  expect(await enroll(desk, 'Carl')).toBe('Carl will be enrolled when the network is back.')
  await expect.poll(async () => (await listed(desk))[0], patience).toBe('Carl (new): Waiting')

  // No page is open: the service worker alone tells and fetches.
  const elsewhere = await context!.newPage()
  const place = { mode: 'kiosk', endpoint: new URL(attendance.mienUrl).href, publicId } as const
  await desk.close()
  await attendance.restartMien()
  await context!.setOffline(false)
  await wakeServiceWorker(await context!.newCDPSession(elsewhere), tagOfPlace(place))
  await expect.poll(async () => (await events()).length, patience).toBe(4)
  expect((await events()).map(({ seq, op, outcome }) => [seq, op, outcome.status])).toEqual([
    [4, 'enroll', 'accepted'],
    [3, 'refused', 'accepted'],
    [2, 'recognised', 'accepted'],
    [1, 'recognised', 'accepted'],
  ])
  expect(await mien.offline.devices()).toMatchObject([{ last_seq: 4, missing_events: 0, forked: false }])
  const carl = (await events())[0]!.facial_id!
  expect(await mien.subjects.get(carl)).toMatchObject({ faces: 1 })

  // The site is gone still.
  desk = await context!.newPage()
  await desk.goto(attendance.origin)
  const day = ['Carl (new): Synced', `Person ${anna.slice(0, 8)}: Synced`, 'Ben: Synced', 'Ben (new): Synced']
  await expect.poll(() => listed(desk), patience).toEqual(day)
  await cutOff()
  expect(await checkIn(desk)).toMatch(/^Carl, you are checked in\. It is synced/)

  await attendance.restartMien()
  await mien.subjects.remove(carl)
  const removedAtMs = Date.now()
  await context!.setOffline(false)
  await expect.poll(async () => (await currentAtMs()) > removedAtMs, patience).toBe(true)
  // Which came first, the event or the end of whom it names, is the browser's to choose: it may have woken the service worker.
  const [{ seq, outcome }] = (await events()) as [OfflineEventEntry]
  expect(seq).toBe(5)
  expect(['accepted', 'conflict']).toContain(outcome.status)
  const fate = outcome.status === 'conflict' ? 'Carl: Refused' : 'Carl: Synced'
  await expect.poll(async () => (await listed(desk))[0], patience).toBe(fate)
  await cutOff()
  expect(await checkIn(desk)).toMatch(/^You were not recognised/)
}, 600_000)

/** When what the desk says that it has applied was handed to it, milliseconds since 1970. */
async function currentAtMs(): Promise<number> {
  const [device] = await attendance.mien.offline.devices()
  return Date.parse(device?.current_at ?? '')
}
