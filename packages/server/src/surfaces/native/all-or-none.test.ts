import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { ApplicationSettingsPatch } from '@mien/shared/api/applications'
import { drizzle } from 'drizzle-orm/pglite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDeviceCeremonies, type DeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import {
  type Answer,
  composeSubmission,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
} from '../../../../../test/contract/test-app.ts'
import { testVault as vault } from '../../../../../test/contract/test-vault.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice } from '../../../../../test/fixtures/test-device.ts'
import { createDatabase } from '../../db/database.ts'
import { openNewClient } from '../../db/new-database.fixture.ts'
import * as schema from '../../db/schema.ts'

/** SQLSTATE of a database that shuts down. */
const shutdown = Object.assign(new Error('terminating connection'), { code: '57P01' })

let client: PGlite
let rig: TestApp
let shop: TestApplication
let ceremonies: DeviceCeremonies
/** Statements of transactions so far, and the one after which the connection is lost. */
let statements = 0
let lostAfter = Number.POSITIVE_INFINITY
let seed = 880_000
const newPerson = () => syntheticPerson(++seed)

const counting = (tx: Transaction): Transaction => ({
  ...tx,
  async query(...given: Parameters<Transaction['query']>) {
    const answer = await tx.query(...given)
    if (++statements === lostAfter) throw shutdown
    return answer as never
  },
})

beforeAll(async () => {
  client = await openNewClient()
  const transaction = client.transaction.bind(client)
  client.transaction = (work) => transaction((tx) => work(counting(tx)))
  const db = drizzle(client, { schema })
  // One and the same schema, which the compiler takes for two where it reads declarations.
  const executor = db as unknown as Parameters<typeof createDatabase>[0]
  rig = await openTestApp({ database: createDatabase(executor, () => client.close(), { vault }) })
})
afterAll(() => rig.close())
beforeEach(() => open())

async function open(settings: ApplicationSettingsPatch = {}): Promise<void> {
  shop = await rig.createApplication({ prevent_duplicates: false, ...settings })
  ceremonies = createDeviceCeremonies(rig, shop)
  const body = { url: 'https://hooks.example/mien', events: ['enroll', 'auth', 'auth_failed'] }
  expect((await shop.backend('POST', '/v1/webhooks', body)).status).toBe(201)
}

/** Every row of every table. */
async function everything(): Promise<Record<string, unknown[]>> {
  const tables = await client.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
  )
  const rows: Record<string, unknown[]> = {}
  for (const { name } of tables.rows) {
    rows[name] = (await client.query(`select t::text as row from "${name}" t order by 1`)).rows
  }
  return rows
}

/**
 * Loses the connection after each statement in turn; nothing may have changed.
 *
 * @param takeBack what is spent on purpose before the deciding transaction
 * @returns after how many, and the answer when it held
 */
async function loseEach(
  ask: () => Promise<Answer>,
  takeBack: () => Promise<unknown> = async () => {},
): Promise<{ losses: number; answer: Answer; changed: string[] }> {
  const before = await everything()
  for (let losses = 0; ; losses++) {
    statements = 0
    lostAfter = losses + 1
    const answer = await ask()
    lostAfter = Number.POSITIVE_INFINITY
    const isDone = statements <= losses
    if (!isDone) await takeBack()
    const after = await everything()
    if (isDone) {
      const changed = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))
      return { losses, answer, changed }
    }
    expect([answer.status, answer.json.error.code]).toEqual([503, 'database_unavailable'])
    expect(after).toEqual(before)
  }
}

