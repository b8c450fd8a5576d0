import type { SessionRequest } from '@mien/shared/api/sessions'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDeviceCeremonies, type DeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import {
  composeSubmission,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
  wireTemplate,
} from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice } from '../../../../../test/fixtures/test-device.ts'

const stranger = '{"status":"refused","reason":"not_recognised"}'
const nobody = '00000000-0000-4000-8000-000000000000'
const day = 86_400

let rig: TestApp
let shop: TestApplication
let ceremonies: DeviceCeremonies
let seed = 640_000
const newPerson = () => syntheticPerson(++seed)

const open = async (settings: object = {}) => {
  shop = await rig.createApplication({ prevent_duplicates: false, ...settings })
  ceremonies = createDeviceCeremonies(rig, shop)
}
const named = (facialId: string): SessionRequest => ({ operation: 'authenticate', facial_id: facialId })
const anyone: SessionRequest = { operation: 'authenticate' }

/** One sign-in without a device key, from an address. */
async function signIn(request: SessionRequest, person: Float32Array, from = '203.0.113.7', changes: object = {}) {
  const { session, challenge } = await shop.begin(request)
  return rig.send('POST', '/v1/submissions', {
    authorization: `Session ${session.client_token}`,
    headers: { origin: pageOrigin },
    body: { ...composeSubmission(session, challenge, person, rig.clock.now()), ...changes },
    from,
  })
}
const fail = async (times: number, request: SessionRequest, from?: string) => {
  for (let i = 0; i < times; i++) expect((await signIn(request, newPerson(), from)).text).toBe(stranger)
}
const isLetIn = async (...given: Parameters<typeof signIn>) => (await signIn(...given)).json.status === 'ok'
/** How the last sign-ins ended, newest first. */
const audited = async (event: string): Promise<string[]> => {
  const { records } = (await shop.backend('GET', '/v1/audit?limit=100')).json
  return records
    .filter((each: { event: string }) => each.event === event)
    .map((each: { outcome: string }) => each.outcome)
}

