import { sign } from 'node:crypto'
import { eventHeader, signingInput } from '@mien/shared/api/device-signature'
import { syncProtocol } from '@mien/shared/api/sync'
import { encodeBase64Url } from '@mien/shared/bytes'
import { syncLimits } from '@mien/shared/sync/limits'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import { createSimulatedDevice, type SimulatedDevice } from '../../../../../test/contract/simulated-device.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createRateLimiter } from '../../http/rate-limit.ts'

let rig: TestApp
let shop: TestApplication
/** What the limiters were made with, and the clock that they go by. */
const limits = new Map<string, number>()
let limiterMs = 0
let seed = 730_000
const newPerson = () => syntheticPerson(++seed)
const minute = 60
const hour = 3600
const day = 24 * hour

const openKiosk = async (label = 'Entrance'): Promise<SimulatedDevice> => {
  const kiosk = createSimulatedDevice(
    (path, sent) => rig.send('POST', path, sent),
    () => rig.clock.now(),
    () => rig.services.signer.publicKeys(),
  )
  const { json } = await shop.backend('POST', '/v1/offline-devices', { label })
  await kiosk.registerKiosk(json.registration_code)
  await kiosk.pullAll()
  await kiosk.askTickets()
  return kiosk
}

const idOf = ({ disk }: SimulatedDevice) => disk.registration!.device_id
const post = (kiosk: SimulatedDevice, changes: object) =>
  kiosk.post('/v1/sync', { protocol: syncProtocol, device_id: idOf(kiosk), cursor: null, events: [], ...changes })

/** An event of which something was changed, signed as it is. */
function forged({ keys, disk }: SimulatedDevice, changes: object) {
  const { sent } = disk.outbox.entries.at(-1)!
  const event = JSON.parse(Buffer.from(sent.event, 'base64url').toString())
  const bytes = new TextEncoder().encode(JSON.stringify({ ...event, ...changes }))
  const input = signingInput(encodeBase64Url(Buffer.from(eventHeader(keys.keyId))), bytes)
  const options = { key: keys.privateKey, dsaEncoding: 'ieee-p1363' } as const
  return { event: encodeBase64Url(bytes), signature: sign('sha256', Buffer.from(input), options).toString('base64url') }
}

const listEvents = async () => (await shop.backend('GET', '/v1/offline-events?limit=100')).json.events
const listAudit = async () => (await shop.backend('GET', '/v1/audit?limit=100')).json.records
/** All that an event could have left. */
async function traces(kiosk: SimulatedDevice) {
  const ref = { applicationId: shop.credentials.application_id, deviceId: idOf(kiosk) }
  const { offline } = rig.database.stores
  return {
    events: await listEvents(),
    audit: await listAudit(),
    subjects: (await shop.backend('GET', '/v1/subjects')).json.subjects,
    tickets: (await offline.tickets.open(ref, rig.clock.now())).length,
    extent: await offline.events.extent(ref),
  }
}