describe('R4: all or nothing is there when the connection is lost after each statement of the deciding transaction', () => {
  test('[ST8] of an enrolment: challenge, person, face, consent, device, result, record and webhook', {
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
    console.log(`R4, enrolment: nothing left after each of ${losses} statements, then all`)
    expect(answer.json.status).toBe('ok')
    expect(losses).toBeGreaterThan(10)
    expect(changed).toEqual(
      expect.arrayContaining(['audit_records', 'challenges', 'consents', 'devices', 'faces', 'results', 'subjects']),
    )
    expect(changed).toContain('webhook_deliveries')
  })

  test('[ST8] of a sign-in that is let through: challenge, try, count, result, record and webhook', {
    timeout: 120_000,
  }, async () => {
    const [ada, device] = [newPerson(), createTestDevice()]
    await ceremonies.run('enroll', ada, device)
    const ceremony = await ceremonies.begin({ operation: 'authenticate' }, device)
    const body = JSON.stringify(composeSubmission(ceremony.session, ceremony.challenge, ada, rig.clock.now()))
    const signed = body.replace('"level":"A0"', `"level":"${ceremony.challenge.level}"`)
    const { losses, answer, changed } = await loseEach(() => send(ceremony, signed, device.sign(signed)))
    console.log(`R4, sign-in: nothing left after each of ${losses} statements, then all`)
    expect(answer.json.status).toBe('ok')
    expect(losses).toBeGreaterThan(10)
    const parts = ['attempts', 'audit_records', 'challenges', 'results', 'sessions', 'template_digests']
    expect(changed).toEqual(expect.arrayContaining([...parts, 'webhook_deliveries']))
  })

  test('[ST8] [GU7] of a failure: challenge, try, count, lockout, record and webhook', {
    timeout: 120_000,
  }, async () => {
    const facialId = await shop.enroll(newPerson())
    const request = { operation: 'authenticate', facial_id: facialId } as const
    for (let i = 0; i < 4; i++) expect(await shop.run(request, newPerson())).toMatchObject({ status: 'refused' })
    const ceremony = await shop.begin(request)
    const body = JSON.stringify(composeSubmission(ceremony.session, ceremony.challenge, newPerson(), rig.clock.now()))
    const { losses, answer, changed } = await loseEach(() => send(ceremony, body))
    console.log(`R4, failure that locks: nothing left after each of ${losses} statements, then all`)
    expect(answer.json).toEqual({ status: 'refused', reason: 'not_recognised' })
    expect(losses).toBeGreaterThan(8)
    const parts = ['attempts', 'audit_records', 'challenges', 'sessions', 'template_digests', 'webhook_deliveries']
    expect(changed).toEqual(expect.arrayContaining(parts))
    expect(changed).not.toContain('results')
  })

  test('[ST8] [CE29] of a PIN that is right: pending face, tries of the person, device, result, record and webhook; its try alone is gone', {
    timeout: 120_000,
  }, async () => {
    await open({ pin_authenticate: 'always' })
    const [ada, device] = [newPerson(), createTestDevice()]
    await ceremonies.run('enroll', ada, createTestDevice(), { pin: '826401' })
    const ceremony = await ceremonies.begin({ operation: 'authenticate' }, device)
    const asked = await ceremonies.submit(ceremony, ada, device)
    // A try is committed before the PIN is hashed, so that guesses at once cannot share one.
    const takeBack = async () => {
      await client.query('update sessions set pin_tries = pin_tries - 1 where pin_tries between 1 and 100')
      await client.query('update pins set tries = tries - 1 where tries > 0')
    }
    const { losses, answer, changed } = await loseEach(() => ceremonies.stepUp(ceremony, asked, '826401'), takeBack)
    console.log(`R4, PIN: nothing left but the try after each of ${losses} statements, then all`)
    expect(answer.json.status).toBe('ok')
    expect(losses).toBeGreaterThan(10)
    const parts = ['audit_records', 'devices', 'pending_submissions', 'results', 'sessions', 'webhook_deliveries']
    expect(changed).toEqual(expect.arrayContaining(parts))
  })

  test('[ST8] [CE24] of a result code that is redeemed: its use and the record', { timeout: 120_000 }, async () => {
    const ada = newPerson()
    await shop.enroll(ada)
    const { result_code } = (await shop.submit(await shop.begin({ operation: 'authenticate' }), ada)).json
    // Calls are counted when the key has been shown.
    const { application_id: id } = shop.credentials
    const takeBack = () => client.query('update api_calls set calls = calls - 1 where application_id = $1', [id])
    const redeem = () => shop.backend('POST', '/v1/results/redeem', { result_code })
    const { losses, answer, changed } = await loseEach(redeem, takeBack)
    console.log(`R4, redeem: nothing left after each of ${losses} statements, then all`)
    expect([answer.status, answer.json.operation]).toEqual([200, 'authenticate'])
    expect(losses).toBeGreaterThan(4)
    expect(changed).toEqual(expect.arrayContaining(['audit_records', 'results']))
  })
})

const send = ({ session }: { session: { client_token: string } }, raw: string, signature?: string) =>
  rig.send('POST', '/v1/submissions', {
    authorization: `Session ${session.client_token}`,
    headers: { origin: pageOrigin, ...(signature === undefined ? {} : { 'mien-signature': signature }) },
    raw,
  })
