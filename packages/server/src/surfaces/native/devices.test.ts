import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDeviceCeremonies, type DeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice } from '../../../../../test/fixtures/test-device.ts'
import { createMienServerClient } from '../../client/mien-server-client.ts'

let rig: TestApp
let shop: TestApplication
let ceremonies: DeviceCeremonies
let seed = 91_000
const newPerson = () => syntheticPerson(++seed)
const pin = '8264'

const open = async (settings: object = {}) => {
  shop = await rig.createApplication({ prevent_duplicates: false, ...settings })
  ceremonies = createDeviceCeremonies(rig, shop)
}
const devicesOf = async (facialId: string) =>
  (await shop.backend('GET', `/v1/subjects/${facialId}/devices`)).json.devices
const statesOf = async (facialId: string) => (await devicesOf(facialId)).map(({ status }: { status: string }) => status)
/** @returns the person's facial id */
const enroll = async (person: Float32Array, device = createTestDevice(), changes: object = {}) => {
  const answer = await ceremonies.run('enroll', person, device, changes)
  return { device, ...(await ceremonies.redeem(answer)) }
}
const events = async () => {
  const { deliveries } = rig.database.stores
  const [webhook] = (await shop.backend('GET', '/v1/webhooks')).json.webhooks
  const listed = await deliveries.list(shop.credentials.application_id, webhook.webhook_id, { limit: 50 })
  return listed.filter(({ event }) => event === 'device_added').map(({ body }) => JSON.parse(body))
}

