import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { createPasskeyCeremonies, type PasskeyCeremonies } from '../../../../test/contract/passkey-ceremony.ts'
import { createSimulatedDevice } from '../../../../test/contract/simulated-device.ts'
import {
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
  wireTemplate,
} from '../../../../test/contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { createTestAuthenticator } from '../../../../test/fixtures/test-authenticator.ts'
import type { Database, Stores } from './ports.ts'

/** Long enough for the other one to be stuck where it will be. */
const untilStuck = () => sleep(150)

describe.each(engines)('nobody waits in a circle, on $name', ({ name, openOwn }) => {
  // The embedded database has one connection: nobody waits for anybody there.
  const testLocks = test.skipIf(name === 'PGlite')
  let database: Database
  let rig: TestApp
  let shop: TestApplication
  let passkeys: PasskeyCeremonies
  let tamper: (stores: Stores) => Stores = (stores) => stores
  let seed = 620_000
  const newPerson = () => syntheticPerson(++seed)
  const newAuthenticator = () => createTestAuthenticator(pageOrigin)

  const tampered = (): Database => ({
    ...database,
    transaction: (work) => database.transaction((stores) => work(tamper(stores))),
  })

  /** Starts something else once this part of a store was done, and goes on when that is stuck. */
  const meanwhile = <Part extends 'subjects' | 'sessions' | 'pins' | 'digests'>(
    part: Part,
    method: string,
    act: () => Promise<unknown>,
  ) => {
    let acted: Promise<unknown> | undefined
    tamper = (stores) => {
      const store = stores[part] as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>
      const original = store[method]!.bind(store)
      const wrapped = async (...given: unknown[]) => {
        const answer = await original(...given)
        if (acted !== undefined) return answer
        acted = act()
        acted.catch(() => {})
        await untilStuck()
        return answer
      }
      return { ...stores, [part]: { ...store, [method]: wrapped } }
    }
    return { done: async () => acted }
  }

  beforeAll(async () => {
    database = await openOwn()
    rig = await openTestApp({ database: tampered() })
    shop = await rig.createApplication({
      offline: 'kiosk',
      passkeys: 'optional',
      pin_authenticate: 'always',
      prevent_duplicates: false,
    })
    passkeys = createPasskeyCeremonies(rig)
  }, 60_000)
  afterEach(() => {
    tamper = (stores) => stores
    expect(rig.failures).toEqual([])
  })
  afterAll(() => rig.close())

  const enroll = async (person: Float32Array, changes: object = {}) => {
    const ceremony = await shop.begin({ operation: 'enroll' })
    const { json } = await shop.submit(ceremony, person, changes)
    return { ceremony, facialId: json.disclosed.facial_id as string }
  }
  const recognised = async (person: Float32Array) => {
    const ceremony = await shop.begin({ operation: 'authenticate' })
    const { json } = await shop.submit(ceremony, person)
    return { ceremony, submissionId: json.submission_id as string }
  }
  const applicationId = async () => (await rig.services.applications.findByPublicId(shop.credentials.public_id))!.id

  testLocks('[ST19] a passkey that is looked at, and the deletion of its person', async () => {
    const [ada, authenticator] = [newPerson(), newAuthenticator()]
    const { ceremony: enrolment, facialId } = await enroll(ada)
    await passkeys.register(enrolment, authenticator)
    const { ceremony, submissionId } = await recognised(ada)
    const deletion = meanwhile('subjects', 'seen', () => shop.backend('DELETE', `/v1/subjects/${facialId}`))
    const answer = await passkeys.stepUp(ceremony, submissionId, authenticator)
    expect([answer.json.status, await deletion.done()]).toMatchObject(['ok', { status: 204 }])
  })

  testLocks('[ST19] two who look alike, when both give their PINs', async () => {
    const ada = newPerson()
    const [first, second] = [await enroll(ada, { pin: '836195' }), await enroll(ada, { pin: '274906' })]
    const id = await applicationId()
    const reserved = await database.stores.pins.reserve(id, [first.facialId, second.facialId], 10)
    const settle = (right: number) =>
      database.transaction((stores) => stores.pins.settle(id, reserved[right]!, [reserved[1 - right]!]))
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) => settle(i % 2)))
    expect(all.every((isSettled) => isSettled)).toBe(true)
  })

  testLocks('[ST19] a passkey that is added, and the end of the session that it is added in', async () => {
    const ada = newPerson()
    const id = await applicationId()
    const application = (await rig.services.applications.findByPublicId(shop.credentials.public_id))!
    const gallery = await rig.services.galleries.findByName(id, 'default')
    const subject = await rig.services.subjects.create(application, gallery.id, {})
    const { authenticator, clientToken } = await rig.services.authenticators.invite(application, subject.id)
    const authorization = `Session ${clientToken}`
    const headers = { origin: pageOrigin }
    const session = (await rig.send('GET', '/v1/sessions/current', { authorization, headers })).json
    const challenge = (await rig.send('POST', '/v1/challenges', { authorization, headers, body: {} })).json
    const ceremony = { session: { ...session, client_token: clientToken }, challenge }
    expect((await shop.submit(ceremony, ada)).json.status).toBe('ok')
    const removal = meanwhile('subjects', 'hold', () => rig.services.authenticators.remove(id, authenticator.id))
    expect((await passkeys.toRegister(ceremony)).status).toBe(201)
    await removal.done()
  })

  testLocks('[ST19] the same templates, sent by a page and in a draft', async () => {
    const kiosk = createSimulatedDevice(
      (path, sent) => rig.send('POST', path, sent),
      () => rig.clock.now(),
      () => rig.services.signer.publicKeys(),
    )
    const { json } = await shop.backend('POST', '/v1/offline-devices', { label: 'Door' })
    await kiosk.registerKiosk(json.registration_code)
    await kiosk.pullAll()
    await kiosk.askTickets()
    const ada = newPerson()
    const templates = [1, 2, 3].map((each) => wireTemplate(syntheticFrame(ada, each)))
    await kiosk.enroll(ada, { templates })
    const ceremony = await shop.begin({ operation: 'enroll' })
    const draft = meanwhile('digests', 'remember', () => kiosk.sync())
    expect((await shop.submit(ceremony, ada, { templates })).json.status).toBe('ok')
    expect(await draft.done()).toMatchObject({ answers: [{ status: 'rejected', code: 'replay' }] })
  })
})