describe.each(engines)('limits of what a device says, on $name', ({ open }) => {
  beforeAll(async () => {
    rig = await openTestApp({
      database: await open(),
      createLimiter: (scope, perMinute) => {
        limits.set(scope, perMinute)
        return createRateLimiter(perMinute, () => limiterMs)
      },
    })
  })
  afterAll(() => rig.close())
  beforeEach(async () => {
    limiterMs += 10 * minute * 1000
    shop = await rig.createApplication({ offline: 'both' })
  })

  const long = 'A'.repeat(600)
  const event = { event: long, signature: 'A'.repeat(86) }
  const bodies: [string, object, [number, string]][] = [
    ['201 events', { events: Array(syncLimits.batchEvents + 1).fill(event) }, [422, 'request_invalid']],
    ['more than 512 KB', { events: Array(10).fill({ ...event, draft: 'A'.repeat(60_000) }) }, [413, 'body_too_large']],
    ['an event of 2,049 characters', { events: [{ ...event, event: 'A'.repeat(2049) }] }, [422, 'request_invalid']],
    ['a draft of 160,001', { events: [{ ...event, draft: 'A'.repeat(160_001) }] }, [422, 'request_invalid']],
    ['a short signature', { events: [{ ...event, signature: 'A'.repeat(85) }] }, [422, 'request_invalid']],
    ['a field that nobody knows', { events: [{ ...event, more: 1 }] }, [422, 'unknown_field']],
    ['a cursor below 0', { cursor: -1 }, [422, 'request_invalid']],
    ['a cursor that no double holds', { cursor: 2 ** 53 }, [422, 'request_invalid']],
    ['the protocol of before', { protocol: syncProtocol - 1 }, [422, 'request_invalid']],
    ['the next protocol', { protocol: syncProtocol + 1 }, [422, 'request_invalid']],
  ]
  test.each(bodies)('[SY8] %s are refused as a whole, beside a good event too', async (_name, body, expected) => {
    const kiosk = await openKiosk()
    await kiosk.recognise(newPerson())
    const { sent } = kiosk.disk.outbox.entries[0]!
    const before = await traces(kiosk)
    const { events = [] } = body as { events?: object[] }
    const answer = await post(kiosk, { ...body, events: events.length > 200 ? events : [sent, ...events] })
    expect([answer.status, answer.json.error.code]).toEqual(expected)
    expect(await traces(kiosk)).toEqual(before)
    expect((await kiosk.sync()).answers).toEqual([{ status: 'accepted', facial_id: null }])
  })

  test('[SY8] what a stranger sends for a device is not looked at, and what has too many parts is for nobody', async () => {
    const kiosk = await openKiosk()
    const body = (parts: number) => ({ device_id: idOf(kiosk), events: Array(parts).fill(0) })
    const send = async (parts: number) => {
      const { status, json } = await rig.send('POST', '/v1/sync', { raw: JSON.stringify(body(parts)), headers: {} })
      return [status, json.error.code]
    }
    expect(await send(10)).toEqual([401, 'signature_invalid'])
    // Counted, and no more than that.
    expect(await send(2000)).toEqual([422, 'request_invalid'])
    expect((await kiosk.post('/v1/sync', body(10))).status).toBe(422)
  })

  const malformed: [string, object][] = [
    ['place 0', { seq: 0 }],
    ['half a place', { seq: 1.5 }],
    ['a place that no double holds', { seq: 2 ** 53 }],
    ['a time before 1970', { at_ms: -1 }],
    ['a time after 9999', { at_ms: 253_402_300_800_000 }],
    ['half a millisecond', { at_ms: 0.5 }],
    ['a clock that runs backwards', { mono_ms: -1 }],
    ['another version', { v: 2 }],
    ['an operation that nobody knows', { op: 'opened' }],
    ['a refusal that names somebody', { facial_id: '22222222-0000-4000-8000-000000000000' }],
    ['an enrolment without a draft', { op: 'enroll', snapshot_id: null }],
    ['a field that nobody knows', { more: 1 }],
    ['a hash that is none', { prev_hash: 'A' }],
  ]
  test.each(malformed)('[SY5] %s is no event, leaves nothing, and holds up nothing', async (_name, changes) => {
    const kiosk = await openKiosk()
    await kiosk.recognise(newPerson())
    const before = await traces(kiosk)
    const wrong = forged(kiosk, changes)
    expect((await post(kiosk, { events: [wrong] })).json.answers).toEqual([{ status: 'rejected', code: 'malformed' }])
    expect(await traces(kiosk)).toEqual(before)
    const { sent } = kiosk.disk.outbox.entries[0]!
    const { answers } = (await post(kiosk, { events: [wrong, sent] })).json
    expect(answers.map(({ status }: { status: string }) => status)).toEqual(['rejected', 'accepted'])
  })

  const times: [string, number, string][] = [
    ['30 days early', -30 * day, 'too_early'],
    ['just too early', -5 * minute - 1, 'too_early'],
    ['five minutes early', -5 * minute, 'accepted'],
    ['five minutes ahead', 5 * minute, 'accepted'],
    ['just too far ahead', 5 * minute + 1, 'from_the_future'],
    ['at the end of its ticket, which is far ahead', 72 * hour, 'from_the_future'],
    ['after its ticket', 72 * hour + 1, 'too_late'],
    ['30 days ahead', 30 * day, 'too_late'],
  ]
  test.each(times)(
    'OFF-04 OFF-05 [SY4] an event %s (%d s): %s; it is written down once, and pays',
    async (_, seconds, expected) => {
      const kiosk = await openKiosk()
      const before = await traces(kiosk)
      const { id: snapshot_id } = kiosk.disk.statement!
      await kiosk.write({ snapshot_id, at_ms: rig.clock.now().getTime() + seconds * 1000 })
      const [answer] = (await kiosk.sync()).answers as { status: string; code?: string }[]
      expect(answer!.code ?? answer!.status).toBe(expected)
      const after = await traces(kiosk)
      expect([after.events.length, after.tickets, after.subjects]).toEqual([1, before.tickets - 1, before.subjects])
      expect(after.audit).toHaveLength(before.audit.length + 1)
    },
  )

  test('[SY6] a place that is left out holds nothing up, and shows', async () => {
    const kiosk = await openKiosk()
    const { id: snapshot_id } = kiosk.disk.statement!
    await kiosk.write({ snapshot_id })
    const later = forged(kiosk, { seq: 1000, prev_hash: encodeBase64Url(new Uint8Array(32).fill(7)) })
    expect((await post(kiosk, { events: [later] })).json.answers).toEqual([{ status: 'accepted', facial_id: null }])
    const { devices } = (await shop.backend('GET', '/v1/offline-devices')).json
    expect(devices).toMatchObject([{ last_seq: 1000, missing_events: 999, forked: false }])
  })

  test('OFF-10 [SY6] an event that does not follow the one before waits for the backend, and ends the tickets', async () => {
    const kiosk = await openKiosk()
    const { id: snapshot_id } = kiosk.disk.statement!
    await kiosk.write({ snapshot_id })
    await kiosk.write({ snapshot_id, prev_hash: encodeBase64Url(new Uint8Array(32).fill(7)) })
    expect((await kiosk.sync()).answers).toEqual([
      { status: 'accepted', facial_id: null },
      { status: 'quarantined', reason: 'chain_fork' },
    ])
    await expect(kiosk.askTickets()).rejects.toThrow('403 forbidden')
    expect((await shop.backend('GET', '/v1/offline-devices')).json.devices).toMatchObject([{ forked: true }])
  })

  test('[SY25] a device may call 120 times a minute; others, and who only names it, take nothing away', async () => {
    const [one, two] = [await openKiosk('One'), await openKiosk('Two')]
    expect(limits.get('native|devices')).toBe(120)
    limiterMs += minute * 1000
    for (let i = 0; i < 40; i++) {
      const body = { protocol: syncProtocol, device_id: idOf(one), cursor: null, events: [] }
      expect((await two.post('/v1/sync', body)).status).toBe(401)
    }
    for (let i = 0; i < 120; i++) expect((await post(one, {})).status).toBe(200)
    await one.recognise(newPerson())
    const before = await traces(one)
    const refused = await post(one, { events: one.disk.outbox.entries.map(({ sent }) => sent) })
    expect([refused.status, refused.json.error.code]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    await expect(one.pull()).rejects.toThrow('429 rate_limited')
    await expect(one.askTickets()).rejects.toThrow('429 rate_limited')
    expect(await traces(one)).toEqual(before)
    expect((await post(two, {})).status).toBe(200)
    limiterMs += minute * 1000
    expect((await one.sync()).answers).toEqual([{ status: 'accepted', facial_id: null }])
  })

  test('[SY24] which device pulled is written down once an hour, however often it did', async () => {
    const pulls = async () =>
      (await listAudit())
        .filter(({ event }: { event: string }) => event === 'offline_pulled')
        .map(({ outcome }: { outcome: string }) => outcome)
    await shop.enroll(newPerson())
    const one = await openKiosk('One')
    for (let i = 0; i < 3; i++) await one.pull()
    const two = await openKiosk('Two')
    expect(await pulls()).toEqual([idOf(two), idOf(one)])
    rig.clock.advance(hour - 60)
    await shop.enroll(newPerson())
    await one.sync()
    await one.pull()
    expect(await pulls()).toHaveLength(2)
    rig.clock.advance(60)
    await one.sync()
    await Promise.all([one.pull(), one.pull(), one.pull()])
    expect(await pulls()).toEqual([idOf(one), idOf(two), idOf(one)])
    await shop.backend('DELETE', `/v1/offline-devices/${idOf(two)}`)
    rig.clock.advance(2 * hour)
    await two.sync()
    await expect(two.pull()).rejects.toThrow('410 gone')
    expect(await pulls()).toHaveLength(3)
  })
})
