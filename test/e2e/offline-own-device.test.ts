import { cp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Canary, filesBelow, findLeaks, textCanary } from '../rig/canaries.ts'
import type { ClipName } from '../rig/clips.ts'
import {
  askDevice,
  callDevice,
  loadDevice,
  type OfflineShop,
  openDevice,
  openOfflineShop,
  statusOf,
} from '../rig/offline-page.ts'

let shop: OfflineShop
let profile: string
let context: BrowserContext | undefined

beforeAll(async () => {
  shop = await openOfflineShop({ offline: 'own_device', passkeys: 'optional' })
})
beforeEach(async () => {
  profile = await shop.newProfile()
})
afterEach(async () => {
  await context?.close()
  context = undefined
  await shop.server.restart()
  const { subjects } = await shop.backend.subjects.list()
  for (const { facial_id } of subjects) await shop.backend.subjects.remove(facial_id)
})
afterAll(() => shop?.close())

const hour = 3_600_000
const consent = { text: 'Keep my face on this device', locale: 'en' }

interface Opening {
  readonly folder?: string
  readonly who?: ClipName
  /** By which the device's clock is ahead. */
  readonly aheadMs?: number
  readonly authenticator?: 'with prf' | 'without prf'
}

/** The browser is opened anew, with what the profile kept. */
async function openPage({ folder = profile, who, aheadMs = 0, authenticator }: Opening = {}): Promise<Page> {
  await context?.close()
  context = await openDevice(folder, who)
  const page = await context.newPage()
  if (authenticator !== undefined) await addAuthenticator(page, authenticator === 'with prf')
  await page.addInitScript(`{ const now = Date.now; Date.now = () => now() + ${aheadMs} }`)
  await loadDevice(page, shop, 'own-device')
  return page
}

/** One that is built into the device, whose person unlocks it at once. */
async function addAuthenticator(page: Page, hasPrf: boolean): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    ctap2Version: 'ctap2_1',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
    hasPrf,
  } as const
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options })
}

/** Man B enrolls, and has his device keep his face. @returns whose facial id it is, and what was handed to the device */
async function registerOwner(page: Page, protect?: 'passkey'): Promise<{ facialId: string; secrets: Canary[] }> {
  const handed = [page.waitForResponse(/sync\/own-devices$/), page.waitForResponse(/sync\/pull$/)]
  for (const each of handed) each.catch(() => undefined)
  const enrolled = await callDevice(page, 'enroll')
  expect(enrolled.failure).toBeNull()
  const facialId = enrolled.result!.disclosed!.facialId
  expect(await askDevice(page, `registerOwnDevice(${JSON.stringify({ ...consent, protect })})`)).toBeNull()
  const [registered, pulled] = await Promise.all(handed.map(async (each) => (await each).json()))
  const secrets = [
    textCanary('facial id', facialId),
    textCanary('rotation key', registered.rotation_key),
    textCanary('template', pulled.entries[0].template),
  ]
  expect(await statusOf(page)).toMatchObject({ notReady: null, waiting: 0, isKept: true })
  return { facialId, secrets }
}

const owner = (facialId: string) => ({ failure: null, result: { offline: true, level: 'A1-offline', facialId } })
const failed = (failure: string) => ({ result: null, failure })
const authenticate = (page: Page) => callDevice(page, 'authenticate')

/** What somebody has who takes the folder. */
async function copyProfile(): Promise<string> {
  await context?.close()
  context = undefined
  const copy = join(await shop.newProfile(), 'copy')
  await cp(profile, copy, { recursive: true, filter: (path) => !basename(path).startsWith('Singleton') })
  return copy
}

test('OFF-05, OFF-08: [OF5] [SY11] [OF4] a device knows its owner and nobody else while the server is dead, for 72 hours by a clock that only goes on', async () => {
  const { server, backend } = shop
  let page = await openPage({ who: 'manB' })
  const { facialId } = await registerOwner(page)
  expect((await backend.consents.list(facialId)).map(({ policy_version: of }) => of)).toContain('1+offline')
  await server.kill()
  expect(await authenticate(page)).toMatchObject(owner(facialId))

  page = await openPage({ who: 'manA' })
  expect(await authenticate(page)).toEqual(failed('not_recognised'))
  page = await openPage({ who: 'manB', aheadMs: 71 * hour })
  expect(await authenticate(page)).toMatchObject(owner(facialId))
  page = await openPage({ aheadMs: 73 * hour })
  expect(await authenticate(page)).toEqual(failed('NETWORK_IO ended'))
  page = await openPage({ aheadMs: 0 })
  expect(await authenticate(page)).toEqual(failed('NETWORK_IO clock'))
  expect(await statusOf(page)).toMatchObject({ notReady: 'clock', waiting: 3 })

  await server.restart()
  await page.evaluate('device.sync()')
  await expect.poll(async () => (await statusOf(page)).waiting, { timeout: 60_000 }).toBe(0)
  expect((await statusOf(page)).notReady).toBeNull()

  await backend.subjects.remove(facialId)
  await page.evaluate('device.sync()')
  await expect.poll(() => page.evaluate('news'), { timeout: 60_000 }).toContain('revoked')
  await server.kill()
  expect(await authenticate(page)).toEqual(failed('NETWORK_IO revoked'))
}, 300_000)

