import { MienError } from '@mien/shared/errors'
import { describe, expect, it } from 'vitest'
import { makeDeviceKey } from '../storage/device-keys.ts'
import { createLockableRecords } from '../storage/lockable-records.ts'
import { createMemoryRecords } from '../storage/memory-records.ts'
import { drawSalt, makeLock, type RecordLock } from '../storage/record-lock.ts'
import { createOfflineCore } from './offline-core.ts'
import type { OfflineNews } from './offline-news.ts'
import { madeUpFace, startFakeServer } from './server.fixture.ts'
import { createStateKeeper } from './state-keeper.ts'
import { isOfPerson, lockRecord } from './state-records.ts'

const place = { name: 'device', lockName: lockRecord, isLockable: isOfPerson }

/** The owner's device, locked by their passkey, and what lies on its disk. */
async function openOwnDevice() {
  const { server, api } = await startFakeServer('own_device')
  const key = await makeDeviceKey()
  const disk = createMemoryRecords()
  const secret = { credentialId: 'AAAA', secret: crypto.getRandomValues(new Uint8Array(32)) }
  const lockAnew = () => makeLock(secret, drawSalt(), place.name)
  const made = await lockAnew()
  let boots = 0
  /** `unlock`: what a press of the person's does. */
  const openPage = () => {
    const records = createLockableRecords(disk, place)
    const keeper = createStateKeeper(records, (work) => work())
    const bootId = `00000000-0000-4000-8000-${String(++boots).padStart(12, '0')}`
    const device = createOfflineCore({
      kind: 'own_device',
      keeper,
      api,
      key: async () => key,
      readClocks: () => ({ wallMs: server.nowMs, monoMs: boots, bootId }),
      runUnlessRunning: (work) => work(),
      runAlone: (work) => work(),
      persist: async () => true,
    })
    const news: OfflineNews['name'][] = []
    device.subscribe(({ name }) => news.push(name))
    const unlock = async ({ lock, key } = made) => {
      records.use(lock, key)
      await keeper.renew()
    }
    return { device, keeper, news, unlock, use: records.use }
  }
  const owner = server.enroll(1)
  const first = openPage()
  await first.unlock()
  await first.device.register(() => api.registerOwn('token', undefined as never, key), made.lock)
  return { server, api, disk, owner, first, openPage, key, made, lockAnew }
}

const recordsOf = async (disk: ReturnType<typeof createMemoryRecords>) => (await disk.read()).records

it('[OF14] recognises its owner only on a page on which their passkey was used, and says so on others', async () => {
  const { owner, first, openPage } = await openOwnDevice()
  expect(await first.device.recognise(madeUpFace(1))).toMatchObject({ facialId: owner.facialId })
  const { device, news, unlock } = openPage()
  expect(await device.status()).toMatchObject({ notReady: 'locked', protection: 'passkey', waiting: 1 })
  const locked = { code: 'NETWORK_IO', details: { offline: 'locked' } }
  await expect(device.recognise(madeUpFace(1))).rejects.toMatchObject(locked)
  await expect(device.prepare('authenticate')).rejects.toMatchObject(locked)
  expect(news).toEqual(['locked', 'locked'])
  await unlock()
  expect(await device.status()).toMatchObject({ notReady: null, waiting: 1 })
  expect(await device.recognise(madeUpFace(1))).toMatchObject({ facialId: owner.facialId })
})

it('[OF14] a page that was unlocked while it wrote something down is unlocked', async () => {
  const { openPage } = await openOwnDevice()
  const { device, keeper, unlock } = openPage()
  await keeper.change(async (state) => {
    await unlock()
    return { ...state }
  })
  expect(await device.status()).toMatchObject({ notReady: null })
})

it('[OF14] neither the owner, nor a template, nor the key that turns it lies open on the disk', async () => {
  const { disk, owner, first } = await openOwnDevice()
  const text = JSON.stringify([...(await recordsOf(disk))])
  const { gallery, registration } = await first.keeper.read()
  const [face] = gallery.faces.values()
  for (const secret of [owner.facialId, registration!.rotation_key, face!.template]) {
    expect(secret).toMatch(/.{20}/)
    expect(text).not.toContain(secret)
  }
})

