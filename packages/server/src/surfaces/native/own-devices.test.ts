import { syncProtocol } from '@mien/shared/api/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDeviceCeremonies, type DeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import { createSimulatedDevice, type SimulatedDevice } from '../../../../../test/contract/simulated-device.ts'
import { consentGiven, openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice, type TestDevice } from '../../../../../test/fixtures/test-device.ts'
import { rowId } from '../../domain/tokens.ts'

let rig: TestApp
let shop: TestApplication
let ceremonies: DeviceCeremonies
let seed = 640_000
const newPerson = () => syntheticPerson(++seed)
const hour = 3600

const open = async (settings: object = {}) => {
  shop = await rig.createApplication({ offline: 'own_device', ...settings })
  ceremonies = createDeviceCeremonies(rig, shop)
}
const newDevice = (keys: TestDevice): SimulatedDevice =>
  createSimulatedDevice(
    (path, sent) => rig.send('POST', path, sent),
    () => rig.clock.now(),
    () => rig.services.signer.publicKeys(),
    { keys },
  )
/** Somebody who was enrolled with a device key just now. */
const enroll = async (person: Float32Array, keys = createTestDevice()) => {
  const begun = await ceremonies.begin({ operation: 'enroll' }, keys)
  const answer = await ceremonies.submit(begun, person, keys)
  return { keys, clientToken: begun.session.client_token, facialId: answer.json.disclosed.facial_id as string }
}
const openOwn = async (person: Float32Array) => {
  const { keys, clientToken, facialId } = await enroll(person)
  const device = newDevice(keys)
  await device.registerOwn(clientToken)
  await device.pullAll()
  await device.askTickets()
  return { device, facialId }
}

