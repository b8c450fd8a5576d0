import { createHash } from 'node:crypto'
import { syncProtocol } from '@mien/shared/api/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import {
  createSimulatedDevice,
  type SimulatedDevice,
  type Transport,
} from '../../../../../test/contract/simulated-device.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let seed = 610_000
const newPerson = () => syntheticPerson(++seed)
const hour = 3600

const open = async (settings: object = {}) => {
  shop = await rig.createApplication({ offline: 'both', ...settings })
}
const send: Transport = (path, sent) => rig.send('POST', path, sent)
const newDevice = (transport = send, from: Partial<Pick<SimulatedDevice, 'keys' | 'disk'>> = {}) =>
  createSimulatedDevice(
    transport,
    () => rig.clock.now(),
    () => rig.services.signer.publicKeys(),
    from,
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
const listDevices = async () => (await shop.backend('GET', '/v1/offline-devices')).json.devices
const answersOf = ({ answers }: SimulatedDevice) => answers.map(({ answer }) => answer)
const codeOf = (answer: { status: number; json: { error?: { code: string } } }) => [
  answer.status,
  answer.json.error?.code,
]

describe.each(engines)('on $name', ({ openOwn }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await openOwn() })
  })
  afterAll(() => rig.close())
  beforeEach(() => open())

  test('[SY1] [SY9] a kiosk recognises two people and refuses a third, and each event counts once', async () => {
    const [ada, bob] = [newPerson(), newPerson()]
    const ids = [await shop.enroll(ada), await shop.enroll(bob)]
    const kiosk = await openKiosk()
    expect(await kiosk.recognise(ada)).toMatchObject({ kind: 'recognised', facialId: ids[0] })
    rig.clock.advance(60)
    expect(await kiosk.recognise(bob)).toMatchObject({ kind: 'recognised', facialId: ids[1] })
    expect(await kiosk.recognise(newPerson())).toMatchObject({ kind: 'refused' })
    await kiosk.syncAll()
    expect(answersOf(kiosk)).toEqual(Array(3).fill({ status: 'accepted', facial_id: null }))
    const events = await listEvents()
    expect(events.map(({ op, facial_id, level }: Record<string, unknown>) => [op, facial_id, level])).toEqual([
      ['refused', null, 'A0-offline'],
      ['recognised', ids[1], 'A0-offline'],
      ['recognised', ids[0], 'A0-offline'],
    ])
    expect(await listDevices()).toMatchObject([
      { status: 'active', label: 'Entrance', gallery: 'default', last_seq: 3, missing_events: 0, forked: false },
    ])
    const { records } = (await shop.backend('GET', `/v1/audit?subject=${ids[0]}`)).json
    expect(records[0]).toMatchObject({ event: 'offline_event', outcome: 'recognised' })
  })

  test('OFF-02 [SY9] the same batch three times, and at once, comes to the same', async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const kiosk = await openKiosk()
    for (let i = 0; i < 3; i++) await kiosk.recognise(ada)
    await kiosk.enroll(newPerson(), { name: 'New' })
    const events = kiosk.disk.outbox.entries.map(({ sent }) => sent)
    const body = { protocol: syncProtocol, device_id: kiosk.disk.registration?.device_id, cursor: null, events }
    const all = await Promise.all([1, 2, 3].map(() => kiosk.post('/v1/sync', body)))
    const again = await kiosk.post('/v1/sync', body)
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200])
    const fresh = all.flatMap(({ json }) => json.answers).filter(({ status }) => status !== 'duplicate')
    expect(fresh).toHaveLength(4)
    expect(again.json.answers.map(({ status }: { status: string }) => status)).toEqual(Array(4).fill('duplicate'))
    expect(again.json.answers[3].outcome).toMatchObject({ status: 'accepted', facial_id: expect.any(String) })
    expect(await listEvents()).toHaveLength(4)
    const { subjects } = (await shop.backend('GET', '/v1/subjects')).json
    expect(subjects).toHaveLength(2)
  })

  test('[SY9] in any order, with some lost, it comes to the same', async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const kiosk = await openKiosk()
    for (let i = 0; i < 6; i++) await kiosk.recognise(ada)
    const sent = kiosk.disk.outbox.entries.map((entry) => entry.sent)
    const post = (events: readonly object[]) =>
      kiosk.post('/v1/sync', {
        protocol: syncProtocol,
        device_id: kiosk.disk.registration?.device_id,
        cursor: null,
        events,
      })
    await post([sent[5]!, sent[2]!])
    expect(await listDevices()).toMatchObject([{ last_seq: 6, missing_events: 4 }])
    await post([sent[4]!, sent[0]!])
    await kiosk.syncAll()
    expect(await listDevices()).toMatchObject([{ last_seq: 6, missing_events: 0, forked: false }])
    expect(answersOf(kiosk).filter(({ status }) => status === 'duplicate')).toHaveLength(4)
    expect(await listEvents('&status=accepted')).toHaveLength(6)
  })

  test('OFF-03 [SY10] [SY22] whoever was erased is forgotten before the next comparison, and their events name nobody', async () => {
    const [ada, bob] = [newPerson(), newPerson()]
    const [adaId] = [await shop.enroll(ada), await shop.enroll(bob)]
    const kiosk = await openKiosk()
    await kiosk.recognise(ada)
    await kiosk.syncAll()
    await kiosk.recognise(ada)
    expect((await shop.backend('DELETE', `/v1/subjects/${adaId}`)).status).toBe(204)
    const page = await kiosk.pull()
    expect([page.tombstones.length, page.entries.length]).toEqual([1, 0])
    expect(await kiosk.recognise(ada)).toMatchObject({ kind: 'refused' })
    expect(await kiosk.recognise(bob)).toMatchObject({ kind: 'recognised' })
    await kiosk.syncAll()
    expect(answersOf(kiosk)[1]).toEqual({ status: 'conflict', server_state: 'deleted' })
    expect((await listEvents()).some((event: { facial_id: string }) => event.facial_id === adaId)).toBe(false)
    const remains = await rig.database.stores.people.remains(shop.credentials.application_id, adaId!)
    expect(remains.filter(({ rows }) => rows > 0)).toEqual([])
  })

  test('OFF-04 [SY4] a ticket that is another device’s, used or nobody’s pays for nothing', async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const [kiosk, other] = [await openKiosk(), await openKiosk()]
    const { id: snapshot_id } = kiosk.disk.statement!
    const [own] = kiosk.disk.tickets
    await kiosk.write({ snapshot_id, ticket_id: other.disk.tickets[0]!.ticket_id })
    await kiosk.write({ snapshot_id, ticket_id: '00000000-0000-4000-8000-000000000000' })
    await kiosk.write({ snapshot_id, ticket_id: own!.ticket_id })
    await kiosk.write({ snapshot_id, ticket_id: own!.ticket_id })
    await kiosk.syncAll()
    expect(answersOf(kiosk)).toEqual([
      { status: 'rejected', code: 'ticket_unknown' },
      { status: 'rejected', code: 'ticket_unknown' },
      { status: 'accepted', facial_id: null },
      { status: 'rejected', code: 'ticket_used' },
    ])
    expect(other.disk.tickets).toHaveLength(50)
    await kiosk.askTickets()
    expect(kiosk.disk.tickets).toHaveLength(50)
  })

  test('[SY4] what comes with a used ticket is not written down, also of a revoked device', async () => {
    const kiosk = await openKiosk()
    const { id: snapshot_id } = kiosk.disk.statement!
    const { ticket_id } = kiosk.disk.tickets[0]!
    for (let i = 0; i < 3; i++) await kiosk.write({ snapshot_id, ticket_id })
    const [, late, again] = kiosk.disk.outbox.entries.map(({ sent }) => sent)
    await kiosk.sync()
    const [{ device_id }] = await listDevices()
    await shop.backend('DELETE', `/v1/offline-devices/${device_id}`)
    const before = (await shop.backend('GET', '/v1/audit')).json.records
    const { json } = await kiosk.post('/v1/sync', {
      protocol: syncProtocol,
      device_id,
      cursor: null,
      events: [late, again],
    })
    expect(json.answers).toEqual(Array(2).fill({ status: 'rejected', code: 'ticket_used' }))
    expect((await shop.backend('GET', '/v1/audit')).json.records).toEqual(before)
    expect(await listEvents()).toHaveLength(1)
  })

  test('[SY16] 50 events of a device wait at most; one beyond is not written down, and the device keeps it until there is room', async () => {
    await open({ offline_drafts: 'review' })
    const kiosk = await openKiosk()
    const draft = new TextEncoder().encode('{}')
    const draft_sha256 = createHash('sha256').update(draft).digest('hex')
    const draw = () => kiosk.write({ op: 'enroll', draft_sha256 }, draft)
    for (let i = 0; i < 50; i++) await draw()
    await kiosk.syncAll()
    await kiosk.askTickets()
    await draw()
    await kiosk.recognise(newPerson())
    expect((await kiosk.sync()).answers).toEqual([
      { status: 'deferred', retry_after: hour },
      { status: 'accepted', facial_id: null },
    ])
    const waiting = await listEvents('&status=quarantined')
    expect([waiting.length, (await listEvents()).length]).toEqual([50, 51])
    const [{ device_id, event_id }] = waiting
    await shop.backend('POST', `/v1/offline-devices/${device_id}/events/${event_id}/decision`, { accept: false })
    expect([(await kiosk.sync()).answers, kiosk.disk.outbox.entries.length]).toEqual([[], 1])
    rig.clock.advance(hour)
    expect((await kiosk.sync()).answers).toEqual([{ status: 'quarantined', reason: 'review' }])
    expect(await listEvents('&status=quarantined')).toHaveLength(50)
  })

  test('OFF-05 [SY4] an event of an hour or thirty days beside its ticket’s time does not count', async () => {
    await shop.enroll(newPerson())
    const kiosk = await openKiosk()
    const { id: snapshot_id } = kiosk.disk.statement!
    const now = rig.clock.now().getTime()
    for (const offset of [-hour, hour, -30 * 24 * hour, 30 * 24 * hour, 0])
      await kiosk.write({ snapshot_id, at_ms: now + offset * 1000 })
    await kiosk.syncAll()
    expect(answersOf(kiosk).map((answer) => ('code' in answer ? answer.code : answer.status))).toEqual([
      'too_early',
      'from_the_future',
      'too_early',
      'too_late',
      'accepted',
    ])
    expect((await listEvents())[0]).toMatchObject({ clock_suspect: true })
  })

  test('OFF-05 [OF4] a kiosk whose clock is set back recognises nobody until it has asked the server', async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const kiosk = await openKiosk()
    kiosk.clockSkewMs = -hour * 1000
    expect(await kiosk.recognise(ada)).toEqual({ kind: 'closed' })
    kiosk.clockSkewMs = 0
    expect(await kiosk.recognise(ada)).toEqual({ kind: 'closed' })
    await kiosk.sync()
    expect(await kiosk.recognise(ada)).toMatchObject({ kind: 'recognised' })
    kiosk.clockSkewMs = 30 * 24 * hour * 1000
    expect(await kiosk.recognise(ada)).toEqual({ kind: 'closed' })
  })

  test('[SY11] OFF-08 a statement ends after 24 hours, also for who says otherwise; a new one is one pull away', async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const kiosk = await openKiosk()
    const { id: snapshot_id } = kiosk.disk.statement!
    rig.clock.advance(24 * hour)
    expect(await kiosk.recognise(ada)).toEqual({ kind: 'closed' })
    const facial_id = [...kiosk.disk.gallery.faces.values()][0]!.facialId
    await kiosk.write({ op: 'recognised', facial_id, snapshot_id })
    await kiosk.syncAll()
    expect(answersOf(kiosk)).toEqual([{ status: 'rejected', code: 'snapshot_expired' }])
    await kiosk.pull()
    expect(await kiosk.recognise(ada)).toMatchObject({ kind: 'recognised' })
  })

  test('OFF-07 [SY13] [SY18] a stolen kiosk: what came before its revocation waits, what came after does not count', async () => {
    const [ada, bob] = [newPerson(), newPerson()]
    const adaId = await shop.enroll(ada)
    const kiosk = await openKiosk()
    await kiosk.recognise(ada)
    await kiosk.enroll(bob, { name: 'Bob' })
    rig.clock.advance(60)
    const [{ device_id: id }] = await listDevices()
    expect((await shop.backend('DELETE', `/v1/offline-devices/${id}`)).status).toBe(204)
    rig.clock.advance(60)
    await kiosk.recognise(ada)
    for (const ask of [() => kiosk.pull(), () => kiosk.askTickets()]) await expect(ask()).rejects.toThrow('410 gone')
    const response = await kiosk.sync()
    expect(response).toMatchObject({ revoked: true })
    expect(response.answers).toEqual([
      { status: 'quarantined', reason: 'device_revoked' },
      { status: 'quarantined', reason: 'device_revoked' },
      { status: 'rejected', code: 'device_revoked' },
    ])
    expect(await kiosk.recognise(ada)).toEqual({ kind: 'closed' })
    const [bobsDraft, adas] = await listEvents('&status=quarantined')
    const decide = (event: { event_id: string }, accept: boolean) =>
      shop.backend('POST', `/v1/offline-devices/${id}/events/${event.event_id}/decision`, { accept })
    expect((await decide(adas, true)).json).toEqual({ status: 'accepted', facial_id: null })
    expect((await decide(bobsDraft, true)).json).toMatchObject({ status: 'accepted', facial_id: expect.any(String) })
    expect(codeOf(await decide(adas, false))).toEqual([409, 'conflict'])
    expect((await listEvents('&status=accepted')).map(({ op }: { op: string }) => op)).toEqual(['enroll', 'recognised'])
    expect(adas.facial_id).toBe(adaId)
  })

  test('[SY16] what waited is accepted only where its ticket had paid for it when it came in', async () => {
    const kiosk = await openKiosk()
    const { id: snapshot_id } = kiosk.disk.statement!
    const now = rig.clock.now().getTime()
    await kiosk.write({ snapshot_id, at_ms: now - hour * 1000 })
    await kiosk.write({ snapshot_id })
    rig.clock.advance(1)
    const [{ device_id }] = await listDevices()
    await shop.backend('DELETE', `/v1/offline-devices/${device_id}`)
    await kiosk.sync()
    rig.clock.advance(20 * 24 * hour)
    const decided = []
    for (const { event_id } of await listEvents('&status=quarantined')) {
      const path = `/v1/offline-devices/${device_id}/events/${event_id}/decision`
      decided.push((await shop.backend('POST', path, { accept: true })).json)
    }
    expect(decided).toEqual([
      { status: 'accepted', facial_id: null },
      { status: 'rejected', code: 'too_early' },
    ])
  })

  test('[SY20] [PV4] who was recognised was there when it happened, whenever it came in or was accepted', async () => {
    const ada = newPerson()
    const adaId = await shop.enroll(ada)
    const applicationId = shop.credentials.application_id
    const lastSeen = async () => (await rig.database.stores.subjects.find(applicationId, adaId))?.lastSeenAt
    const kiosk = await openKiosk()
    await kiosk.recognise(ada)
    const first = rig.clock.now()
    rig.clock.advance(hour)
    await kiosk.sync()
    expect(await lastSeen()).toEqual(first)
    await kiosk.recognise(ada)
    const second = rig.clock.now()
    rig.clock.advance(60)
    const [{ device_id }] = await listDevices()
    await shop.backend('DELETE', `/v1/offline-devices/${device_id}`)
    rig.clock.advance(hour)
    await kiosk.sync()
    const [{ event_id }] = await listEvents('&status=quarantined')
    await shop.backend('POST', `/v1/offline-devices/${device_id}/events/${event_id}/decision`, { accept: true })
    expect(await lastSeen()).toEqual(second)
    await rig.database.stores.subjects.seen(applicationId, adaId, first)
    expect(await lastSeen()).toEqual(second)
  })

  test('OFF-10 [SY6] two copies of a kiosk fork its chain: it is seen, and there are no tickets any more', async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const kiosk = await openKiosk()
    await kiosk.recognise(ada)
    const copy = newDevice(send, kiosk)
    await kiosk.recognise(ada)
    await copy.recognise(ada)
    await kiosk.syncAll()
    await copy.syncAll()
    expect(answersOf(kiosk).map(({ status }) => status)).toEqual(['accepted', 'accepted'])
    // Both have paid with one ticket, which is the first one's.
    expect(answersOf(copy)).toMatchObject([{ status: 'duplicate' }, { status: 'rejected', code: 'ticket_used' }])
    expect(await listDevices()).toMatchObject([{ forked: true }])
    for (const each of [kiosk, copy]) await expect(each.askTickets()).rejects.toThrow('403 forbidden')
  })

  test('OFF-06 [SY12] a kiosk that lost what it held is handed all of it, and one with a foreign cursor too', async () => {
    const [ada, bob] = [newPerson(), newPerson()]
    await shop.enroll(ada)
    await shop.enroll(bob)
    const kiosk = await openKiosk()
    await kiosk.recognise(ada)
    kiosk.disk = { ...kiosk.disk, gallery: { cursor: null, faces: new Map() }, statement: null }
    expect(await kiosk.recognise(ada)).toEqual({ kind: 'closed' })
    expect(await kiosk.pull()).toMatchObject({ since: null, more: false })
    kiosk.disk = { ...kiosk.disk, gallery: { ...kiosk.disk.gallery, cursor: 99 } }
    expect(await kiosk.pull()).toMatchObject({ since: null, more: false })
    expect(kiosk.disk.gallery.faces.size).toBe(2)
    expect(await kiosk.recognise(bob)).toMatchObject({ kind: 'recognised' })
    await kiosk.syncAll()
    expect(answersOf(kiosk)).toEqual(Array(2).fill({ status: 'accepted', facial_id: null }))
  })

  test('[SY12] a cursor from before the tombstones that are remembered is answered with all there is', async () => {
    const [ada, bob] = [newPerson(), newPerson()]
    const adaId = await shop.enroll(ada)
    await shop.enroll(bob)
    const kiosk = await openKiosk()
    await shop.backend('DELETE', `/v1/subjects/${adaId}`)
    const other = { ...kiosk.disk.gallery }
    await kiosk.pull()
    kiosk.disk = { ...kiosk.disk, gallery: other }
    rig.clock.advance(31 * 24 * hour)
    await rig.database.sweep(rig.clock.now())
    await kiosk.sync()
    expect(await kiosk.pull()).toMatchObject({ since: null })
    expect(kiosk.disk.gallery.faces.size).toBe(1)
    expect(await kiosk.recognise(ada)).toEqual({ kind: 'closed' })
    await kiosk.askTickets()
    expect(await kiosk.recognise(ada)).toMatchObject({ kind: 'refused' })
  })

  test('[SY17] whoever has not applied what there was for 72 hours gets no tickets', async () => {
    await shop.enroll(newPerson())
    const kiosk = await openKiosk()
    const before = kiosk.disk.gallery.cursor
    rig.clock.advance(73 * hour)
    await kiosk.sync()
    await expect(kiosk.askTickets()).rejects.toThrow('409 conflict')
    await kiosk.pull()
    await kiosk.askTickets()
    expect(kiosk.disk.tickets).toHaveLength(50)
    await shop.enroll(newPerson())
    await kiosk.pull()
    rig.clock.advance(73 * hour)
    await kiosk.sync()
    await expect(kiosk.askTickets({ cursor: before })).rejects.toThrow('409 conflict')
  })

  test('[SY21] a gallery with more people than a kiosk may hold is not handed out', async () => {
    await open({ offline_max_people: 2 })
    for (let i = 0; i < 3; i++) await shop.enroll(newPerson())
    const kiosk = newDevice()
    await kiosk.registerKiosk((await invite()).json.registration_code)
    await expect(kiosk.pull()).rejects.toThrow('403 quota_reached')
    expect(kiosk.disk.gallery.faces.size).toBe(0)
  })

  test('[SY19] off by default, and what happened before it was switched off still comes in', async () => {
    const plain = await rig.createApplication()
    expect(codeOf(await plain.backend('POST', '/v1/offline-devices', { label: 'x' }))).toEqual([403, 'forbidden'])
    const ada = newPerson()
    await shop.enroll(ada)
    const kiosk = await openKiosk()
    await kiosk.recognise(ada)
    await kiosk.enroll(newPerson())
    const settings = `/v1/admin/applications/${shop.credentials.application_id}/settings`
    const authorization = `Bearer ${rig.adminToken}`
    await rig.send('PATCH', settings, { authorization, body: { offline: 'own_device' } })
    for (const ask of [() => kiosk.pull(), () => kiosk.askTickets()])
      await expect(ask()).rejects.toThrow('403 forbidden')
    await kiosk.syncAll()
    expect(answersOf(kiosk)).toEqual([
      { status: 'accepted', facial_id: null },
      { status: 'rejected', code: 'not_allowed' },
    ])
  })

  test('[SY1] a code is redeemed by one key, again by that one, and not after an hour', async () => {
    const { json } = await invite()
    const kiosk = newDevice()
    const first = await kiosk.registerKiosk(json.registration_code)
    expect(await kiosk.registerKiosk(json.registration_code)).toEqual(first)
    await expect(newDevice().registerKiosk(json.registration_code)).rejects.toThrow('409 conflict')
    await expect(newDevice().registerKiosk(first.rotation_key.slice(0, 42).concat('A'))).rejects.toThrow(
      '401 unauthorized',
    )
    const late = (await invite()).json
    rig.clock.advance(hour)
    await expect(newDevice().registerKiosk(late.registration_code)).rejects.toThrow('401 unauthorized')
    await rig.database.sweep(rig.clock.now())
    expect(await listDevices()).toHaveLength(1)
  })

  test('[SY1] a code is not redeemed again once events of its device have come in', async () => {
    const { json } = await invite()
    const kiosk = newDevice()
    await kiosk.registerKiosk(json.registration_code)
    await kiosk.pullAll()
    await kiosk.askTickets()
    await kiosk.recognise(newPerson())
    await kiosk.syncAll()
    await expect(kiosk.registerKiosk(json.registration_code)).rejects.toThrow('409 conflict')
  })

  test('[NA5] a gallery stays while a device works offline with it, and while what one said is kept', async () => {
    for (const name of ['unused', 'used']) await shop.backend('POST', '/v1/galleries', { name })
    const remove = async (name: string) => (await shop.backend('DELETE', `/v1/galleries/${name}`)).status
    const invited = (await invite({ label: 'x', gallery: 'unused' })).json
    const kiosk = newDevice()
    const used = (await invite({ label: 'x', gallery: 'used' })).json
    await kiosk.registerKiosk(used.registration_code)
    await kiosk.pullAll()
    await kiosk.askTickets()
    await kiosk.recognise(newPerson())
    await kiosk.syncAll()
    expect([await remove('unused'), await remove('used')]).toEqual([409, 409])
    for (const { device_id } of [invited, used]) await shop.backend('DELETE', `/v1/offline-devices/${device_id}`)
    expect([await remove('unused'), await remove('used')]).toEqual([204, 409])
    expect(await listEvents()).toHaveLength(1)
  })

  test('[SY1] [SY3] two kiosks have keys of their own: what one holds says nothing to the other', async () => {
    await shop.enroll(newPerson())
    const [one, two] = [await openKiosk(), await openKiosk()]
    expect(one.disk.registration?.rotation_key).not.toBe(two.disk.registration?.rotation_key)
    const [a, b] = [one, two].map((each) => [...each.disk.gallery.faces.values()][0]!.vector)
    const alike = a!.reduce((sum, value, i) => sum + value * b![i]!, 0)
    expect(Math.abs(alike)).toBeLessThan(0.3)
    const body = { protocol: syncProtocol, device_id: two.disk.registration?.device_id, cursor: null, events: [] }
    expect(codeOf(await one.post('/v1/sync', body))).toEqual([401, 'signature_invalid'])
  })

  test('[SY3] what hands something out was asked for just now', async () => {
    const kiosk = await openKiosk()
    for (const seconds of [-hour, hour]) {
      const sent_at = new Date(rig.clock.now().getTime() + seconds * 1000).toISOString()
      await expect(kiosk.pull({ sent_at })).rejects.toThrow('410 challenge_expired')
      await expect(kiosk.askTickets({ sent_at })).rejects.toThrow('410 challenge_expired')
    }
  })

  test('[SY5] [SY8] what is no event of the device has its answer and fails no other', async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const [kiosk, other] = [await openKiosk(), await openKiosk()]
    await kiosk.recognise(ada)
    await other.recognise(ada)
    const [mine] = kiosk.disk.outbox.entries.map(({ sent }) => sent)
    const [theirs] = other.disk.outbox.entries.map(({ sent }) => sent)
    const events = [
      theirs,
      { ...mine, signature: theirs!.signature },
      // No bytes are spelled like this: the last character says more than they have.
      { ...mine, signature: `${mine!.signature.slice(0, -1)}B` },
      { ...mine, event: 'AAAA' },
      { ...mine, draft: 'AAAA' },
      mine,
      mine,
    ]
    const body = { protocol: syncProtocol, device_id: kiosk.disk.registration?.device_id, cursor: null, events }
    const { answers } = (await kiosk.post('/v1/sync', body)).json
    expect(answers.map((answer: { code?: string; status: string }) => answer.code ?? answer.status)).toEqual([
      'malformed',
      'signature',
      'signature',
      'malformed',
      'draft_mismatch',
      'accepted',
      'duplicate',
    ])
  })

  test('[SY9] the same id with other bytes is another event, and does not count', async () => {
    await shop.enroll(newPerson())
    const kiosk = await openKiosk()
    const { id: snapshot_id } = kiosk.disk.statement!
    const event_id = '11111111-0000-4000-8000-000000000000'
    await kiosk.write({ snapshot_id, event_id })
    await kiosk.sync()
    await kiosk.write({ snapshot_id, event_id, seq: 7 }).catch(() => undefined)
    await kiosk.write({ snapshot_id, event_id })
    await kiosk.sync()
    expect(answersOf(kiosk)).toEqual([
      { status: 'accepted', facial_id: null },
      { status: 'rejected', code: 'event_mismatch' },
    ])
  })

  test('[SY8] limits: 201 events, 512 KB, an unknown protocol', async () => {
    const kiosk = await openKiosk()
    const device_id = kiosk.disk.registration?.device_id
    const event = { event: 'A'.repeat(600), signature: 'A'.repeat(86) }
    const post = (body: object) => kiosk.post('/v1/sync', { protocol: syncProtocol, device_id, cursor: null, ...body })
    expect(codeOf(await post({ events: Array(201).fill(event) }))).toEqual([422, 'request_invalid'])
    const large = { ...event, draft: 'A'.repeat(60_000) }
    expect(codeOf(await post({ events: Array(10).fill(large) }))).toEqual([413, 'body_too_large'])
    expect(codeOf(await post({ protocol: syncProtocol + 1, events: [] }))).toEqual([422, 'request_invalid'])
    expect((await post({ events: Array(200).fill(event) })).json.answers).toHaveLength(200)
  })

  test('[SY14] a recognition names a statement of this device, with the person in it', async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const [kiosk, other] = [await openKiosk(), await openKiosk()]
    const bobId = await shop.enroll(newPerson())
    const adaId = [...kiosk.disk.gallery.faces.values()][0]!.facialId
    const { id: snapshot_id } = kiosk.disk.statement!
    await kiosk.write({ op: 'recognised', facial_id: adaId, snapshot_id: other.disk.statement!.id })
    await kiosk.write({ op: 'recognised', facial_id: bobId, snapshot_id })
    await kiosk.write({ op: 'recognised', facial_id: '22222222-0000-4000-8000-000000000000', snapshot_id })
    await kiosk.syncAll()
    expect(answersOf(kiosk).map((answer) => 'code' in answer && answer.code)).toEqual([
      'snapshot_unknown',
      'stale_gallery',
      'stale_gallery',
    ])
  })
})
