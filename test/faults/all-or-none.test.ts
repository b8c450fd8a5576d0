import type { ApplicationSettingsPatch } from '@mien/shared/api/applications'
import { syncProtocol } from '@mien/shared/api/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDeviceCeremonies, type DeviceCeremonies } from '../contract/device-ceremony.ts'
import {
  type Answer,
  composeSubmission,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
} from '../contract/test-app.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { createTestDevice } from '../fixtures/test-device.ts'
import { type FaultyDatabase, faultyEngines } from './faulty-database.ts'
import { openTellingKiosk } from './telling-kiosk.ts'

let faulty: FaultyDatabase
let rig: TestApp
let shop: TestApplication
let ceremonies: DeviceCeremonies
let hook: string
let seed = 880_000
const newPerson = () => syntheticPerson(++seed)

async function open(settings: ApplicationSettingsPatch = {}): Promise<void> {
  shop = await rig.createApplication({ prevent_duplicates: false, ...settings })
  ceremonies = createDeviceCeremonies(rig, shop)
  const body = { url: 'https://hooks.example/mien', events: ['enroll', 'auth', 'auth_failed', 'deletion'] }
  const made = await shop.backend('POST', '/v1/webhooks', body)
  expect(made.status).toBe(201)
  hook = made.json.webhook_id
}

type Tables = Readonly<Record<string, readonly unknown[]>>

/** Every row of every table. */
async function everything(): Promise<Tables> {
  const tables = await faulty.ask(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
  )
  const rows: Record<string, unknown[]> = {}
  for (const { name } of tables) {
    rows[String(name)] = [...(await faulty.ask(`select t::text as row from "${name}" t order by 1`))]
  }
  return rows
}

const changedTables = (before: Tables, after: Tables): string[] =>
  Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))

interface Losses {
  /** How often the connection was lost before the request held. */
  readonly losses: number
  readonly answer: Answer
  readonly changed: readonly string[]
}

/**
 * Loses the connection after each statement in turn, then lets the commit fail; nothing may have changed.
 *
 * @param takeBack what is spent on purpose beside the deciding transaction
 */
async function loseEach(
  ask: () => Promise<Answer>,
  takeBack: () => Promise<unknown> = async () => {},
): Promise<Losses> {
  const before = await everything()
  const expectNothing = async (answer: Answer) => {
    await takeBack()
    expect([answer.status, answer.json?.error?.code]).toEqual([503, 'database_unavailable'])
    expect(await everything()).toEqual(before)
  }
  let losses = 0
  for (; ; losses++) {
    faulty.loseAfter(losses + 1)
    if (losses === 0) await expectNothing(await failingCommit(ask))
    faulty.loseAfter(losses + 1)
    const answer = await ask()
    const isDone = faulty.statements() <= losses
    faulty.loseAfter(Number.POSITIVE_INFINITY)
    if (isDone) return { losses, answer, changed: changedTables(before, await everything()) }
    await expectNothing(answer)
  }
}

/** The database itself finds at the commit that it cannot: its server ends, as far as the client is told. */
async function failingCommit(ask: () => Promise<Answer>): Promise<Answer> {
  faulty.loseAfter(Number.POSITIVE_INFINITY)
  await faulty.ask(
    "create or replace function fail_commit() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '57P01'; end $$",
  )
  await faulty.ask(
    'create constraint trigger fail_commit after insert on audit_records deferrable initially deferred for each row execute function fail_commit()',
  )
  try {
    return await ask()
  } finally {
    await faulty.ask('drop trigger fail_commit on audit_records')
  }
}

/** A backend's calls are counted when its key has been shown. */
const uncount = () =>
  faulty.ask(`update api_calls set calls = calls - 1 where application_id = '${shop.credentials.application_id}'`)

const tell = (what: string, losses: number) =>
  console.log(`R4 held: ${what}: nothing left after each of ${losses} statements and a failed commit, then all`)