describe.each(engines)('on $name', ({ open: openEngine }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await openEngine() })
  })
  afterAll(() => rig.close())
  beforeEach(() => open())

  test('[DK3] whoever is enrolled has the device that it was done on, and is known there from then on', async () => {
    const ada = newPerson()
    const { device, facialId, ...enrolled } = await enroll(ada)
    expect(enrolled).toMatchObject({ assurance: 'A0', factors: 'face' })
    expect(await devicesOf(facialId)).toMatchObject([{ key_id: device.keyId, status: 'active', label: null }])
    const begun = await ceremonies.begin({ operation: 'authenticate' }, device)
    expect(begun.challenge.level).toBe('A1')
    const back = await ceremonies.redeem(await ceremonies.submit(begun, ada, device))
    expect(back).toMatchObject({ facialId, assurance: 'A1', factors: 'face+device', amr: ['face', 'swk', 'mfa'] })
    expect((await devicesOf(facialId))[0].device_id).toBe(back.deviceId)
  })

  test('[DK3] one device is several people’s, and each is recognised as themselves', async () => {
    const [ada, bob] = [newPerson(), newPerson()]
    const first = await enroll(ada)
    const second = await enroll(bob, first.device)
    for (const [person, { facialId }] of [
      [ada, first],
      [bob, second],
    ] as const) {
      const back = await ceremonies.redeem(await ceremonies.run('authenticate', person, first.device))
      expect(back).toMatchObject({ facialId, assurance: 'A1' })
    }
  })

  test('[LV5] a face that is none of the owners’ is searched for, and its level is A0', async () => {
    const owner = await enroll(newPerson())
    const ada = newPerson()
    const { facialId } = await enroll(ada)
    const back = await ceremonies.redeem(await ceremonies.run('authenticate', ada, owner.device))
    expect(back).toMatchObject({ facialId, assurance: 'A0', factors: 'face', deviceId: undefined })
    const stranger = await ceremonies.run('authenticate', newPerson(), owner.device)
    expect(stranger.json).toEqual({ status: 'refused', reason: 'not_recognised' })
  })

  test('[LV5] one that a backend names is compared alone, on whoever’s device', async () => {
    const ada = newPerson()
    const owner = await enroll(ada)
    const { facialId } = await enroll(newPerson())
    const request = { operation: 'authenticate', facial_id: facialId } as const
    const answer = await ceremonies.submit(await ceremonies.begin(request, owner.device), ada, owner.device)
    expect(answer.json).toEqual({ status: 'refused', reason: 'not_recognised' })
  })

  test('[DK4] SEC-07: a face alone, at A0 or with another’s key, adds no device to somebody who is there', async () => {
    const ada = newPerson()
    const { facialId } = await enroll(ada)
    const others = await enroll(newPerson())
    const tried = [createTestDevice(), others.device, createTestDevice()]
    for (const device of tried) await ceremonies.run('authenticate', ada, device)
    expect(await statesOf(facialId)).toEqual(['active', 'pending', 'pending', 'pending'])
    for (const device of tried) {
      const again = await ceremonies.redeem(await ceremonies.run('authenticate', ada, device))
      expect(again).toMatchObject({ facialId, assurance: 'A0' })
    }
    await open({ min_assurance_authenticate: 'A1', pin_authenticate: 'off' })
    const strict = await enroll(ada)
    const refused = await ceremonies.run('authenticate', ada, createTestDevice())
    expect([refused.status, refused.json.error.code]).toEqual([403, 'assurance_too_low'])
    expect(await statesOf(strict.facialId)).toEqual(['active'])
    console.info(`SEC-07: 0 of ${tried.length + 1} devices added by a face alone`)
  })

  test('[DK4] SEC-07: with a PIN it does, and says so to those who listen', async () => {
    await open({ pin_authenticate: 'always' })
    const hook = { url: 'https://shop.example/hook', events: ['device_added'] }
    expect((await shop.backend('POST', '/v1/webhooks', hook)).status).toBe(201)
    const ada = newPerson()
    const { facialId } = await enroll(ada, createTestDevice(), { pin })
    const device = createTestDevice()
    const begun = await ceremonies.begin({ operation: 'authenticate' }, device)
    const stepped = await ceremonies.stepUp(begun, await ceremonies.submit(begun, ada, device), pin)
    const result = await ceremonies.redeem(stepped)
    expect(result).toMatchObject({ facialId, assurance: 'A0', factors: 'face+device+pin' })
    expect(await statesOf(facialId)).toEqual(['active', 'active'])
    const told = await events()
    expect(told).toHaveLength(2)
    const added = { eventName: 'device_added', facialId, deviceId: result.deviceId, deviceStatus: 'active' }
    expect(told).toContainEqual(expect.objectContaining(added))
  })

  test.each(['approval', 'a3'] as const)('[DK4] under %s a PIN does not either', async (rule) => {
    await open({ pin_authenticate: 'always', new_device: rule })
    const ada = newPerson()
    const { facialId } = await enroll(ada, createTestDevice(), { pin })
    const device = createTestDevice()
    const begun = await ceremonies.begin({ operation: 'authenticate' }, device)
    await ceremonies.stepUp(begun, await ceremonies.submit(begun, ada, device), pin)
    expect(await statesOf(facialId)).toEqual(['active', 'pending'])
  })

  test('[DK5] where A1 is asked for, a PIN makes the device known and the next capture is worth it', async () => {
    await open({ min_assurance_authenticate: 'A1', pin_authenticate: 'when_close' })
    const ada = newPerson()
    const { facialId } = await enroll(ada, createTestDevice(), { pin })
    const device = createTestDevice()
    const begun = await ceremonies.begin({ operation: 'authenticate' }, device)
    const asked = await ceremonies.submit(begun, ada, device)
    expect(asked.json).toMatchObject({ status: 'step_up', methods: ['pin'] })
    const known = await ceremonies.stepUp(begun, asked, pin)
    expect(known.json).toEqual({ status: 'retry' })
    expect((await ceremonies.stepUp(begun, asked, pin)).json).toMatchObject({ status: 'refused' })
    const again = await ceremonies.run('authenticate', ada, device)
    expect(await ceremonies.redeem(again)).toMatchObject({ facialId, assurance: 'A1', factors: 'face+device' })
  })

  test('[DK6] the backend lists, approves and takes away', async () => {
    await open({ min_assurance_authenticate: 'A1', new_device: 'approval', pin_authenticate: 'off' })
    const ada = newPerson()
    const { facialId, device: first } = await enroll(ada)
    const second = createTestDevice()
    // It tells a stranger nothing: who is recognised is refused like who is not.
    const waits = await ceremonies.run('authenticate', ada, second)
    expect(waits.json).toEqual({ status: 'refused', reason: 'not_recognised' })
    const [, waiting] = await devicesOf(facialId)
    const path = `/v1/subjects/${facialId}/devices/${waiting.device_id}`
    expect((await shop.backend('POST', `${path}/approve`, {})).json).toMatchObject({ status: 'active' })
    expect((await shop.backend('POST', `${path}/approve`, {})).status).toBe(200)
    expect(await ceremonies.redeem(await ceremonies.run('authenticate', ada, second))).toMatchObject({
      assurance: 'A1',
    })
    for (let i = 0; i < 2; i++) expect((await shop.backend('DELETE', path)).status).toBe(204)
    expect((await shop.backend('POST', `${path}/approve`, {})).status).toBe(409)
    const signedAnew = await ceremonies.run('authenticate', ada, second)
    expect([signedAnew.status, signedAnew.json.error.code]).toEqual([401, 'signature_invalid'])
    expect(await ceremonies.redeem(await ceremonies.run('authenticate', ada, first))).toMatchObject({ assurance: 'A1' })
    const { records } = (await shop.backend('GET', `/v1/audit?subject=${facialId}`)).json
    const seen = records.map(({ event, outcome }: { event: string; outcome: string }) => `${event} ${outcome}`)
    expect(seen).toEqual(expect.arrayContaining(['device_added approved', 'device_removed ok', 'device_added pending']))
  })

  test('[DK6] a backend does so with the typed client', async () => {
    const ada = newPerson()
    const { facialId } = await enroll(ada)
    await ceremonies.run('authenticate', ada, createTestDevice())
    const fetch = async (input: URL | RequestInfo, init?: RequestInit) => rig.fetch(new Request(input, init))
    const { secret_key: secretKey } = shop.credentials
    const { devices } = createMienServerClient({ baseUrl: 'https://mien.example', secretKey, fetch })
    const [first, second] = await devices.list(facialId)
    expect((await devices.approve(facialId, second!.device_id)).status).toBe('active')
    await devices.revoke(facialId, first!.device_id)
    expect(await statesOf(facialId)).toEqual(['revoked', 'active'])
  })

  test('[DK6] of another application, or another person, a device is not there', async () => {
    const ada = await enroll(newPerson())
    const bob = await enroll(newPerson())
    const [{ device_id: id }] = await devicesOf(ada.facialId)
    const other = await rig.createApplication()
    for (const [application, facialId] of [
      [other, ada.facialId],
      [shop, bob.facialId],
    ] as const) {
      const path = `/v1/subjects/${facialId}/devices/${id}`
      expect((await application.backend('DELETE', path)).status).toBe(404)
      expect((await application.backend('POST', `${path}/approve`, {})).status).toBe(404)
    }
    expect((await other.backend('GET', `/v1/subjects/${ada.facialId}/devices`)).status).toBe(404)
  })

  test('[DK6] one waits a day, five at once, and five are in', async () => {
    const ada = newPerson()
    const { facialId } = await enroll(ada)
    for (let i = 0; i < 7; i++) await ceremonies.run('authenticate', ada, createTestDevice())
    expect(await statesOf(facialId)).toEqual(['active', ...Array(5).fill('pending')])
    const waiting = (await devicesOf(facialId)).slice(1)
    const approve = ({ device_id: id }: { device_id: string }) =>
      shop.backend('POST', `/v1/subjects/${facialId}/devices/${id}/approve`, {})
    for (const each of waiting.slice(0, 4)) expect((await approve(each)).status).toBe(200)
    expect((await approve(waiting[4])).status).toBe(409)
    rig.clock.advance(86_400)
    expect((await approve(waiting[4])).status).toBe(404)
    expect(await statesOf(facialId)).toEqual(Array(5).fill('active'))
    await rig.database.sweep(new Date(rig.clock.now().getTime() + 1))
    const rows = await rig.database.stores.devices.listOfSubject(shop.credentials.application_id, facialId)
    expect(rows).toHaveLength(5)
  })

  test('[DK6] whoever fills the places of those that wait keeps nobody out: the oldest gives way', async () => {
    await open({ min_assurance_authenticate: 'A1', new_device: 'approval', pin_authenticate: 'off' })
    const ada = newPerson()
    const { facialId } = await enroll(ada)
    for (let i = 0; i < 5; i++) await ceremonies.run('authenticate', ada, createTestDevice())
    const [, oldest] = await devicesOf(facialId)
    const own = createTestDevice()
    await ceremonies.run('authenticate', ada, own)
    expect(await statesOf(facialId)).toEqual(['active', ...Array(5).fill('pending')])
    const waiting = (await devicesOf(facialId)).slice(1)
    expect(waiting.map(({ device_id: id }: { device_id: string }) => id)).not.toContain(oldest.device_id)
    const path = `/v1/subjects/${facialId}/devices/${waiting.at(-1).device_id}`
    expect((await shop.backend('POST', `${path}/approve`, {})).status).toBe(200)
    expect(await ceremonies.redeem(await ceremonies.run('authenticate', ada, own))).toMatchObject({ assurance: 'A1' })
  })

  test('[DK6] of ten sign-ins at once with one new device, one adds it', async () => {
    await open({ pin_authenticate: 'always' })
    const ada = newPerson()
    const { facialId } = await enroll(ada, createTestDevice(), { pin })
    const device = createTestDevice()
    const runs = Array.from({ length: 10 }, async () => {
      const begun = await ceremonies.begin({ operation: 'authenticate' }, device)
      return ceremonies.stepUp(begun, await ceremonies.submit(begun, ada, device), pin)
    })
    for (const answer of await Promise.all(runs)) expect(answer.status).toBe(200)
    expect(await statesOf(facialId)).toEqual(['active', 'active'])
  })

  test('[DK6] whoever is erased takes the keys along', async () => {
    const ada = newPerson()
    const { facialId, device } = await enroll(ada)
    expect((await shop.backend('DELETE', `/v1/subjects/${facialId}`)).status).toBe(204)
    expect(await rig.database.stores.devices.findAll(shop.credentials.application_id, device.keyId)).toEqual([])
    const answer = await ceremonies.run('authenticate', ada, device)
    expect(answer.json).toEqual({ status: 'refused', reason: 'not_recognised' })
  })

  test('[DK7] an application without devices takes none, and knows none', async () => {
    await open({ device_keys: false })
    const ada = newPerson()
    const { device, facialId } = await enroll(ada)
    expect(await devicesOf(facialId)).toEqual([])
    const { challenge, session } = await ceremonies.begin({ operation: 'authenticate' }, device)
    expect([challenge.level, session.settings.devices]).toEqual(['A0', false])
  })
})
