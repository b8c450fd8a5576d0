import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import { createSimulatedDevice, type SimulatedDevice } from '../../../../../test/contract/simulated-device.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createMienServerClient } from '../../client/mien-server-client.ts'

let rig: TestApp
let shop: TestApplication
let seed = 660_000
const newPerson = () => syntheticPerson(++seed)

const open = async (settings: object = {}) => {
  shop = await rig.createApplication({ offline: 'both', ...settings })
}
const newDevice = () =>
  createSimulatedDevice(
    (path, sent) => rig.send('POST', path, sent),
    () => rig.clock.now(),
    () => rig.services.signer.publicKeys(),
  )

const invite = async (body: object = { label: 'Entrance' }) => shop.backend('POST', '/v1/offline-devices', body)
/** A kiosk that holds what there is and has its tickets. */
const openKiosk = async (): Promise<SimulatedDevice> => {
  const kiosk = newDevice()
  await kiosk.registerKiosk((await invite()).json.registration_code)
  await kiosk.pullAll()
  await kiosk.askTickets()
  return kiosk
}
const listEvents = async (query = '') => (await shop.backend('GET', `/v1/offline-events?limit=100${query}`)).json.events
const answersOf = ({ answers }: SimulatedDevice) => answers.map(({ answer }) => answer)
const codeOf = (answer: { status: number; json: { error?: { code: string } } }) => [
  answer.status,
  answer.json.error?.code,
]