test('OFF-08: [OF2] what was copied tells nothing without the key, which only a copy of the whole profile has', async () => {
  let page = await openPage({ who: 'manB' })
  const { secrets } = await registerOwner(page)
  await shop.server.kill()
  await page.evaluate(keepInClear)
  const records: unknown = await page.evaluate(takeRecords)
  expect(records).toMatchObject({ names: expect.arrayContaining(['owner', 'clock', 'chain']) })
  const whole = await copyProfile()
  expect(findLeaks(await filesBelow(whole), secrets)).toEqual([])
  expect(findLeaks(await filesBelow(whole), [inClear])).not.toEqual([])

  const folder = await shop.newProfile()
  page = await openPage({ folder })
  await page.evaluate(`(${putRecords})(${JSON.stringify(records)})`)
  page = await openPage({ folder })
  expect(await page.evaluate(takeRecords)).toEqual(records)
  expect(await statusOf(page)).toMatchObject({ device: null, notReady: 'unregistered' })
  expect(await authenticate(page)).toEqual(failed('NETWORK_IO unregistered'))

  // The limit of what a browser can do alone (OF14).
  page = await openPage({ folder: whole })
  expect(await statusOf(page)).toMatchObject({ protection: 'browser', notReady: null })
}, 300_000)

test('OFF-08: [OF14] a device that a passkey locks opens by a press, and neither without it nor as a copy of the whole profile', async () => {
  const { server, backend } = shop
  let page = await openPage({ who: 'manB', authenticator: 'with prf' })
  const { facialId, secrets } = await registerOwner(page, 'passkey')
  expect((await statusOf(page)).protection).toBe('passkey')
  await server.kill()
  expect(await authenticate(page)).toMatchObject(owner(facialId))

  await loadDevice(page, shop, 'own-device')
  expect(await statusOf(page)).toMatchObject({ notReady: 'locked', waiting: 1 })
  expect(await authenticate(page)).toEqual(failed('NETWORK_IO locked'))
  expect(await page.evaluate('news')).toContain('locked')
  await server.restart()
  await page.evaluate('device.sync()')
  await expect.poll(async () => (await statusOf(page)).waiting, { timeout: 60_000 }).toBe(0)
  const { events } = await backend.offline.events()
  const told = events.filter(({ facial_id }) => facial_id === facialId)
  expect(told).toMatchObject([{ seq: 1, op: 'recognised', outcome: { status: 'accepted' } }])

  await server.kill()
  expect(await askDevice(page, 'unlock()')).toBeNull()
  expect(await page.evaluate('news')).toContain('unlocked')
  expect(await authenticate(page)).toMatchObject(owner(facialId))

  const whole = await copyProfile()
  expect(findLeaks(await filesBelow(whole), secrets)).toEqual([])
  page = await openPage({ folder: whole, authenticator: 'with prf' })
  expect(await askDevice(page, 'unlock()')).toBe('ABORTED')
  expect(await statusOf(page)).toMatchObject({ protection: 'passkey', notReady: 'locked', waiting: 1 })
  expect(await authenticate(page)).toEqual(failed('NETWORK_IO locked'))
}, 300_000)

test('[OF14] no passkey locks where the authenticator keeps no secrets, which is said before anything is registered; [OF13] logoutDevice() forgets', async () => {
  const page = await openPage({ who: 'manB', authenticator: 'without prf' })
  expect((await callDevice(page, 'enroll')).failure).toBeNull()
  const locked = JSON.stringify({ ...consent, protect: 'passkey' })
  expect(await askDevice(page, `registerOwnDevice(${locked})`)).toBe('BROWSER_UNSUPPORTED prf')
  expect(await statusOf(page)).toMatchObject({ device: null, protection: 'browser' })
  expect(await askDevice(page, `registerOwnDevice(${JSON.stringify(consent)})`)).toBeNull()
  expect(await statusOf(page)).toMatchObject({ notReady: null, protection: 'browser' })
  await page.evaluate('client.logoutDevice()')
  expect(await statusOf(page)).toMatchObject({ device: null, notReady: 'unregistered' })
  const { names } = await page.evaluate<{ names: string[] }>(takeRecords)
  expect(names.filter((name) => name.startsWith('face/') || name === 'owner')).toEqual([])
}, 300_000)

const openStore = `
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith('mien-offline'))
  const database = await settled(indexedDB.open(name))
  const transaction = database.transaction('records', 'readwrite', { durability: 'strict' })
  const over = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve
    transaction.onabort = () => reject(transaction.error)
  })
  const store = transaction.objectStore('records')`

/** What any script of this origin can take out: every record as it lies there, but no key. */
const takeRecords = `(async () => {
  ${openStore}
  const [names, sealed] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())])
  database.close()
  return { names, sealed: sealed.map(({ iv, bytes }) => ({ iv: [...iv], bytes: [...new Uint8Array(bytes)] })) }
})()`

const putRecords = `async ({ names, sealed }) => {
  ${openStore}
  store.clear()
  names.forEach((name, i) => {
    const { iv, bytes } = sealed[i]
    store.put({ iv: new Uint8Array(iv), bytes: new Uint8Array(bytes).buffer }, name)
  })
  // What was asked for is on the disk only now, and the browser is about to be closed.
  await over
  database.close()
}`

/** What shows that the search of a profile finds what is there. */
const text = 'f2a8-in-clear-41bc'
const inClear = textCanary('in clear', text)
const keepInClear = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('control')
  opening.onupgradeneeded = () => opening.result.createObjectStore('control').put('${text}', 'a')
  opening.onsuccess = resolve
  opening.onerror = reject
})`
