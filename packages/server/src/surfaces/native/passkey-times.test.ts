import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import { createPasskeyCeremonies, type PasskeyCeremonies } from '../../../../../test/contract/passkey-ceremony.ts'
import { openTestApp, pageOrigin, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestAuthenticator } from '../../../../../test/fixtures/test-authenticator.ts'

const pin = '836195'

describe.each(engines)('until when a passkey can be given or added, on $name', ({ open }) => {
  let rig: TestApp
  let passkeys: PasskeyCeremonies
  let seed = 630_000

  beforeAll(async () => {
    rig = await openTestApp({ database: await open() })
    passkeys = createPasskeyCeremonies(rig)
  })
  afterAll(() => rig.close())

  const openShop = (sessionSeconds: number): Promise<TestApplication> =>
    rig.createApplication({ passkeys: 'optional', pin_authenticate: 'always', session_seconds: sessionSeconds })

  const enroll = async (shop: TestApplication) => {
    const person = syntheticPerson(++seed)
    const ceremony = await shop.begin({ operation: 'enroll' })
    expect((await shop.submit(ceremony, person, { pin })).json.status).toBe('ok')
    return { person, ceremony }
  }
  const recognised = async (shop: TestApplication, person: Float32Array) => {
    const ceremony = await shop.begin({ operation: 'authenticate' })
    const { json } = await shop.submit(ceremony, person)
    return { ceremony, submissionId: json.submission_id as string }
  }
  /** Seconds from now, as the answer says it twice. */
  const livesFor = ({ json }: { json: { expires_at: string; options: { timeout: number } } }) => {
    const ms = Date.parse(json.expires_at) - rig.clock.now().getTime()
    expect(json.options.timeout).toBe(ms)
    return ms / 1000
  }

  test('[PK4] [PK7] options to add one end with the five minutes, or with the session', async () => {
    const long = await enroll(await openShop(900))
    expect(livesFor(await passkeys.toRegister(long.ceremony))).toBe(300)
    rig.clock.advance(100)
    expect(livesFor(await passkeys.toRegister(long.ceremony))).toBe(200)
    const short = await enroll(await openShop(120))
    rig.clock.advance(20)
    const asked = await passkeys.toRegister(short.ceremony)
    expect(livesFor(asked)).toBe(100)
    rig.clock.advance(100)
    const made = createTestAuthenticator(pageOrigin).make(asked.json.challenge_id, asked.json.options)
    const late = await passkeys.post(short.ceremony.session, '/v1/passkeys', made)
    expect([late.status, late.json.error.code]).toEqual([401, 'session_expired'])
  })

  test('[PK4] [CE33] options to give one end with the submission that waits, or with the session', async () => {
    const [long, short] = [await openShop(900), await openShop(120)]
    const [ada, bob] = [await enroll(long), await enroll(short)]
    const ofAda = await recognised(long, ada.person)
    rig.clock.advance(30)
    expect(livesFor(await passkeys.toAuthenticate(ofAda.ceremony, ofAda.submissionId))).toBe(270)
    const ofBob = await recognised(short, bob.person)
    rig.clock.advance(30)
    expect(livesFor(await passkeys.toAuthenticate(ofBob.ceremony, ofBob.submissionId))).toBe(90)
  })
})
