import { randomUUID } from 'node:crypto'
import { decodeBase64Url, encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { syncLimits } from '@mien/shared/sync/limits'
import { expect, it } from 'vitest'
import { makeDeviceKey } from '../storage/device-keys.ts'
import { createMemoryRecords } from '../storage/memory-records.ts'
import { type DeviceState, noTickets, unregistered } from './device-state.ts'
import { createOfflineCore } from './offline-core.ts'
import { madeUpFace, startFakeServer } from './server.fixture.ts'
import { createStateKeeper } from './state-keeper.ts'

/** A kiosk that knows one person. `knows`: whether it recognises them now, or why it is no help. */
async function openKiosk() {
  const { server, api } = await startFakeServer()
  const store = createMemoryRecords()
  const keeper = createStateKeeper(store, (work) => work())
  const key = await makeDeviceKey()
  const kiosk = createOfflineCore({
    kind: 'kiosk',
    keeper,
    api,
    key: async () => key,
    readClocks: () => ({ wallMs: server.nowMs, monoMs: 0, bootId: '00000000-0000-4000-8000-000000000001' }),
    runUnlessRunning: (work) => work(),
    runAlone: (work) => work(),
    persist: async () => true,
  })
  server.enroll(1)
  await kiosk.register(() => api.registerKiosk('code', key))
  const knows = () =>
    kiosk.recognise(madeUpFace(1)).then(
      (result) => result !== undefined,
      (error) => error.details.offline,
    )
  return { server, api, store, keeper, kiosk, knows }
}

type Kiosk = Awaited<ReturnType<typeof openKiosk>>

/** Pages name a key that the device has not asked for yet. */
function renewKeys({ api }: Kiosk): void {
  const { pull, serverKeys } = api
  const header = (text: string) => JSON.parse(new TextDecoder().decode(decodeBase64Url(text)))
  api.pull = async (...request) => {
    const page = await pull(...request)
    const [first, ...rest] = page.snapshot.split('.')
    const renamed = new TextEncoder().encode(JSON.stringify({ ...header(first!), kid: 'new' }))
    return { ...page, snapshot: [encodeBase64Url(renamed), ...rest].join('.') }
  }
  api.serverKeys = async () => (await serverKeys()).map((each) => ({ ...each, kid: 'new' }))
}

it('[SY10] [OF3] recognises nobody once a page is here whose key cannot be asked for, until one is applied', async () => {
  const world = await openKiosk()
  const { api, kiosk, knows } = world
  const { pull, serverKeys } = api
  renewKeys(world)
  const whileAsking: unknown[] = []
  api.serverKeys = async () => {
    whileAsking.push(await knows())
    throw new MienError('NETWORK_IO')
  }
  await kiosk.sync()
  expect(whileAsking).toEqual(['ended'])
  expect(await knows()).toBe('ended')
  Object.assign(api, { pull, serverKeys })
  await kiosk.sync()
  expect(await knows()).toBe(true)
})

it('[SY4] takes tickets that are signed with a key the server renewed after its snapshot', async () => {
  const { server, kiosk, keeper } = await openKiosk()
  await keeper.change((state) => ({ ...state, tickets: noTickets }))
  server.ticketKid = 'renewed key'
  const told: unknown[] = []
  kiosk.subscribe((news) => told.push(news))
  await kiosk.sync()
  expect(told).toEqual([{ name: 'syncing' }])
  expect((await keeper.read()).tickets.held).toHaveLength(syncLimits.tickets)
})

it('[SY10] [OF6] recognises nobody where there is no room for a page, and loses nothing', async () => {
  const { store, server, kiosk, keeper, knows } = await openKiosk()
  await knows()
  const { write } = store
  store.write = async (changes) => {
    if ([...changes.put.keys()].some((name) => name.startsWith('face/'))) throw new MienError('STORAGE_FULL')
    return write(changes)
  }
  server.enroll(2)
  const before = await keeper.read()
  await kiosk.sync()
  expect(await knows()).toBe('ended')
  const { gallery, tickets } = await keeper.read()
  expect([gallery.faces.size, tickets.held.length]).toEqual([1, before.tickets.held.length])
  store.write = write
  await kiosk.sync()
  expect(await knows()).toBe(true)
})

const saidByServer = { status: 403, requestId: 'request' }

it.each(['FORBIDDEN', 'QUOTA_REACHED'] as const)(
  '[SY19] [SY21] recognises nobody once the server hands nothing out (%s), and keeps what waits',
  async (code) => {
    const { api, kiosk, keeper, knows } = await openKiosk()
    const { pull, sync } = api
    api.pull = async () => {
      throw new MienError(code, { details: saidByServer })
    }
    await kiosk.sync()
    expect(await knows()).toBe('ended')
    await kiosk.enroll(new TextEncoder().encode('{}'))
    Object.assign(api, {
      async sync() {
        throw new MienError('NETWORK_IO')
      },
    })
    await kiosk.sync()
    const { outbox, tickets } = await keeper.read()
    expect([outbox.entries.length, tickets.usedIds.length]).toEqual([1, 1])
    Object.assign(api, { pull, sync })
    await kiosk.sync()
    expect(await knows()).toBe(true)
  },
)

it('goes on recognising where only something on the way to the server forbids it', async () => {
  const { api, kiosk, knows } = await openKiosk()
  api.pull = async () => {
    throw new MienError('FORBIDDEN', { details: { status: 403 } })
  }
  await kiosk.sync()
  expect(await knows()).toBe(true)
})

const calls = ['sync', 'pull', 'serverKeys', 'tickets'] as const

/** What is done while the answer to a call is on its way. */
function during({ api }: Kiosk, name: (typeof calls)[number], work: () => Promise<unknown>): void {
  const call = api[name] as (...args: unknown[]) => Promise<unknown>
  const slow = async (...args: unknown[]) => {
    const answer = await call(...args)
    await work()
    return answer
  }
  Object.assign(api, { [name]: slow })
}

it.each(calls)('[OF13] what was forgotten does not come back with the answer to %s', async (name) => {
  const world = await openKiosk()
  if (name === 'serverKeys') renewKeys(world)
  during(world, name, () => world.kiosk.forget())
  await world.kiosk.sync()
  expect(await world.keeper.read()).toEqual(unregistered)
})

/** Another registration on the same device. */
const another = ({ registration, clock }: DeviceState): DeviceState => ({
  ...unregistered,
  registration: { ...registration!, device_id: randomUUID(), label: 'Back door' },
  clock,
})

it.each(calls)('[OF13] another device is given nothing of the answer to %s', async (name) => {
  const world = await openKiosk()
  if (name === 'serverKeys') renewKeys(world)
  let begun: DeviceState | undefined
  during(world, name, async () => {
    begun = await world.keeper.change(another)
  })
  await world.kiosk.sync()
  expect(await world.keeper.read()).toEqual(begun)
})

it('[OF13] another device is not revoked by what the server says of the one before', async () => {
  const { api, kiosk, keeper } = await openKiosk()
  let begun: DeviceState | undefined
  api.pull = async () => {
    begun = await keeper.change(another)
    throw new MienError('GONE', { details: { status: 410 } })
  }
  await kiosk.sync()
  expect(await keeper.read()).toEqual(begun)
})

it.each(calls)(
  'OFF-06 [OF13] what the browser threw away during %s is not put together from the answer',
  async (name) => {
    const world = await openKiosk()
    if (name === 'serverKeys') renewKeys(world)
    await world.kiosk.recognise(madeUpFace(1))
    const { store, kiosk, keeper, server } = world
    during(world, name, async () => {
      const { revision, records } = await store.read()
      await store.write({ revision, put: new Map(), remove: [...records.keys()] })
    })
    await kiosk.sync()
    expect(await keeper.read()).toEqual(unregistered)
    expect(await world.knows()).toBe('unregistered')
    expect(server.events.size).toBe(1)
  },
)

it('OFF-06 [OF12] a face that the browser threw away in the middle of a sync comes back with the next one', async () => {
  const world = await openKiosk()
  const { store, kiosk, server, knows, api } = world
  await knows()
  const { sync } = api
  during(world, 'sync', async () => {
    const { revision, records } = await store.read()
    const remove = [...records.keys()].filter((each) => each.startsWith('face/'))
    await store.write({ revision, put: new Map(), remove })
  })
  server.answersDeltas = true
  await kiosk.sync()
  Object.assign(api, { sync })
  await kiosk.sync()
  expect([await knows(), server.events.size]).toEqual([true, 1])
  expect((await kiosk.status()).waiting).toBe(1)
})
