import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { askForBackgroundSync, askWhileWaiting } from '../offline/background-sync.ts'
import { type Registration, unregistered } from '../offline/device-state.ts'
import { nameOfPlace, type OfflinePlace } from '../offline/offline-place.ts'
import { keeperFor } from '../offline/open-core.ts'
import { tagOfPlace } from '../offline/sync-tag.ts'
import { createDeviceKeys } from '../storage/device-keys.ts'
import { openSealedRecords } from '../storage/sealed-records.ts'
import { createBackgroundSync } from './sync-in-background.ts'

const place: OfflinePlace = { mode: 'kiosk', endpoint: 'https://face.example/', publicId: 'public' }

/** What a registered device keeps at least. */
async function keepRegistration(where: OfflinePlace): Promise<void> {
  const { keyId } = (await createDeviceKeys({ ...where, use: 'kiosk' }).current())!
  const registration = {
    device_id: crypto.randomUUID(),
    kind: 'kiosk',
    key_id: keyId,
    rotation_key: 'A',
    is_revoked: false,
  }
  const name = nameOfPlace(where)
  const kept = keeperFor(name, await openSealedRecords(name))
  await kept.change(() => ({ ...unregistered, registration: registration as unknown as Registration }))
}

const asked: string[] = []

beforeEach(() => {
  asked.length = 0
  vi.stubGlobal('navigator', {})
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(url.pathname)
    throw new TypeError('Failed to fetch')
  })
})

afterEach(() => vi.unstubAllGlobals())

it('[OF18] a round that fails is told to the browser, which tries again; the next one asks again', async () => {
  await keepRegistration(place)
  const heard: string[] = []
  const sync = createBackgroundSync((news) => void heard.push(news.name))
  await expect(sync(place)).rejects.toMatchObject({ code: 'NETWORK_IO' })
  expect(heard).toEqual(['syncing', 'offline'])
  await expect(sync(place)).rejects.toMatchObject({ code: 'NETWORK_IO' })
  expect(asked).toEqual(['/v1/sync', '/v1/sync'])
})

/** Locks that a page holds as far as somebody would not wait for them. */
const heldByPage = {
  request: async (_name: string, ...rest: readonly unknown[]) => {
    const work = rest.at(-1) as (lock: unknown) => unknown
    return work(rest.length > 1 ? null : {})
  },
}

it('[OF18] where a page is at it, the browser is to try again: the page may be closed before it is done', async () => {
  await keepRegistration(place)
  vi.stubGlobal('navigator', { locks: heldByPage })
  await expect(createBackgroundSync(undefined)(place)).rejects.toMatchObject({ code: 'SESSION_IN_PROGRESS' })
  expect(asked).toEqual([])
})

it('[OF18] nobody is asked for a device that is none', async () => {
  await createBackgroundSync(undefined)({ ...place, publicId: 'another' })
  expect(asked).toEqual([])
})

it('[OF18] a page asks for it where the browser has it, and goes on where it has not, or refuses', async () => {
  const tags: string[] = []
  const open = (registration: unknown) =>
    vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => registration } })
  open({ sync: { register: async (tag: string) => void tags.push(tag) } })
  await askForBackgroundSync(place)
  open({ sync: { register: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) } })
  await askForBackgroundSync(place)
  open({})
  await askForBackgroundSync(place)
  open(undefined)
  await askForBackgroundSync(place)
  expect(tags).toEqual([tagOfPlace(place)])
})

it('[OF18] a page asks after an event, and after a round that failed while something waits: the browser has given up by then', async () => {
  const tags: string[] = []
  const registration = { sync: { register: async (tag: string) => void tags.push(tag) } }
  vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => registration } })
  const countWaiting = vi.fn(async () => 1)
  const ask = askWhileWaiting(place, countWaiting)
  await ask({ name: 'waiting', count: 1 })
  await ask({ name: 'offline' })
  await ask({ name: 'failed', error: new Error('no') })
  await ask({ name: 'syncing' })
  expect(tags).toEqual(Array(3).fill(tagOfPlace(place)))
  countWaiting.mockResolvedValue(0)
  await ask({ name: 'offline' })
  countWaiting.mockRejectedValue(new Error('no store'))
  await ask({ name: 'offline' })
  expect(tags).toHaveLength(3)
})
