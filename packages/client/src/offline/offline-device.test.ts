import { syncLimits } from '@mien/shared/sync/limits'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeDeviceKey } from '../storage/device-keys.ts'
import { createMemoryRecords } from '../storage/memory-records.ts'
import type { RecordStore } from '../storage/record-store.ts'
import { createOfflineCore } from './offline-core.ts'
import type { OfflineNews } from './offline-news.ts'
import { madeUpFace, startFakeServer } from './server.fixture.ts'
import { createStateKeeper } from './state-keeper.ts'

afterEach(() => vi.unstubAllGlobals())

const hour = 3_600_000

/** A device with a server, a disk and clocks that a test turns. */
async function openWorld(kind: 'kiosk' | 'own_device' = 'kiosk', store: RecordStore = createMemoryRecords()) {
  const { server, api } = await startFakeServer(kind)
  const clocks = { wallMs: Date.UTC(2026, 10, 21), monoMs: 1000 }
  const key = await makeDeviceKey()
  const news: OfflineNews[] = []
  let boots = 0
  /** Another page, or the same one after the browser was closed. */
  const openPage = () => {
    const bootId = `00000000-0000-4000-8000-${String(++boots).padStart(12, '0')}`
    const core = createOfflineCore({
      kind,
      keeper: createStateKeeper(store, (work) => work()),
      api,
      key: async () => key,
      readClocks: () => ({ ...clocks, bootId }),
      runUnlessRunning: (work) => work(),
      runAlone: (work) => work(),
      persist: async () => true,
    })
    core.subscribe((each) => news.push(each))
    return core
  }
  const pass = (ms: number) => {
    clocks.wallMs += ms
    clocks.monoMs += ms
    server.nowMs += ms
  }
  const register = async (core = openPage()) => {
    await core.register(() => api.registerKiosk('code', key))
    return core
  }
  return { server, api, clocks, news, store, openPage, register, pass }
}

