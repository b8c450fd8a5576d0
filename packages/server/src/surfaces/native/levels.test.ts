import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDeviceCeremonies, type DeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import {
  type Answer,
  composeSubmission,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
} from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice, type TestDevice } from '../../../../../test/fixtures/test-device.ts'

let rig: TestApp
let seed = 97_000
const newPerson = () => syntheticPerson(++seed)
const seen = ({ status, json }: Answer) => [status, json?.error?.code ?? json?.status]

interface Shop {
  readonly application: TestApplication
  readonly ceremonies: DeviceCeremonies
}

const openShop = async (settings: object = {}): Promise<Shop> => {
  const application = await rig.createApplication({ prevent_duplicates: false, ...settings })
  return { application, ceremonies: createDeviceCeremonies(rig, application) }
}
const enroll = async ({ ceremonies }: Shop, person: Float32Array, device?: TestDevice, changes = {}) =>
  (await ceremonies.redeem(await ceremonies.run('enroll', person, device, changes))).facialId

describe.each(engines)('on $name', ({ open }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await open() })
  })
  afterAll(() => rig.close())

  test('[LV1] SEC-01: a template that is made of a photograph gets A0, with whatever keys its maker has', async () => {
    const tries = 5
    const shops = { open: await openShop(), strict: await openShop({ min_assurance_authenticate: 'A1' }) }
    const levels: string[] = []
    const denied: unknown[] = []
    for (const key of [undefined, createTestDevice()]) {
      // The face of the victim, who has a device and no PIN; the forger has a program.
      const victim = newPerson()
      for (const shop of [shops.open, shops.strict]) await enroll(shop, victim, createTestDevice())
      for (let i = 0; i < tries; i++) {
        const taken = await shops.open.ceremonies.run('authenticate', victim, key)
        levels.push((await shops.open.ceremonies.redeem(taken)).assurance)
        denied.push((await shops.strict.ceremonies.run('authenticate', victim, key)).json.status)
      }
      // A key of their own under a face of their own makes another person, and that one at A0 too.
      const { ceremonies } = shops.open
      levels.push((await ceremonies.redeem(await ceremonies.run('enroll', newPerson(), createTestDevice()))).assurance)
    }
    const accepted = denied.filter((status) => status === 'ok').length
    console.info(
      `SEC-01: ${levels.length} forged templates got ${[...new Set(levels)]}; where A1 is asked for, ${denied.length - accepted} of ${denied.length} were denied`,
    )
    expect(new Set(levels)).toEqual(new Set(['A0']))
    expect(accepted).toBe(0)
  }, 120_000)

  test('[LV6] where no second factor can be asked for, an unknown device is refused before anybody is compared', async () => {
    const shop = await openShop({ min_assurance_authenticate: 'A1', pin_authenticate: 'off' })
    const victim = newPerson()
    await enroll(shop, victim, createTestDevice())
    for (const device of [undefined, createTestDevice()]) {
      const answers = [victim, newPerson()].map((face) => shop.ceremonies.run('authenticate', face, device))
      for (const answer of await Promise.all(answers)) expect(seen(answer)).toEqual([403, 'assurance_too_low'])
    }
  })

  test('[LV6] a refusal for the level spends neither challenge nor try', async () => {
    const shop = await openShop({ min_assurance_authenticate: 'A1', pin_authenticate: 'off', max_tries: 1 })
    const [ada, device] = [newPerson(), createTestDevice()]
    await enroll(shop, ada, device)
    const begun = await shop.ceremonies.begin({ operation: 'authenticate' })
    for (let i = 0; i < 3; i++) {
      expect(seen(await shop.ceremonies.submit(begun, ada))).toEqual([403, 'assurance_too_low'])
    }
    expect(seen(await shop.ceremonies.submit(begun, ada, device))).toEqual([200, 'ok'])
  })

  test('[LV3] a session may ask for more than the application, and never for less', async () => {
    const shop = await openShop()
    const [ada, device] = [newPerson(), createTestDevice()]
    const facialId = await enroll(shop, ada, device)
    const request = { operation: 'authenticate', min_assurance: 'A1' } as const
    const unsigned = await shop.ceremonies.begin(request)
    expect(seen(await shop.ceremonies.submit(unsigned, ada))).toEqual([403, 'assurance_too_low'])
    const signed = await shop.ceremonies.submit(await shop.ceremonies.begin(request, device), ada, device)
    expect(await shop.ceremonies.redeem(signed)).toMatchObject({ facialId, assurance: 'A1' })
    const page = await shop.application.openSession(request)
    expect(seen(page)).toEqual([403, 'forbidden'])

    const strict = await openShop({ min_assurance_authenticate: 'A1' })
    await enroll(strict, ada, device)
    const less = await strict.ceremonies.begin({ operation: 'authenticate', min_assurance: 'A0' })
    expect(seen(await strict.ceremonies.submit(less, ada))).toEqual([403, 'assurance_too_low'])
  })

  test.each([
    ['authenticate', 'A0', 'A0'],
    ['authenticate', 'A1', 'A0'],
    ['authenticate', 'A2', 'A2'],
    ['authenticate', 'A3', 'A2'],
    ['enroll', 'A0', 'A0'],
    ['enroll', 'A1', 'A2'],
    ['enroll', 'A3', 'A2'],
  ] as const)('[LV4] %s at %s asks an unknown device for a capture at %s', async (operation, min_assurance, level) => {
    const { ceremonies } = await openShop()
    expect((await ceremonies.begin({ operation, min_assurance })).challenge.level).toBe(level)
  })

  test('[LV8] what a page is shown ends where more than A0 is asked for', async () => {
    const shop = await openShop()
    const [ada, device] = [newPerson(), createTestDevice()]
    await enroll(shop, ada, device)
    const shown = async (request: Parameters<DeviceCeremonies['begin']>[0]) => {
      const begun = await shop.ceremonies.begin(request, device)
      const { json } = await shop.ceremonies.submit(begun, ada, device)
      return [begun.session.settings.disclose_to_page, json.disclosed !== null]
    }
    expect(await shown({ operation: 'authenticate' })).toEqual([true, true])
    expect(await shown({ operation: 'authenticate', min_assurance: 'A1' })).toEqual([false, false])
  })

  test('[LV9] a page opens by itself only what the application lets it', async () => {
    const { application } = await openShop({ page_enroll: false })
    const of = async (operation: 'enroll' | 'authenticate' | 'liveness') =>
      (await application.openSession({ operation })).status
    expect([await of('enroll'), await of('authenticate'), await of('liveness')]).toEqual([403, 201, 201])
    const closed = await openShop({ page_authenticate: false })
    expect((await closed.application.openSession({ operation: 'authenticate' })).status).toBe(403)
    for (const operation of ['enroll', 'authenticate']) {
      expect((await closed.application.backend('POST', '/v1/sessions', { operation })).status).toBe(201)
    }
  })

  test('[LV4] SEC-03: of 64 combinations of session, application, origin, operation, level and device, one is accepted', async () => {
    const shop = await openShop()
    const other = await openShop()
    const [ada, device, stranger] = [newPerson(), createTestDevice(), createTestDevice()]
    for (const each of [shop, other]) await enroll(each, ada, device)
    const accepted: string[] = []
    const unexpected: unknown[] = []
    for (let mask = 0; mask < 64; mask++) {
      const [session, app, origin, operation, level, key] = [1, 2, 4, 8, 16, 32].map((bit) => (mask & bit) === 0)
      const begun = await shop.ceremonies.begin({ operation: 'authenticate' }, device)
      const elsewhere = await (app ? shop : other).ceremonies.begin({ operation: 'authenticate' }, device)
      const used = session && app ? begun.session : elsewhere.session
      const body = {
        ...composeSubmission(used, begun.challenge, ada, rig.clock.now()),
        operation: operation ? 'authenticate' : 'enroll',
        origin: origin ? pageOrigin : 'https://evil.example',
        level: level ? 'A1' : 'A0',
      }
      const text = JSON.stringify(body)
      const answer = await rig.send('POST', '/v1/submissions', {
        authorization: `Session ${used.client_token}`,
        raw: text,
        headers: { origin: body.origin, 'mien-signature': (key ? device : stranger).sign(text) },
      })
      if (answer.json.status === 'ok') accepted.push(mask.toString(2))
      else if (answer.status < 400 || answer.status >= 500) unexpected.push(answer.status)
    }
    console.info(`SEC-03: ${accepted.length} of 64 combinations accepted`)
    expect(accepted).toEqual(['0'])
    expect(unexpected).toEqual([])
  })

  test('[LV4] SEC-08: level, mode, model and algorithm are the server’s: nothing that is altered is accepted', async () => {
    const shop = await openShop()
    const [ada, bob, device] = [newPerson(), newPerson(), createTestDevice()]
    await enroll(shop, ada, device)
    const bobId = await enroll(shop, bob, createTestDevice())
    const header = JSON.stringify
    const alteredBodies = {
      'level A0': { level: 'A0' },
      'level A2': { level: 'A2' },
      'level A3': { level: 'A3' },
      'no level': { level: undefined },
      'level A9': { level: 'A9' },
      'another model': { model_id: 'other-512' },
      'another operation': { operation: 'enroll' },
      'a mode': { mode: '1:N' },
      'whom to compare with': { facial_id: bobId },
      'a least level': { min_assurance: 'A0' },
      'what was verified': { server_verified: true },
      'an assurance': { assurance: 'A3' },
    }
    const answers = new Map<string, Answer>()
    for (const [name, changes] of Object.entries(alteredBodies)) {
      const begun = await shop.ceremonies.begin({ operation: 'authenticate' }, device)
      answers.set(name, await shop.ceremonies.submit(begun, ada, device, changes))
    }
    const resend = async (name: string, of: (signature: string) => string | undefined) => {
      const begun = await shop.ceremonies.begin({ operation: 'authenticate' }, device)
      const text = header(composeSubmission(begun.session, begun.challenge, ada, rig.clock.now()))
      const signature = of(device.sign(text))
      const headers = { origin: pageOrigin, ...(signature === undefined ? {} : { 'mien-signature': signature }) }
      const authorization = `Session ${begun.session.client_token}`
      answers.set(name, await rig.send('POST', '/v1/submissions', { authorization, raw: text, headers }))
    }
    const withAlg = (alg: string) => (signature: string) => {
      const json = header({ alg, kid: device.keyId, typ: 'mien-capture+jws' })
      return `${Buffer.from(json).toString('base64url')}..${signature.split('..')[1]}`
    }
    await resend('no signature', () => undefined)
    for (const alg of ['none', 'HS256', 'ES384']) await resend(`alg ${alg}`, withAlg(alg))
    const accepted = [...answers].filter(([, { status }]) => status < 400).map(([name]) => name)
    console.info(`SEC-08: ${accepted.length} of ${answers.size} altered requests accepted`)
    expect(accepted).toEqual([])
    for (const [, { status }] of answers) expect([401, 409, 422]).toContain(status)
    // The challenge's level is the server's word too: who leaves the key out gets a lower one, and no more for it.
    const lower = await shop.ceremonies.begin({ operation: 'authenticate', min_assurance: 'A1' })
    expect(seen(await shop.ceremonies.submit(lower, ada))).toEqual([403, 'assurance_too_low'])
  })

  test('[DK2] S6: what is no public key on P-256 is refused', async () => {
    const { ceremonies } = await openShop()
    const device = createTestDevice()
    const { publicKey } = device
    const rejected = [
      { ...publicKey, crv: 'P-384' },
      { kty: 'RSA', n: publicKey.x, e: 'AQAB' },
      { ...publicKey, y: publicKey.x },
      { ...publicKey, x: 'A'.repeat(43), y: 'A'.repeat(43) },
      { ...publicKey, d: publicKey.x },
      { ...publicKey, kid: 'mine' },
      { ...publicKey, x: `${publicKey.x}A` },
    ]
    for (const public_key of rejected) {
      const answer = await ceremonies.run('enroll', newPerson(), device, { device: { public_key } })
      expect([answer.status, JSON.stringify(public_key)]).toEqual([422, JSON.stringify(public_key)])
    }
  })

  test('[DK1] an offered key without a signature is refused, and so is a signature that does not fit', async () => {
    const { ceremonies } = await openShop()
    const device = createTestDevice()
    const unsigned = await ceremonies.run('enroll', newPerson(), undefined, { device: device.offer })
    expect(seen(unsigned)).toEqual([401, 'signature_invalid'])
    const another = await ceremonies.run('enroll', newPerson(), device, { device: createTestDevice().offer })
    expect(seen(another)).toEqual([401, 'signature_invalid'])
    const unknown = await ceremonies.run('authenticate', newPerson(), device, { device: undefined })
    expect(seen(unknown)).toEqual([401, 'signature_invalid'])
  })
})