describe.each(faultyEngines)('on $name', ({ name: engine, open: openFaulty }) => {
  beforeAll(async () => {
    faulty = await openFaulty()
    rig = await openTestApp({ database: faulty.database })
  })
  afterAll(() => rig?.close())
  beforeEach(() => open())

  test('[RL4] [ST8] of an enrolment: challenge, person, face, consent, device, result, record and webhook', {
    timeout: 120_000,
  }, async () => {
    const [person, device] = [newPerson(), createTestDevice()]
    const ceremony = await ceremonies.begin({ operation: 'enroll' }, device)
    const body = JSON.stringify({
      ...composeSubmission(ceremony.session, ceremony.challenge, person, rig.clock.now()),
      device: device.offer,
      payload: { name: 'Ada' },
    })
    const { losses, answer, changed } = await loseEach(() => send(ceremony, body, device.sign(body)))
    tell(`enrolment on ${engine}`, losses)
    expect(answer.json.status).toBe('ok')
    expect(losses).toBeGreaterThan(10)
    expect(changed).toEqual(
      expect.arrayContaining(['audit_records', 'challenges', 'consents', 'devices', 'faces', 'results', 'subjects']),
    )
    expect(changed).toContain('webhook_deliveries')
  })

  test('[RL4] [ST8] of a sign-in that is let through: challenge, try, count, result, record and webhook', {
    timeout: 120_000,
  }, async () => {
    const [ada, device] = [newPerson(), createTestDevice()]
    await ceremonies.run('enroll', ada, device)
    const ceremony = await ceremonies.begin({ operation: 'authenticate' }, device)
    const body = JSON.stringify(composeSubmission(ceremony.session, ceremony.challenge, ada, rig.clock.now()))
    const signed = body.replace('"level":"A0"', `"level":"${ceremony.challenge.level}"`)
    const { losses, answer, changed } = await loseEach(() => send(ceremony, signed, device.sign(signed)))
    tell(`sign-in on ${engine}`, losses)
    expect(answer.json.status).toBe('ok')
    expect(losses).toBeGreaterThan(10)
    const parts = ['attempts', 'audit_records', 'challenges', 'results', 'sessions', 'template_digests']
    expect(changed).toEqual(expect.arrayContaining([...parts, 'webhook_deliveries']))
  })

  test('[RL4] [ST8] [GU7] of a failure: challenge, try, count, lockout, record and webhook', {
    timeout: 120_000,
  }, async () => {
    const facialId = await shop.enroll(newPerson())
    const request = { operation: 'authenticate', facial_id: facialId } as const
    for (let i = 0; i < 4; i++) expect(await shop.run(request, newPerson())).toMatchObject({ status: 'refused' })
    const ceremony = await shop.begin(request)
    const body = JSON.stringify(composeSubmission(ceremony.session, ceremony.challenge, newPerson(), rig.clock.now()))
    const { losses, answer, changed } = await loseEach(() => send(ceremony, body))
    tell(`failure that locks on ${engine}`, losses)
    expect(answer.json).toEqual({ status: 'refused', reason: 'not_recognised' })
    expect(losses).toBeGreaterThan(8)
    const parts = ['attempts', 'audit_records', 'challenges', 'sessions', 'template_digests', 'webhook_deliveries']
    expect(changed).toEqual(expect.arrayContaining(parts))
    expect(changed).not.toContain('results')
  })

  test('[RL4] [ST8] [CE29] of a PIN that is right: pending face, tries of the person, device, result, record and webhook; its try alone is gone', {
    timeout: 120_000,
  }, async () => {
    await open({ pin_authenticate: 'always' })
    const [ada, device] = [newPerson(), createTestDevice()]
    await ceremonies.run('enroll', ada, createTestDevice(), { pin: '826401' })
    const ceremony = await ceremonies.begin({ operation: 'authenticate' }, device)
    const asked = await ceremonies.submit(ceremony, ada, device)
    // A try is committed before the PIN is hashed, so that guesses at once cannot share one.
    const takeBack = async () => {
      await faulty.ask('update sessions set pin_tries = pin_tries - 1 where pin_tries between 1 and 100')
      await faulty.ask('update pins set tries = tries - 1 where tries > 0')
    }
    const { losses, answer, changed } = await loseEach(() => ceremonies.stepUp(ceremony, asked, '826401'), takeBack)
    tell(`PIN on ${engine}`, losses)
    expect(answer.json.status).toBe('ok')
    expect(losses).toBeGreaterThan(10)
    const parts = ['audit_records', 'devices', 'pending_submissions', 'results', 'sessions', 'webhook_deliveries']
    expect(changed).toEqual(expect.arrayContaining(parts))
  })

  test('[RL4] [ST8] [CE24] of a result code that is redeemed: its use and the record', {
    timeout: 120_000,
  }, async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const { result_code } = (await shop.submit(await shop.begin({ operation: 'authenticate' }), ada)).json
    const redeem = () => shop.backend('POST', '/v1/results/redeem', { result_code })
    const { losses, answer, changed } = await loseEach(redeem, uncount)
    tell(`redeem on ${engine}`, losses)
    expect([answer.status, answer.json.operation]).toEqual([200, 'authenticate'])
    expect(losses).toBeGreaterThan(4)
    expect(changed).toEqual(expect.arrayContaining(['audit_records', 'results']))
  })

  test('[RL4] [ST8] of an erasure: person, face, tombstone, consent, record and webhook', {
    timeout: 120_000,
  }, async () => {
    const facialId = await shop.enroll(newPerson())
    const { losses, answer, changed } = await loseEach(
      () => shop.backend('DELETE', `/v1/subjects/${facialId}`),
      uncount,
    )
    tell(`erasure on ${engine}`, losses)
    expect(answer.status).toBe(204)
    const parts = [
      'subjects',
      'faces',
      'tombstones',
      'consents',
      'audit_records',
      'webhook_deliveries',
      'gallery_changes',
    ]
    expect(changed).toEqual(expect.arrayContaining(parts))
  })

  test('[RL4] of a change of the webhook and of one that is added: endpoint and record', {
    timeout: 120_000,
  }, async () => {
    const path = `/v1/webhooks/${hook}`
    const change = await loseEach(() => shop.backend('PATCH', path, { url: 'https://hooks.example/other' }), uncount)
    expect([change.answer.status, change.answer.json.url]).toEqual([200, 'https://hooks.example/other'])
    const added = await loseEach(() => shop.backend('POST', '/v1/webhooks', { url: 'https://more.example/' }), uncount)
    expect(added.answer.status).toBe(201)
    tell(`webhook settings on ${engine}`, change.losses + added.losses)
    for (const { changed } of [change, added]) {
      expect(changed).toEqual(expect.arrayContaining(['webhook_endpoints', 'audit_records']))
    }
  })

  test('[RL4] [SY9] of an event that a kiosk tells: event, ticket, record and when the person was seen', {
    timeout: 120_000,
  }, async () => {
    await open({ offline: 'both' })
    const ada = newPerson()
    await shop.enroll(ada)
    const { kiosk, device_id, events } = await openTellingKiosk(rig, shop, ada)
    const body = { protocol: syncProtocol, device_id, cursor: null, events }
    const parts = async () => {
      const [row] =
        await faulty.ask(`select (select count(*) from offline_events where device_id = '${device_id}')::int as events,
        (select count(*) from offline_tickets where device_id = '${device_id}' and used_at is not null)::int as tickets,
        (select count(*) from audit_records where event = 'offline_event' and application_id = '${shop.credentials.application_id}')::int as records`)
      return [row?.events, row?.tickets, row?.records]
    }
    let losses = 0
    let whole = 0
    for (; ; losses++) {
      faulty.loseAfter(losses + 1)
      const answer = await kiosk.post('/v1/sync', body)
      const isDone = faulty.statements() <= losses
      faulty.loseAfter(Number.POSITIVE_INFINITY)
      // What a device states of itself follows in a transaction of its own.
      const there = await parts()
      expect([
        [0, 0, 0],
        [1, 1, 1],
      ]).toContainEqual(there)
      if (there[0] === 1) whole++
      if (isDone) {
        expect(answer.status).toBe(200)
        expect(answer.json.answers).toMatchObject([{ status: expect.stringMatching(/accepted|duplicate/) }])
        break
      }
      expect(answer.status).toBe(503)
    }
    expect(whole).toBeGreaterThan(0)
    expect(losses).toBeGreaterThan(8)
    console.log(`R4 held: a kiosk's event on ${engine}: none or all of it after each of ${losses} statements`)
  })
})

const send = ({ session }: { session: { client_token: string } }, raw: string, signature?: string) =>
  rig.send('POST', '/v1/submissions', {
    authorization: `Session ${session.client_token}`,
    headers: { origin: pageOrigin, ...(signature === undefined ? {} : { 'mien-signature': signature }) },
    raw,
  })
