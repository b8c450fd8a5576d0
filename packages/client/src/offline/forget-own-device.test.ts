import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MienClient } from '../client.ts'
import { createDeviceKeys } from '../storage/device-keys.ts'
import { openSealedRecords } from '../storage/sealed-records.ts'

const where = { endpoint: 'https://face.example/', publicId: 'public' }
const client = () => new MienClient(where.publicId, { endpoint: where.endpoint })
const keyId = async () => (await createDeviceKeys(where).current())!.keyId
const openKept = () => openSealedRecords(`mien-offline own-device ${where.endpoint} ${where.publicId}`)

/** Somebody's template lies here. */
async function keepFace() {
  const store = await openKept()
  const put = new Map<string, never>([
    ['chain', { seq: 0, hash: '' } as never],
    ['face/1', { faceId: '1' } as never],
  ])
  await store.write({ revision: await store.revision(), put, remove: [] })
}

const keptFaces = async () => [...(await (await openKept()).read()).records.keys()].filter((name) => /^face/.test(name))

beforeEach(() => {
  vi.stubGlobal('location', { href: 'https://shop.example/' })
  vi.stubGlobal('navigator', {})
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.doUnmock('./open-offline.ts')
})

it('[OF13] logoutDevice() takes along what lies on the disk', async () => {
  await keepFace()
  await client().logoutDevice()
  expect(await keptFaces()).toEqual([])
})

it('[OF13] logoutDevice() takes along also what no device can be made of any more', async () => {
  await keepFace()
  const store = await openKept()
  await store.write({ revision: await store.revision(), put: new Map(), remove: ['chain'] })
  await client().logoutDevice()
  expect(await keptFaces()).toEqual([])
})

it('[OF13] logoutDevice() forgets all or nothing where the network goes, and says so', async () => {
  await keepFace()
  const before = await keyId()
  vi.doMock('./open-offline.ts', () => {
    throw new TypeError('Failed to fetch')
  })
  await expect(client().logoutDevice()).rejects.toMatchObject({ code: 'NETWORK_IO' })
  expect([await keptFaces(), await keyId()]).toEqual([['face/1'], before])
})

it('[OF13] logoutDevice() says so where the store does not open, so that what lies there stays', async () => {
  await keepFace()
  const open = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('refused', 'SecurityError')
  })
  await expect(client().logoutDevice()).rejects.toMatchObject({ code: 'BROWSER_UNSUPPORTED' })
  open.mockRestore()
  expect(await keptFaces()).toEqual(['face/1'])
})
