import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { askForBackgroundSync } from '../offline/background-sync.ts'
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
