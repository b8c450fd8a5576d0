import type { ApplicationCredentials } from '@mien/shared/api/applications'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMienServerClient } from '../../packages/server/src/client/mien-server-client.ts'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { type Site, startFolderSite } from '../rig/site.ts'

const patience = { timeout: 60_000 }

/** Without the server a kiosk's page comes from its own site, with the widget's files. */
const builtClient = new URL('../../packages/client/dist/web', import.meta.url).pathname

let server: TestServer
let site: Site
let browser: Browser
let page: Page

beforeAll(async () => {
  ;[server, site, browser] = await Promise.all([
    startServer(),
    startFolderSite(builtClient),
    clipFile('manB').then((clip) => launchChromium({ camera: { clip } })),
  ])
  page = await browser.newPage()
  await page.goto(`${site.origin}/blank`)
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([site, server].map((part) => part?.close()))
})

async function createKiosks(name: string): Promise<ApplicationCredentials> {
  const credentials = await server.admin.createApplication({ name, origins: [site.origin] })
  await server.admin.changeSettings(credentials.application_id, { offline: 'kiosk' })
  return credentials
}

const codeOf = async ({ secret_key: secretKey }: ApplicationCredentials): Promise<string> => {
  const backend = createMienServerClient({ baseUrl: server.url, secretKey })
  return (await backend.offline.invite({ label: 'Door' })).registration_code
}

/** The page of a door with `<mien-face>`, and of another one, whose gallery is empty, with `faceIO`. */
const openDoors = (known: ApplicationCredentials, empty: ApplicationCredentials): Promise<void> =>
  page.evaluate(`(async () => {
    const endpoint = ${JSON.stringify(server.url)}
    await import('/mien-face.js')
    const { faceIO } = await import('/widget.js')
    const door = document.createElement('mien-face')
    const said = { 'appId': ${JSON.stringify(known.public_id)}, endpoint, offline: 'kiosk', locale: 'en', userConsent: true, enrollIntroTimeout: 0 }
    Object.assign(door, said)
    const heard = []
    for (const name of ['mien-authenticate', 'mien-offline-result', 'mien-offline', 'mien-error'])
      door.addEventListener(name, ({ detail }) => heard.push({ ...detail, event: name }))
    const onState = (state) => state.name === 'retry' && state.again()
    door.addEventListener('mien-state', ({ detail }) => onState(detail))
    document.body.append(door)
    const seen = []
    const watched = new WeakSet()
    const read = (root) => ['standing', 'heading', 'text'].map((part) => root.querySelector('[part=' + part + ']')?.textContent)
    new MutationObserver(() => {
      const root = document.querySelector('[data-mien-widget]')?.shadowRoot
      if (!root || watched.has(root)) return
      watched.add(root)
      new MutationObserver(() => seen.push(read(root).join(' / '))).observe(root, { childList: true, subtree: true })
    }).observe(document.body, { childList: true })
    const news = []
    const other = new faceIO(${JSON.stringify(empty.public_id)}, { endpoint, offline: 'kiosk', onOffline: (each) => news.push(each.name) })
    Object.assign(window, { door, other, heard, news, seen, onState })
  })()`)

/** What became of a call, as plain data. */
const begin = (call: string): Promise<void> =>
  page.evaluate(`{ window.ended = ${call}.then(
    (result) => ({ result }),
    ({ code, offline, notReady, mienCode }) => ({ code, offline, notReady, mienCode }),
  ); undefined }`)
const ended = (): Promise<unknown> => page.evaluate('ended')

/** Waits until the person has read this: how things stand, a heading and words. A success closes by itself. */
const expectSeen = (...words: readonly string[]): Promise<void> =>
  expect.poll(() => page.evaluate('seen'), patience).toContainEqual(expect.stringContaining(words.join(' / ')))

test('[OF9] [UI11] the widget goes on without the server: it says so, gives claims, and tells the page what becomes of them', async () => {
  const [known, empty] = [await createKiosks('Door'), await createKiosks('Gate')]
  await openDoors(known, empty)
  await begin('door.enroll()')
  expect(await ended()).toMatchObject({ result: { resultCode: expect.any(String) } })
  await page.evaluate(`(async () => {
    await (await door.openOffline()).registerKiosk(${JSON.stringify(await codeOf(known))})
    await (await other.openOffline()).registerKiosk(${JSON.stringify(await codeOf(empty))})
  })()`)
  const facialId = await page.evaluate('ended.then(({ result }) => result.facialId)')

  await server.kill()
  await begin('door.authenticate()')
  await expectSeen('Waiting to sync', 'Recognised', 'It is noted on this device')
  const claim = { offline: true, level: 'A0-offline', facialId }
  const result = await ended()
  expect(result).toMatchObject({ result: claim })
  expect(result).not.toHaveProperty('result.resultCode')
  const heard = () => page.evaluate<{ readonly event: string; readonly name?: string }[]>('heard')
  expect(await heard()).toContainEqual(expect.objectContaining({ event: 'mien-offline-result', ...claim }))
  expect(await heard()).toContainEqual({ event: 'mien-offline', name: 'waiting', count: 1 })
  expect((await heard()).map(({ event }) => event)).not.toContain('mien-authenticate')
  expect(await page.evaluate('door.resultCode')).toBeNull()
  const line = page.locator('mien-face [part=sync-status]')
  await expect.poll(() => line.textContent(), patience).toBe('Waiting to sync: 1')

  await begin(`other.authenticate({ locale: 'en', onState })`)
  await expectSeen('Offline', 'You were not recognised', 'Without a connection, only people whom this device knows')
  await page.keyboard.press('Escape')
  expect(await ended()).toEqual({ code: 3, offline: true, notReady: null, mienCode: null })
  expect(await page.evaluate('news')).toEqual(expect.arrayContaining(['offline', 'waiting']))

  await page.evaluate('{ window.now = Date.now; Date.now = () => now() - 3_600_000 }')
  await begin('door.authenticate()')
  await expectSeen('Offline', 'Not possible offline', 'The clock of this device was set back')
  await page.keyboard.press('Escape')
  expect(await ended()).toEqual({ code: 7, offline: true, notReady: 'clock', mienCode: 'NETWORK_IO' })
  await page.evaluate('{ Date.now = now }')

  await server.restart()
  await page.evaluate('door.openOffline().then((device) => device.sync())')
  const synced = {
    event: 'mien-offline',
    name: 'synced',
    events: [expect.objectContaining({ operation: 'recognised' })],
  }
  await expect.poll(heard, patience).toContainEqual(synced)
  await expect.poll(() => line.textContent(), patience).toBe('Synced')
}, 600_000)