describe('a kiosk', () => {
  it('[OF5] recognises who is in its gallery and refuses who is not, without the server', async () => {
    const { server, register } = await openWorld()
    const [anna, ben] = [server.enroll(1), server.enroll(2)]
    const kiosk = await register()
    server.isReachable = false
    expect(await kiosk.recognise(madeUpFace(1))).toMatchObject({
      offline: true,
      level: 'A0-offline',
      facialId: anna.facialId,
    })
    expect(await kiosk.recognise(madeUpFace(2))).toMatchObject({ facialId: ben.facialId })
    expect(await kiosk.recognise(madeUpFace(3))).toBeUndefined()
    expect((await kiosk.status()).waiting).toBe(3)
  })

  it('[SY9] tells each event once, in one chain, also where answers are lost and the page is opened anew', async () => {
    const { server, register, openPage } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    server.isReachable = false
    await kiosk.recognise(madeUpFace(1))
    await kiosk.recognise(madeUpFace(9))
    const again = openPage()
    await again.enroll(new TextEncoder().encode('{}'))
    server.isReachable = true
    server.lostAnswers = 2
    await again.sync()
    await again.sync()
    expect((await again.status()).waiting).toBe(3)
    await again.sync()
    expect((await again.status()).waiting).toBe(0)
    expect([...server.events.values()].map(({ seq, op }) => [seq, op])).toEqual([
      [1, 'recognised'],
      [2, 'refused'],
      [3, 'enroll'],
    ])
  })

  it('[SY10] recognises nobody any more of whom a tombstone came', async () => {
    const { server, register } = await openWorld()
    const anna = server.enroll(1)
    const kiosk = await register()
    server.remove(anna)
    await kiosk.sync()
    expect(await kiosk.recognise(madeUpFace(1))).toBeUndefined()
  })

  it('[OF3] recognises nobody once its statement has ended', async () => {
    const { server, register, pass } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    pass(23 * hour)
    expect(await kiosk.recognise(madeUpFace(1))).toBeDefined()
    pass(2 * hour)
    await expect(kiosk.recognise(madeUpFace(1))).rejects.toMatchObject({
      code: 'NETWORK_IO',
      details: { offline: 'ended' },
    })
    await kiosk.sync()
    expect(await kiosk.recognise(madeUpFace(1))).toBeDefined()
  })

  it('[OF4] OFF-05: locks when its clock is set back, until the server tells the time', async () => {
    const { server, clocks, register, openPage } = await openWorld()
    server.enroll(1)
    await register()
    clocks.wallMs -= hour
    const page = openPage()
    await expect(page.recognise(madeUpFace(1))).rejects.toMatchObject({ details: { offline: 'clock' } })
    await expect(page.prepare('authenticate')).rejects.toMatchObject({ details: { offline: 'clock' } })
    clocks.wallMs += hour
    await expect(openPage().recognise(madeUpFace(1))).rejects.toMatchObject({ details: { offline: 'clock' } })
    await page.sync()
    expect(await page.recognise(madeUpFace(1))).toBeDefined()
  })

  it('[OF4] OFF-05: a clock that is set forward ends what would expire', async () => {
    const { server, clocks, register } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    clocks.wallMs += 30 * 24 * hour
    await expect(kiosk.recognise(madeUpFace(1))).rejects.toMatchObject({ details: { offline: 'ended' } })
  })

  it('[SY4] does nothing more than it has tickets for', async () => {
    const { server, register } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    server.isReachable = false
    for (let i = 0; i < syncLimits.tickets; i++) await kiosk.recognise(madeUpFace(1))
    await expect(kiosk.recognise(madeUpFace(1))).rejects.toMatchObject({ details: { offline: 'no-ticket' } })
    server.isReachable = true
    await kiosk.sync()
    expect(await kiosk.recognise(madeUpFace(1))).toBeDefined()
    expect(server.events.size).toBe(syncLimits.tickets)
  })

  it('[OF7] gives each place of the chain once, also to two pages that record at the same moment', async () => {
    const { server, register, openPage } = await openWorld()
    server.enroll(1)
    await register()
    const pages = [openPage(), openPage(), openPage()]
    await Promise.all(pages.flatMap((page) => [1, 9].map((seed) => page.recognise(madeUpFace(seed)))))
    await pages[0]!.sync()
    expect([...server.events.values()].map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('[OF10] OFF-07: forgets whom it knew when it is revoked, and still tells what waits', async () => {
    const { server, store, news, register } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    await kiosk.recognise(madeUpFace(1))
    server.isRevoked = true
    await kiosk.sync()
    expect(server.events.size).toBe(1)
    expect(await kiosk.status()).toMatchObject({ isRevoked: true, waiting: 0, notReady: 'revoked' })
    expect([...(await store.read()).records.keys()].filter((name) => name.startsWith('face/'))).toEqual([])
    expect(news.at(-1)).toEqual({ name: 'revoked' })
  })

  it('[OF6] OFF-09: without room on the disk nothing more happens, and nothing that was there is lost', async () => {
    const { server, store, register } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    await kiosk.recognise(madeUpFace(1))
    const { write } = store
    store.write = async () => {
      const { MienError } = await import('@mien/shared/errors')
      throw new MienError('STORAGE_FULL')
    }
    const full = { code: 'STORAGE_FULL', details: { offline: 'full' } }
    await expect(kiosk.recognise(madeUpFace(1))).rejects.toMatchObject(full)
    await expect(kiosk.prepare('authenticate')).rejects.toMatchObject(full)
    expect(await kiosk.status()).toMatchObject({ notReady: 'full', device: { label: 'Door' } })
    store.write = write
    await kiosk.recognise(madeUpFace(1))
    await kiosk.sync()
    expect([...server.events.values()].map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('[SY16] keeps a draft that the server has no room for, tells what comes after it, and sends it again in time', async () => {
    const { server, news, register, openPage, pass } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    server.isFull = true
    await kiosk.enroll(new TextEncoder().encode('{}'))
    await kiosk.recognise(madeUpFace(1))
    await kiosk.sync()
    expect([...server.events.values()].map(({ seq }) => seq)).toEqual([2])
    expect(await kiosk.status()).toMatchObject({ waiting: 1 })
    expect(news.filter(({ name }) => name === 'refused' || name === 'failed')).toEqual([])
    server.isFull = false
    const again = openPage()
    pass(hour - 1000)
    await again.sync()
    expect(await again.status()).toMatchObject({ waiting: 1 })
    pass(1000)
    await again.sync()
    expect([...server.events.values()].map(({ seq }) => seq)).toEqual([2, 1])
    expect(await again.status()).toMatchObject({ waiting: 0 })
  })

  it('[OF16] recognises nobody by a policy that was kept without what is decided by now, until the next page', async () => {
    const { server, store, register, openPage } = await openWorld()
    server.enroll(1)
    await register()
    const { revision, records } = await store.read()
    const { active_steps: _, consent_texts: _texts, ...before } = records.get('policy') as Record<string, never>
    await store.write({ revision, put: new Map([['policy', before as never]]), remove: [] })
    const page = openPage()
    await expect(page.recognise(madeUpFace(1))).rejects.toMatchObject({ details: { offline: 'ended' } })
    await expect(page.prepare('enroll')).rejects.toMatchObject({ details: { offline: 'ended' } })
    await page.sync()
    expect(await page.recognise(madeUpFace(1))).toBeDefined()
  })

  it('[OF2] recognises nobody by templates that are not those that the server signed', async () => {
    const { server, store, register, openPage } = await openWorld()
    const anna = server.enroll(1)
    const ben = server.enroll(2)
    await register()
    const { revision, records } = await store.read()
    const [of, by] = [`face/${anna.faceId}`, `face/${ben.faceId}`].map((name) => records.get(name) as object)
    const swapped = { ...of, template: (by as { template: string }).template }
    await store.write({ revision, put: new Map([[`face/${anna.faceId}`, swapped as never]]), remove: [] })
    await expect(openPage().recognise(madeUpFace(2))).rejects.toMatchObject({ details: { offline: 'ended' } })
  })

  it('fetches all of it anew where a record cannot be read any more', async () => {
    const { server, store, register, openPage } = await openWorld()
    const anna = server.enroll(1)
    server.enroll(2)
    await register()
    const { revision } = await store.read()
    await store.write({ revision, put: new Map(), remove: [`face/${anna.faceId}`] })
    const page = openPage()
    await expect(page.recognise(madeUpFace(2))).rejects.toMatchObject({ details: { offline: 'ended' } })
    server.answersDeltas = true
    await page.sync()
    expect(await page.recognise(madeUpFace(1))).toMatchObject({ facialId: anna.facialId })
  })

  it('[OF8] writes down no drafts where the application takes none', async () => {
    const { server, register } = await openWorld()
    server.drafts = false
    const kiosk = await register()
    await expect(kiosk.prepare('enroll')).rejects.toMatchObject({ details: { offline: 'no-drafts' } })
  })

  it('goes on as if nothing was where a listener of the page throws, and says so', async () => {
    const thrown = new Error("the page's own")
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    const { server, register, openPage } = await openWorld()
    server.enroll(1)
    const kiosk = openPage()
    kiosk.subscribe(() => {
      throw thrown
    })
    const heard: OfflineNews['name'][] = []
    kiosk.subscribe(({ name }) => heard.push(name))
    await register(kiosk)
    expect(await kiosk.recognise(madeUpFace(1))).toBeDefined()
    expect(await kiosk.attempt()).toBe('done')
    server.isReachable = false
    expect(await kiosk.attempt()).toMatchObject({ code: 'NETWORK_IO' })
    expect(heard).toEqual(['waiting', 'syncing', 'synced', 'syncing', 'offline'])
    expect(reported.mock.calls).toEqual(heard.map(() => [thrown]))
  })

  it('[OF13] asks for no other registration while something waits: the server would take the one away by which it is told', async () => {
    const { server, api, register, openPage } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    server.isFull = true
    await kiosk.enroll(new TextEncoder().encode('{}'))
    const ask = vi.fn(() => api.registerKiosk('code', undefined as never))
    await expect(openPage().register(ask)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(ask).not.toHaveBeenCalled()
    expect(await kiosk.recognise(madeUpFace(1))).toBeDefined()
  })

  it('[OF13] tells what waits before it asks to be registered anew', async () => {
    const { server, api, register, openPage } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    await kiosk.recognise(madeUpFace(1))
    const told = await openPage().register(async () => {
      expect(server.events.size).toBe(1)
      return api.registerKiosk('code', undefined as never)
    })
    expect(told).toBeUndefined()
    expect(await kiosk.status()).toMatchObject({ waiting: 0, notReady: null })
  })

  it('is registered as another one only once all was told that happened', async () => {
    const { server, register, openPage, store } = await openWorld()
    server.enroll(1)
    const kiosk = await register()
    server.isReachable = false
    await kiosk.recognise(madeUpFace(1))
    const other = await startFakeServer()
    await expect(openPage().register(() => other.api.registerKiosk('code', undefined as never))).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await kiosk.forget()
    expect((await store.read()).records.get('registration')).toBeNull()
  })
})

describe("a person's own device", () => {
  it('[OF5] recognises its owner and nobody else', async () => {
    const { server, register } = await openWorld('own_device')
    const owner = server.enroll(1)
    const device = await register()
    expect(await device.recognise(madeUpFace(1))).toMatchObject({ level: 'A1-offline', facialId: owner.facialId })
    expect(await device.recognise(madeUpFace(2))).toBeUndefined()
  })

  it('enrolls nobody', async () => {
    const { server, register } = await openWorld('own_device')
    server.enroll(1)
    await expect((await register()).prepare('enroll')).rejects.toMatchObject({ details: { offline: 'no-drafts' } })
  })
})

it('a device that is registered nowhere says so', async () => {
  const { openPage } = await openWorld()
  const core = openPage()
  expect(await core.status()).toMatchObject({ device: null, notReady: 'unregistered', waiting: 0 })
  await expect(core.recognise(madeUpFace(1))).rejects.toMatchObject({ details: { offline: 'unregistered' } })
})
