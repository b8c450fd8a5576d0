import { syncLimits } from '@mien/shared/sync/limits'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { send } from '../../packages/client/src/http/api-client.ts'
import { createOfflineCore } from '../../packages/client/src/offline/offline-core.ts'
import type { OfflineNews } from '../../packages/client/src/offline/offline-news.ts'
import { createStateKeeper } from '../../packages/client/src/offline/state-keeper.ts'
import { createSyncApi } from '../../packages/client/src/offline/sync-api.ts'
import { makeDeviceKey } from '../../packages/client/src/storage/device-keys.ts'
import { createMemoryRecords } from '../../packages/client/src/storage/memory-records.ts'
import { goodFrame } from '../fixtures/good-frame.ts'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { consentGiven, openTestApp, type TestApp, type TestApplication, wireTemplate } from './test-app.ts'

/** The browser's own device against the real server, without a browser: its disk, its clocks and the way to the server are the test's. */
let rig: TestApp
let shop: TestApplication
let isCut = false
let seed = 910_000

beforeAll(async () => {
  rig = await openTestApp()
})
afterAll(() => rig.close())

const newPerson = () => syntheticPerson(++seed)
const minute = 60_000

async function openKiosk() {
  isCut = false
  shop = await rig.createApplication({ offline: 'both' })
  const key = await makeDeviceKey()
  const news: OfflineNews[] = []
  const started = rig.clock.now().getTime()
  const api = createSyncApi({
    endpoint: 'https://face.example',
    signal: new AbortController().signal,
    send: (options, call, schema) =>
      send(
        {
          ...options,
          fetch: async (url, init) => {
            if (isCut) throw new TypeError('Failed to fetch')
            return rig.fetch(new Request(url as URL, init))
          },
        },
        call,
        schema,
      ),
  })
  const core = createOfflineCore({
    kind: 'kiosk',
    keeper: createStateKeeper(createMemoryRecords(), (work) => work()),
    api,
    key: async () => key,
    readClocks: () => {
      const wallMs = rig.clock.now().getTime()
      return { wallMs, monoMs: wallMs - started, bootId: '00000000-0000-4000-8000-000000000001' }
    },
    runUnlessRunning: (work) => work(),
    runAlone: (work) => work(),
    persist: async () => true,
  })
  core.subscribe((each) => news.push(each))
  const register = async () => {
    const { json } = await shop.backend('POST', '/v1/offline-devices', { label: 'Door' })
    await core.register((own) => api.registerKiosk(json.registration_code, own))
    return json.device_id as string
  }
  return { core, news, register }
}

const draftOf = (person: Float32Array): Uint8Array<ArrayBuffer> => {
  const templates = [1, 2, 3].map((each) => wireTemplate(syntheticFrame(person, each)))
  const frames = templates.map((_, i) => ({ ...goodFrame, at_ms: i * 200 }))
  const consent = consentGiven(rig.clock.now())
  return new TextEncoder().encode(JSON.stringify({ templates, frames, consent }))
}

const listEvents = async () => (await shop.backend('GET', '/v1/offline-events?limit=100')).json.events

test('[SY9] [OF9] what a kiosk did while the server was away comes in once, and a draft becomes a person', async () => {
  const { core, news, register } = await openKiosk()
  const ada = newPerson()
  const id = await shop.enroll(ada)
  await register()
  isCut = true
  expect(await core.recognise(ada)).toMatchObject({ offline: true, level: 'A0-offline', facialId: id })
  rig.clock.advance(60)
  const newcomer = newPerson()
  expect(await core.recognise(newcomer)).toBeUndefined()
  await core.enroll(draftOf(newcomer))
  await core.sync()
  expect(news.at(-1)).toEqual({ name: 'offline' })
  expect(await core.status()).toMatchObject({ waiting: 3 })
  isCut = false
  await core.sync()
  const events = await listEvents()
  expect(events.map(({ op, outcome }: { op: string; outcome: { status: string } }) => [op, outcome.status])).toEqual([
    ['enroll', 'accepted'],
    ['refused', 'accepted'],
    ['recognised', 'accepted'],
  ])
  expect(news.find(({ name }) => name === 'synced')).toMatchObject({ events: [{}, {}, {}] })
  expect(await core.recognise(newcomer)).toMatchObject({ facialId: events[0].facial_id })
})

test('OFF-03 [SY10] whoever was deleted on the server is recognised no more once it was reached', async () => {
  const { core, register } = await openKiosk()
  const ada = newPerson()
  const id = await shop.enroll(ada)
  await register()
  await shop.backend('DELETE', `/v1/subjects/${id}`)
  await core.sync()
  isCut = true
  expect(await core.recognise(ada)).toBeUndefined()
})

test('OFF-07 [OF10] a kiosk that was revoked tells what happened before, and forgets whom it knew', async () => {
  const { core, news, register } = await openKiosk()
  const ada = newPerson()
  await shop.enroll(ada)
  const deviceId = await register()
  isCut = true
  await core.recognise(ada)
  rig.clock.advance(60)
  await shop.backend('DELETE', `/v1/offline-devices/${deviceId}`)
  isCut = false
  await core.sync()
  expect((await listEvents()).map(({ outcome }: { outcome: object }) => outcome)).toEqual([
    { status: 'quarantined', reason: 'device_revoked' },
  ])
  expect(news.map(({ name }) => name)).toEqual(expect.arrayContaining(['refused', 'revoked']))
  await expect(core.recognise(ada)).rejects.toMatchObject({ details: { offline: 'revoked' } })
})

test('[OF3] after a day without the server nobody is recognised', async () => {
  const { core, register } = await openKiosk()
  const ada = newPerson()
  await shop.enroll(ada)
  await register()
  isCut = true
  rig.clock.advance((syncLimits.kioskMs + minute) / 1000)
  await expect(core.recognise(ada)).rejects.toMatchObject({ code: 'NETWORK_IO', details: { offline: 'ended' } })
})