it('[OF14] what happened before is told by a page that is locked, and nothing that is locked is lost by it', async () => {
  const { server, owner, first, openPage } = await openOwnDevice()
  await first.device.recognise(madeUpFace(1))
  const { device, unlock } = openPage()
  const requests = server.requests
  await device.sync()
  expect([server.events.size, (await device.status()).waiting]).toEqual([1, 0])
  // Neither a page nor tickets were asked for.
  expect(server.requests).toBe(requests + 1)
  await unlock()
  await device.sync()
  expect(await device.recognise(madeUpFace(1))).toMatchObject({ facialId: owner.facialId })
})

it('[OF10] [OF14] a locked device that is revoked forgets what it cannot read too', async () => {
  const { server, disk, openPage } = await openOwnDevice()
  server.isRevoked = true
  const { device, news } = openPage()
  await device.sync()
  expect(news).toContain('revoked')
  expect([...(await recordsOf(disk)).keys()].filter((name) => name.startsWith('face/'))).toEqual([])
  expect(await device.status()).toMatchObject({ isRevoked: true, notReady: 'revoked', protection: 'browser' })
})

it('[OF14] a locked device forgets all of it, and may be registered anew, without a lock', async () => {
  const { disk, api, owner, openPage, key } = await openOwnDevice()
  const { device } = openPage()
  await device.register(() => api.registerOwn('token', undefined as never, key))
  expect(await device.status()).toMatchObject({ notReady: null, protection: 'browser' })
  expect(await device.recognise(madeUpFace(1))).toMatchObject({ facialId: owner.facialId })
  expect(JSON.stringify([...(await recordsOf(disk))])).toContain(owner.facialId)
  await device.forget()
  expect([...(await recordsOf(disk)).keys()].filter(isOfPerson)).toEqual([])
})

describe('registered anew on a page that is unlocked', () => {
  const register = ({ api, first, key }: Awaited<ReturnType<typeof openOwnDevice>>, lock?: RecordLock) =>
    first.device.register(() => api.registerOwn('token', undefined as never, key), lock)

  it('[OF14] with a lock after none: nothing of the person lies open any more', async () => {
    const own = await openOwnDevice()
    await own.first.device.forget()
    await register(own)
    expect(JSON.stringify([...(await recordsOf(own.disk))])).toContain(own.owner.facialId)
    await register(own, own.made.lock)
    const { registration } = await own.first.keeper.read()
    const text = JSON.stringify([...(await recordsOf(own.disk))])
    for (const secret of [own.owner.facialId, registration!.rotation_key]) expect(text).not.toContain(secret)
  })

  it('[OF14] with another lock: that one opens it, also where nothing could be pulled any more', async () => {
    const own = await openOwnDevice()
    const { lock, key } = await own.lockAnew()
    own.first.use(lock, key)
    const { pull } = own.api
    own.api.pull = async () => {
      throw new MienError('NETWORK_IO')
    }
    await expect(register(own, lock)).rejects.toMatchObject({ code: 'NETWORK_IO' })
    own.api.pull = pull
    const { device, unlock } = own.openPage()
    await unlock({ lock, key })
    await device.sync()
    expect(await device.recognise(madeUpFace(1))).toMatchObject({ facialId: own.owner.facialId })
  })

  it('[OF14] without a lock after one: any page opens it', async () => {
    const own = await openOwnDevice()
    await register(own)
    const { device } = own.openPage()
    expect(await device.status()).toMatchObject({ notReady: null, protection: 'browser' })
    expect(await device.recognise(madeUpFace(1))).toMatchObject({ facialId: own.owner.facialId })
  })
})

it('[OF14] a device whose owner is locked by a lock that is gone is none', async () => {
  const { disk, openPage } = await openOwnDevice()
  const { revision } = await disk.read()
  await disk.write({ revision, put: new Map([[lockRecord, null]]), remove: [] })
  expect(await openPage().device.status()).toMatchObject({ device: null, notReady: 'unregistered' })
})