describe.each(engines)('on $name', ({ open: openEngine }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await openEngine() })
  })
  afterAll(() => rig.close())
  beforeEach(() => open())

  test('[SY2] [OF5] a person’s own device recognises them, and holds nobody else', async () => {
    const [ada, bob] = [newPerson(), newPerson()]
    await enroll(bob)
    const { device, facialId } = await openOwn(ada)
    expect([...device.disk.gallery.faces.values()].map((face) => face.facialId)).toEqual([facialId])
    expect(await device.recognise(ada)).toMatchObject({ kind: 'recognised', facialId })
    expect(await device.recognise(bob)).toMatchObject({ kind: 'refused' })
    await device.syncAll()
    const { events } = (await shop.backend('GET', '/v1/offline-events')).json
    expect(events.map(({ level }: { level: string }) => level)).toEqual(['A1-offline', 'A1-offline'])
    const { consents } = (await shop.backend('GET', `/v1/subjects/${facialId}/consents`)).json
    expect(consents.map(({ policy_version }: { policy_version: string }) => policy_version)).toEqual(['1+offline', '1'])
  })

  test('[SY2] consent to a device is apart from that to being enrolled, and goes with the last device', async () => {
    const { facialId } = await openOwn(newPerson())
    const standing = async () => {
      const { consent } = (await shop.backend('GET', `/v1/subjects/${facialId}`)).json
      const { person } = (await shop.backend('GET', `/v1/subjects/${facialId}/export`)).json
      return [consent.policy_version, person.consent.policy_version]
    }
    expect(await standing()).toEqual(['1', '1'])
    const { devices } = (await shop.backend('GET', '/v1/offline-devices')).json
    await shop.backend('DELETE', `/v1/offline-devices/${devices[0].device_id}`)
    const { consents } = (await shop.backend('GET', `/v1/subjects/${facialId}/consents`)).json
    const withdrawn_at = rig.clock.now().toISOString()
    expect(consents).toMatchObject([
      { policy_version: '1+offline', withdrawn_at },
      { policy_version: '1', withdrawn_at: null },
    ])
    expect(await standing()).toEqual(['1', '1'])
  })

  test('[SY11] it does so for 72 hours', async () => {
    const ada = newPerson()
    const { device } = await openOwn(ada)
    rig.clock.advance(72 * hour - 60)
    expect(await device.recognise(ada)).toMatchObject({ kind: 'recognised' })
    rig.clock.advance(61)
    expect(await device.recognise(ada)).toEqual({ kind: 'closed' })
  })

  test('[SY2] only in the session that let them in, with their key, within five minutes, and with consent', async () => {
    const [ada, bob] = [await enroll(newPerson()), await enroll(newPerson())]
    await expect(newDevice(bob.keys).registerOwn(ada.clientToken)).rejects.toThrow('401 signature_invalid')
    await expect(newDevice(createTestDevice()).registerOwn(ada.clientToken)).rejects.toThrow('401 signature_invalid')
    const other = await ceremonies.begin({ operation: 'authenticate' }, ada.keys)
    await expect(newDevice(ada.keys).registerOwn(other.session.client_token)).rejects.toThrow('403 forbidden')
    const device = newDevice(ada.keys)
    const consent = { ...consentGiven(rig.clock.now()), policy_version: '0' }
    const wrong = await device.post(
      '/v1/sync/own-devices',
      { protocol: syncProtocol, consent },
      `Session ${ada.clientToken}`,
    )
    expect([wrong.status, wrong.json.error.code]).toEqual([422, 'consent_required'])
    const first = await device.registerOwn(ada.clientToken)
    expect(await device.registerOwn(ada.clientToken)).toEqual(first)
    rig.clock.advance(300)
    await expect(device.registerOwn(ada.clientToken)).rejects.toThrow('401 session_expired')
    await open({ offline: 'kiosk' })
    const eve = await enroll(newPerson())
    await expect(newDevice(eve.keys).registerOwn(eve.clientToken)).rejects.toThrow('403 forbidden')
  })

  test('[SY2] registered again it is the same device until it has said something, and a new one from then on', async () => {
    const ada = newPerson()
    const { keys, clientToken } = await enroll(ada)
    const first = newDevice(keys)
    const { device_id } = await first.registerOwn(clientToken)
    const second = newDevice(keys)
    expect(await second.registerOwn(clientToken)).toMatchObject({ device_id })
    for (const device of [second, newDevice(keys)]) {
      await device.registerOwn(clientToken)
      await device.pullAll()
      await device.askTickets()
      expect(await device.recognise(ada)).toMatchObject({ kind: 'recognised' })
      expect((await device.sync()).answers).toEqual([{ status: 'accepted', facial_id: null }])
    }
    const { devices } = (await shop.backend('GET', '/v1/offline-devices')).json
    expect(devices).toMatchObject([
      { device_id, status: 'revoked', revoked_at: expect.any(String), forked: false, last_seq: 1 },
      { status: 'active', forked: false, last_seq: 1 },
    ])
  })

  test('[SY2] nobody registers a device with what was ended since, or once they were disabled', async () => {
    const [ada, bob] = [await enroll(newPerson()), await enroll(newPerson())]
    const applicationId = shop.credentials.application_id
    const { results, authenticators } = rig.database.stores
    await results.endOfSubject(applicationId, ada.facialId, rig.clock.now())
    await expect(newDevice(ada.keys).registerOwn(ada.clientToken)).rejects.toThrow('403 forbidden')
    const state = { status: 'disabled', sessionId: null, expiresAt: null, createdAt: rig.clock.now() } as const
    await authenticators.insert({ applicationId, id: rowId(), subjectId: bob.facialId, ...state })
    await expect(newDevice(bob.keys).registerOwn(bob.clientToken)).rejects.toThrow('403 forbidden')
  })

  test('[SY2] OFF-07 when its key is taken away it is handed nothing, what it said before waits, and what it says after does not count', async () => {
    const ada = newPerson()
    const { device, facialId } = await openOwn(ada)
    await device.recognise(ada)
    rig.clock.advance(60)
    const { devices } = (await shop.backend('GET', `/v1/subjects/${facialId}/devices`)).json
    await shop.backend('DELETE', `/v1/subjects/${facialId}/devices/${devices[0].device_id}`)
    const revoked_at = rig.clock.now().toISOString()
    expect((await shop.backend('GET', '/v1/offline-devices')).json.devices).toMatchObject([
      { status: 'revoked', revoked_at },
    ])
    rig.clock.advance(60)
    await device.recognise(ada)
    await expect(device.pull()).rejects.toThrow('410 gone')
    await expect(device.askTickets()).rejects.toThrow('410 gone')
    expect(await device.sync()).toMatchObject({
      revoked: true,
      answers: [{ status: 'quarantined' }, { status: 'rejected', code: 'device_revoked' }],
    })
    expect(await device.recognise(ada)).toEqual({ kind: 'closed' })
  })

  test('[SY2] [AU8] with a face that is removed goes what works offline by its key', async () => {
    const { facialId } = await openOwn(newPerson())
    await rig.services.authenticators.remove(shop.credentials.application_id, facialId)
    expect((await shop.backend('GET', '/v1/offline-devices')).json.devices).toMatchObject([
      { status: 'revoked', revoked_at: rig.clock.now().toISOString() },
    ])
  })

  test('[SY18] [SY22] whoever is erased leaves nothing on the server, and their device is told', async () => {
    const ada = newPerson()
    const { device, facialId } = await openOwn(ada)
    await device.recognise(ada)
    await shop.backend('DELETE', `/v1/subjects/${facialId}`)
    await expect(device.pull()).rejects.toThrow('410 gone')
    expect(await device.sync()).toMatchObject({
      revoked: true,
      answers: [{ status: 'conflict', server_state: 'deleted' }],
    })
    expect(device.disk.gallery.faces.size).toBe(0)
    expect((await shop.backend('GET', `/v1/erasures/${facialId}`)).status).toBe(200)
    const { devices } = (await shop.backend('GET', '/v1/offline-devices')).json
    expect(devices).toMatchObject([{ kind: 'own_device', facial_id: null, status: 'revoked' }])
  })

  test('[SY15] it enrolls nobody', async () => {
    const { device } = await openOwn(newPerson())
    expect(device.disk.policy?.drafts).toBe(false)
    device.disk = { ...device.disk, policy: { ...device.disk.policy!, drafts: true } }
    await device.enroll(newPerson())
    expect((await device.sync()).answers).toEqual([{ status: 'rejected', code: 'not_allowed' }])
  })

  test('[PV6] a person’s export tells of their device and of what devices said of them', async () => {
    const ada = newPerson()
    const { device, facialId } = await openOwn(ada)
    await device.recognise(ada)
    await device.syncAll()
    const { json } = await shop.backend('GET', `/v1/subjects/${facialId}/export`)
    expect(json.offline_devices).toMatchObject([{ key_id: device.keys.keyId, status: 'active' }])
    expect(json.offline_events).toMatchObject([{ op: 'recognised', outcome: { status: 'accepted' } }])
    expect(JSON.stringify(json)).not.toContain(device.disk.registration!.rotation_key)
  })
})