describe.each(engines)('on $name', ({ open: openEngine }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await openEngine() })
  })
  afterAll(() => rig.close())
  beforeEach(() => open())

  test('[GU1] [GU3] SEC-22: five failures are free, each wait doubles, twenty are the end; the owner’s device works throughout', async () => {
    const [ada, device] = [newPerson(), createTestDevice()]
    const { facialId } = await ceremonies.redeem(await ceremonies.run('enroll', ada, device))
    const ownerIsLetIn = async () => {
      const begun = await ceremonies.begin(named(facialId), device)
      return (await ceremonies.submit(begun, ada, device)).json.status === 'ok'
    }
    await fail(5, named(facialId))
    for (let failures = 5, wait = 30; failures < 20; failures++, wait *= 2) {
      rig.clock.advance(wait - 1)
      expect(await isLetIn(named(facialId), ada)).toBe(false)
      expect(await ownerIsLetIn()).toBe(true)
      rig.clock.advance(1)
      await fail(1, named(facialId))
    }
    rig.clock.advance(300 * day)
    expect(await isLetIn(named(facialId), ada)).toBe(false)
    expect(await ownerIsLetIn()).toBe(true)
    expect((await shop.backend('DELETE', `/v1/subjects/${facialId}/lockouts`)).status).toBe(204)
    expect(await isLetIn(named(facialId), ada)).toBe(true)
  })

  test('[GU2] [GU3] what fails on the owner’s device locks that device alone, and a success opens only what it was on', async () => {
    const [ada, device] = [newPerson(), createTestDevice()]
    const { facialId } = await ceremonies.redeem(await ceremonies.run('enroll', ada, device))
    const tryOnDevice = async (person: Float32Array) =>
      (await ceremonies.submit(await ceremonies.begin(named(facialId), device), person, device)).json.status
    for (let i = 0; i < 5; i++) expect(await tryOnDevice(newPerson())).toBe('refused')
    expect(await tryOnDevice(ada)).toBe('refused')
    expect(await isLetIn(named(facialId), ada)).toBe(true)
    expect(await tryOnDevice(ada)).toBe('refused')
    rig.clock.advance(30)
    expect(await tryOnDevice(ada)).toBe('ok')
    for (let i = 0; i < 4; i++) expect(await tryOnDevice(newPerson())).toBe('refused')
    expect(await tryOnDevice(ada)).toBe('ok')
  })

  test('[GU1] of 40 wrong faces at once two more are told after three, and the right one then is not', async () => {
    const ada = newPerson()
    const facialId = await shop.enroll(ada)
    await fail(3, named(facialId))
    const answers = await Promise.all(Array.from({ length: 40 }, () => signIn(named(facialId), newPerson())))
    for (const { text } of answers) expect(text).toBe(stranger)
    const outcomes = await audited('authenticate')
    expect(outcomes.filter((outcome) => outcome === 'not_recognised')).toHaveLength(5)
    expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(38)
    expect(await isLetIn(named(facialId), ada)).toBe(false)
  })

  test('[GU3] [GU7] whoever does not exist is locked the same way, and the audit log alone tells', async () => {
    for (const request of [named(nobody), { ...anyone, user_ref: 'nobody' }]) {
      await open()
      await fail(7, request)
      expect(await audited('authenticate')).toEqual(['locked', 'locked', ...Array(5).fill('not_recognised')])
      expect(await audited('lockout')).toEqual(['new_device'])
    }
  })

  test('[GU4] searches are counted for the network, which another one and a named person do not feel', async () => {
    const ada = newPerson()
    const facialId = await shop.enroll(ada)
    await fail(5, anyone, '198.51.100.7')
    expect(await isLetIn(anyone, ada, '198.51.100.200')).toBe(false)
    expect(await isLetIn(anyone, ada, '198.51.101.7')).toBe(true)
    expect(await isLetIn(named(facialId), ada, '198.51.100.7')).toBe(true)
    rig.clock.advance(30)
    expect(await isLetIn(anyone, ada, '198.51.100.200')).toBe(true)
  })

  test('[GU5] [SEC-26] the breaker trips: an application’s searches fail so often an hour; then the named and known devices go on', async () => {
    await open({ failed_searches_per_hour: 3 })
    const [ada, device] = [newPerson(), createTestDevice()]
    const { facialId } = await ceremonies.redeem(await ceremonies.run('enroll', ada, device))
    for (const network of [1, 2, 3]) await fail(1, anyone, `198.51.${network}.7`)
    expect(await audited('lockout')).toEqual(['searches'])
    expect(await isLetIn(anyone, ada, '198.51.9.7')).toBe(false)
    expect(await isLetIn(named(facialId), ada, '198.51.9.7')).toBe(true)
    expect((await ceremonies.run('authenticate', ada, device)).json.status).toBe('ok')
    rig.clock.advance(3600)
    expect(await isLetIn(anyone, ada, '198.51.9.7')).toBe(true)
  })

  test('[GU3] passers-by stop a terminal that several share for a day at most, and only where it stands', async () => {
    const [ada, bob, terminal] = [newPerson(), newPerson(), createTestDevice()]
    for (const person of [ada, bob]) {
      expect((await ceremonies.run('enroll', person, terminal)).json.status).toBe('ok')
    }
    const tryAt = async (person: Float32Array, from: string) => {
      const { session, challenge } = await ceremonies.begin(anyone, terminal)
      const text = JSON.stringify(composeSubmission(session, challenge, person, rig.clock.now()))
      const headers = { origin: pageOrigin, 'mien-signature': terminal.sign(text) }
      const authorization = `Session ${session.client_token}`
      return (await rig.send('POST', '/v1/submissions', { authorization, headers, raw: text, from })).json.status
    }
    const [here, elsewhere] = ['203.0.113.7', '198.51.100.7']
    // The wait after the seventeenth is longer than a day.
    for (let failures = 1; failures <= 17; failures++) {
      expect(await tryAt(newPerson(), here)).toBe('refused')
      if (failures >= 5 && failures < 17) rig.clock.advance(30 * 2 ** (failures - 5))
    }
    expect(await tryAt(ada, here)).toBe('refused')
    expect(await tryAt(ada, elsewhere)).toBe('ok')
    rig.clock.advance(day)
    expect(await tryAt(bob, here)).toBe('ok')
  })

  test('[GU8] a retry, a replay and a comparison that was not made count nothing', async () => {
    const ada = newPerson()
    const facialId = await shop.enroll(ada)
    const mixed = () => [newPerson(), newPerson(), newPerson()].map((vector) => wireTemplate(vector))
    for (let i = 0; i < 6; i++) {
      expect((await signIn(named(facialId), ada, '203.0.113.7', { templates: mixed() })).json.status).toBe('retry')
    }
    const once = mixed().map((_, __, all) => all[0]!)
    for (let i = 0; i < 6; i++) {
      const { status } = await signIn(named(facialId), ada, '203.0.113.7', { templates: once })
      expect([409, 422]).toContain(status)
    }
    expect(await isLetIn(named(facialId), ada)).toBe(true)
  })

  test('[GU9] a backend opens what is locked, its own people’s alone', async () => {
    const ada = newPerson()
    const facialId = await shop.enroll(ada)
    await fail(5, named(facialId))
    const elsewhere = await rig.createApplication()
    const address = `/v1/subjects/${facialId}/lockouts`
    expect((await elsewhere.backend('DELETE', address)).status).toBe(404)
    expect(await isLetIn(named(facialId), ada)).toBe(false)
    expect((await shop.backend('DELETE', address)).status).toBe(204)
    expect(await audited('lockout')).toEqual(['opened', 'new_device'])
    expect(await isLetIn(named(facialId), ada)).toBe(true)
    expect((await shop.backend('DELETE', `/v1/subjects/${nobody}/lockouts`)).status).toBe(404)
  })
})