describe.each(engines)('on $name', ({ open: openEngine }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await openEngine() })
  })
  afterAll(() => rig.close())
  beforeEach(() => open())

  test('[SY15] a draft becomes a person, and is then recognised by who holds the gallery', async () => {
    const kiosk = await openKiosk()
    const ada = newPerson()
    await kiosk.enroll(ada, { name: 'Ada', user_ref: 'ada-1' })
    expect(await kiosk.recognise(ada)).toMatchObject({ kind: 'refused' })
    await kiosk.syncAll()
    const [answer] = answersOf(kiosk) as { facial_id: string }[]
    const subject = (await shop.backend('GET', `/v1/subjects/${answer!.facial_id}`)).json
    expect(subject).toMatchObject({ name: 'Ada', user_ref: 'ada-1', faces: 1, consent: { policy_version: '1' } })
    await kiosk.pull()
    expect(await kiosk.recognise(ada)).toMatchObject({ kind: 'recognised', facialId: answer!.facial_id })
    expect(await shop.run('authenticate', ada)).toMatchObject({ status: 'ok' })
  })

  test('[SY15] of two kiosks with one newcomer one enrolls them', async () => {
    const [one, two] = [await openKiosk(), await openKiosk()]
    const ada = newPerson()
    await one.enroll(ada)
    await two.enroll(ada)
    await Promise.all([one.syncAll(), two.syncAll()])
    const statuses = [one, two].flatMap(answersOf).map(({ status }) => status)
    expect(statuses.sort()).toEqual(['accepted', 'conflict'])
    expect((await shop.backend('GET', '/v1/subjects')).json.subjects).toHaveLength(1)
  })

  test('[SY15] a draft goes through the checks of any enrolment', async () => {
    const kiosk = await openKiosk()
    const ada = newPerson()
    await kiosk.enroll(ada)
    const taken = kiosk.disk.outbox.entries.at(-1)!.sent
    const { templates } = JSON.parse(Buffer.from(taken.draft!, 'base64url').toString())
    await kiosk.enroll(newPerson(), { consent: undefined } as never)
    await kiosk.enroll(newPerson(), { templates: templates.map(() => templates[0]) })
    await kiosk.syncAll()
    await shop.backend('DELETE', `/v1/subjects/${(answersOf(kiosk)[0] as { facial_id: string }).facial_id}`)
    await kiosk.enroll(ada, { templates })
    await kiosk.syncAll()
    expect(answersOf(kiosk).map((answer) => ('code' in answer ? answer.code : answer.status))).toEqual([
      'accepted',
      'consent',
      'capture',
      'replay',
    ])
  })

  test('[SY15] [SY16] under review each draft waits for the backend, sealed, and nowhere once it is declined', async () => {
    await open({ offline_drafts: 'review' })
    const kiosk = await openKiosk()
    await kiosk.enroll(newPerson())
    await kiosk.enroll(newPerson())
    await kiosk.syncAll()
    expect(answersOf(kiosk)).toEqual(Array(2).fill({ status: 'quarantined', reason: 'review' }))
    const [second, first] = await listEvents('&status=quarantined')
    const path = (event: { device_id: string; event_id: string }) =>
      `/v1/offline-devices/${event.device_id}/events/${event.event_id}/decision`
    expect((await shop.backend('POST', path(first), { accept: true })).json.status).toBe('accepted')
    expect((await shop.backend('POST', path(second), { accept: false })).json).toEqual({
      status: 'rejected',
      code: 'declined',
    })
    const ref = { applicationId: shop.credentials.application_id, deviceId: second.device_id }
    for (const { event_id: id } of [first, second])
      expect(await rig.database.stores.offline.events.findHeld(ref, id)).toBeUndefined()
    const other = await rig.createApplication()
    expect(codeOf(await other.backend('POST', path(first), { accept: true }))).toEqual([404, 'not_found'])
  })

  test('[SY1] [SY16] [SY18] a backend does all of it with the typed client', async () => {
    await open({ offline_drafts: 'review' })
    const fetch = async (input: URL | RequestInfo, init?: RequestInit) => rig.fetch(new Request(input, init))
    const { secret_key: secretKey } = shop.credentials
    const { offline } = createMienServerClient({ baseUrl: 'https://mien.example', secretKey, fetch })
    const created = await offline.invite({ label: 'Gate', gallery: 'default' })
    const kiosk = newDevice()
    await kiosk.registerKiosk(created.registration_code)
    await kiosk.pullAll()
    await kiosk.askTickets()
    await kiosk.enroll(newPerson())
    await kiosk.enroll(newPerson())
    await kiosk.syncAll()
    const first = await offline.events({ device: created.device_id, status: 'quarantined', limit: 1 })
    const next = await offline.events({ status: 'quarantined', limit: 1, cursor: first.next_cursor! })
    expect([...first.events, ...next.events].map(({ seq }) => seq)).toEqual([2, 1])
    expect(next.next_cursor).toBeNull()
    const accepted = await offline.decide(created.device_id, first.events[0]!.event_id, true)
    expect(accepted).toMatchObject({ status: 'accepted', facial_id: expect.any(String) })
    await offline.revoke(created.device_id)
    expect(await offline.devices()).toMatchObject([{ label: 'Gate', status: 'revoked', applied_epoch: 0 }])
  })

  test('[SY1] [SY18] so does whoever runs the server, and nobody else', async () => {
    const path = `/v1/admin/applications/${shop.credentials.application_id}/offline-devices`
    const authorization = `Bearer ${rig.adminToken}`
    const made = await rig.send('POST', path, { authorization, body: { label: 'Door' } })
    await newDevice().registerKiosk(made.json.registration_code)
    expect((await rig.send('DELETE', `${path}/${made.json.device_id}`, { authorization })).status).toBe(204)
    const { devices } = (await rig.send('GET', path, { authorization })).json
    expect(devices).toMatchObject([{ label: 'Door', status: 'revoked' }])
    expect(codeOf(await shop.backend('GET', path))).toEqual([401, 'unauthorized'])
    const nobodys = path.replace(shop.credentials.application_id, '00000000-0000-4000-8000-000000000000')
    expect(codeOf(await rig.send('POST', nobodys, { authorization, body: { label: 'x' } }))).toEqual([404, 'not_found'])
  })

  test('[SY15] where an enrolment takes more than a face, a kiosk enrolls nobody', async () => {
    await open({ pin_enroll: 'required' })
    const kiosk = await openKiosk()
    expect(kiosk.disk.policy?.drafts).toBe(false)
    kiosk.disk = { ...kiosk.disk, policy: { ...kiosk.disk.policy!, drafts: true } }
    await kiosk.enroll(newPerson())
    await kiosk.syncAll()
    expect(answersOf(kiosk)).toEqual([{ status: 'rejected', code: 'not_allowed' }])
  })
})
