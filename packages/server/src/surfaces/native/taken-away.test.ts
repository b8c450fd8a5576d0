import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDeviceCeremonies, type DeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import { createPasskeyCeremonies, type PasskeyCeremonies } from '../../../../../test/contract/passkey-ceremony.ts'
import {
  type Answer,
  type Ceremony,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
} from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestAuthenticator } from '../../../../../test/fixtures/test-authenticator.ts'
import { createTestDevice, type TestDevice } from '../../../../../test/fixtures/test-device.ts'
import type { Database, Stores } from '../../domain/ports.ts'

const pin = '836195'
const seen = ({ status, json }: Answer) => [status, json?.error?.code ?? json?.reason ?? json?.status]

describe.each(engines)('what was granted before something was taken away, on $name', ({ openOwn }) => {
  let rig: TestApp
  let shop: TestApplication
  let devices: DeviceCeremonies
  let passkeys: PasskeyCeremonies
  let seed = 610_000
  let beforeHold: ((stores: Stores, applicationId: string, subjectId: string) => Promise<unknown>) | undefined

  /** What another transaction committed just before somebody is held is seen from then on. */
  const interrupted = (stores: Stores): Stores => ({
    ...stores,
    subjects: {
      ...stores.subjects,
      async hold(applicationId, id) {
        await beforeHold?.(stores, applicationId, id)
        return stores.subjects.hold(applicationId, id)
      },
    },
    savepoints: { run: (work) => stores.savepoints.run((within) => work(interrupted(within))) },
  })
  const interruptible = (database: Database): Database => ({
    ...database,
    transaction: (work) => database.transaction((stores) => work(interrupted(stores))),
  })
  const interruptedBy = async <T>(act: NonNullable<typeof beforeHold>, work: () => Promise<T>): Promise<T> => {
    beforeHold = act
    try {
      return await work()
    } finally {
      beforeHold = undefined
    }
  }

  beforeAll(async () => {
    rig = await openTestApp({ database: interruptible(await openOwn()) })
    shop = await rig.createApplication({ passkeys: 'optional', pin_authenticate: 'always', min_assurance_enroll: 'A0' })
    devices = createDeviceCeremonies(rig, shop)
    passkeys = createPasskeyCeremonies(rig)
  }, 60_000)
  afterAll(() => rig.close())

  interface Known {
    readonly person: Float32Array
    readonly device: TestDevice
    readonly facialId: string
    readonly enrolment: Ceremony
    readonly code: string
  }

  const enroll = async (): Promise<Known> => {
    const [person, device] = [syntheticPerson(++seed), createTestDevice()]
    const enrolment = await devices.begin({ operation: 'enroll' }, device)
    const { json } = await devices.submit(enrolment, person, device, { pin })
    return { person, device, facialId: json.disclosed.facial_id, enrolment, code: json.result_code }
  }

  const signIn = async ({ person, device }: Known) => {
    const ceremony = await devices.begin({ operation: 'authenticate' }, device)
    const granted = await devices.stepUp(ceremony, await devices.submit(ceremony, person, device), pin)
    return { ceremony, code: granted.json.result_code as string }
  }

  const redeem = async (code: string) => seen(await shop.backend('POST', '/v1/results/redeem', { result_code: code }))
  const backend = async (method: string, path: string, body?: object) =>
    expect((await shop.backend(method, path, body)).status).toBeLessThan(300)
  const firstOf = async (facialId: string, kind: 'devices' | 'passkeys' | 'faces') => {
    const [first] = (await shop.backend('GET', `/v1/subjects/${facialId}/${kind}`)).json[kind]
    return `/v1/subjects/${facialId}/${kind}/${first[`${kind.slice(0, -1)}_id`]}`
  }
  /** A face that is nobody's yet. */
  const bringFace = async (place: TestApplication, subjectId: string, how: 'add' | 'replace') => {
    const application = (await rig.services.applications.findByPublicId(place.credentials.public_id))!
    const gallery = await rig.services.galleries.findByName(application.id, 'default')
    await rig.services.faceEnrolments.enroll({
      application,
      galleryId: gallery.id,
      face: { vector: syntheticPerson(++seed), sample: null },
      owner: { kind: 'existing', subjectId, how },
      minQuality: null,
      refuseMorphs: false,
      mayRepeat: false,
      clientAddress: null,
    })
  }
  const switchOff = async (facialId: string) => {
    const application = (await rig.services.applications.findByPublicId(shop.credentials.public_id))!
    await rig.services.authenticators.change(application.id, facialId, { status: 'disabled' })
  }

  const takings: readonly [string, (known: Known) => Promise<void>][] = [
    ['a device', async ({ facialId }) => backend('DELETE', await firstOf(facialId, 'devices'))],
    ['a passkey', async ({ facialId }) => backend('DELETE', await firstOf(facialId, 'passkeys'))],
    ['a face', async ({ facialId }) => backend('DELETE', await firstOf(facialId, 'faces'))],
    ['the PIN', ({ facialId }) => backend('DELETE', `/v1/subjects/${facialId}/pin`)],
    ['the PIN for another', ({ facialId }) => backend('PUT', `/v1/subjects/${facialId}/pin`, { pin: '274906' })],
    ['the right to sign in', ({ facialId }) => switchOff(facialId)],
    ['everything', ({ facialId }) => backend('DELETE', `/v1/subjects/${facialId}`)],
  ]

  test.each(takings)('[CE26] [PK7] with %s, codes that wait and the right to add a passkey end', async (_, take) => {
    const known = await enroll()
    const added = await passkeys.register(known.enrolment, createTestAuthenticator(pageOrigin))
    expect(seen(added)).toEqual([204, undefined])
    const later = await signIn(known)
    const drawn = (await passkeys.toRegister(later.ceremony)).json

    await take(known)
    expect(await redeem(known.code)).toEqual([410, 'gone'])
    expect(await redeem(later.code)).toEqual([410, 'gone'])
    for (const ceremony of [known.enrolment, later.ceremony]) {
      expect((await passkeys.toRegister(ceremony)).status).toBeGreaterThanOrEqual(403)
    }
    const made = createTestAuthenticator(pageOrigin).make(drawn.challenge_id, drawn.options)
    const answer = await passkeys.post(later.ceremony.session, '/v1/passkeys', made)
    expect([403, 410]).toContain(answer.status)
  })

  test('[CE26] what somebody else was granted, and what is granted afterwards, holds', async () => {
    const [ada, bob] = [await enroll(), await enroll()]
    const [ofAda, ofBob] = [await signIn(ada), await signIn(bob)]
    await passkeys.register(ofAda.ceremony, createTestAuthenticator(pageOrigin))
    await backend('DELETE', await firstOf(ada.facialId, 'passkeys'))
    expect(await redeem(ofAda.code)).toEqual([410, 'gone'])
    expect(await redeem(ofBob.code)).toEqual([200, undefined])
    expect(await redeem((await signIn(ada)).code)).toEqual([200, undefined])
  })

  test('[CE26] a first PIN takes nothing away', async () => {
    const device = createTestDevice()
    const { json } = await devices.submit(
      await devices.begin({ operation: 'enroll' }, device),
      syntheticPerson(++seed),
      device,
    )
    await backend('PUT', `/v1/subjects/${json.disclosed.facial_id}/pin`, { pin })
    expect(await redeem(json.result_code)).toEqual([200, undefined])
  })

  test('[CE26] [PK7] what ends just before somebody is held adds no passkey', async () => {
    const { enrolment } = await enroll()
    const answer = await interruptedBy(
      (stores, applicationId, id) => stores.results.endOfSubject(applicationId, id, rig.clock.now()),
      () => passkeys.toRegister(enrolment),
    )
    expect(seen(answer)).toEqual([403, 'forbidden'])
  })

  const ofFaces: readonly [string, (facialId: string) => Promise<void>][] = [
    ['replaced', (facialId) => bringFace(shop, facialId, 'replace')],
    ['taken away from others', async (facialId) => backend('DELETE', await firstOf(facialId, 'faces'))],
  ]

  test.each(ofFaces)('[CE26] whom a face let wait for the PIN is nobody once it is %s', async (_, take) => {
    const [ada, bob] = [await enroll(), await enroll()]
    for (const { facialId } of [ada, bob]) await bringFace(shop, facialId, 'add')
    const wait = async ({ person, device }: Known) => {
      const ceremony = await devices.begin({ operation: 'authenticate' }, device)
      return [ceremony, await devices.submit(ceremony, person, device)] as const
    }
    const [ofAda, ofBob] = [await wait(ada), await wait(bob)]
    await take(ada.facialId)
    await bringFace(shop, bob.facialId, 'add')
    expect(seen(await devices.stepUp(...ofAda, pin))).toEqual([200, 'not_recognised'])
    expect(seen(await devices.stepUp(...ofBob, pin))).toEqual([200, 'ok'])
  })

  test('[CE26] a face that is taken away between comparison and decision lets nobody in', async () => {
    const place = await rig.createApplication({ pin_authenticate: 'off' })
    const person = syntheticPerson(++seed)
    await bringFace(place, await place.enroll(person), 'add')
    const answer = await interruptedBy(
      async (stores, applicationId, id) => {
        const [first] = await stores.faces.listOfSubject(applicationId, id)
        await stores.faces.remove(applicationId, id, first!.id)
      },
      async () => place.submit(await place.begin({ operation: 'authenticate' }), person),
    )
    expect(seen(answer)).toEqual([200, 'not_recognised'])
  })

  test('[CE26] of a sign-in and a device that is taken away at once, either the code ends or there is none at A1', async () => {
    for (let round = 0; round < 8; round++) {
      const known = await enroll()
      const path = await firstOf(known.facialId, 'devices')
      const ceremony = await devices.begin({ operation: 'authenticate' }, known.device)
      const asked = await devices.submit(ceremony, known.person, known.device)
      const [granted] = await Promise.all([devices.stepUp(ceremony, asked, pin), backend('DELETE', path)])
      if (granted.json.status !== 'ok') continue
      const answer = await shop.backend('POST', '/v1/results/redeem', { result_code: granted.json.result_code })
      if (answer.status === 200) expect(answer.json.assurance).toBe('A0')
      else expect(seen(answer)).toEqual([410, 'gone'])
    }
  })

  test('[AU8] with an authenticator go devices, passkeys and PIN, and none of them helps the face that comes next', async () => {
    const known = await enroll()
    const application = (await rig.services.applications.findByPublicId(shop.credentials.public_id))!
    await passkeys.register(known.enrolment, createTestAuthenticator(pageOrigin))
    const second = createTestDevice()
    const ceremony = await devices.begin({ operation: 'authenticate' }, second)
    await devices.stepUp(ceremony, await devices.submit(ceremony, known.person, second), pin)
    const listed = async (kind: 'devices' | 'passkeys') =>
      (await shop.backend('GET', `/v1/subjects/${known.facialId}/${kind}`)).json[kind] as { status?: string }[]
    expect(await listed('devices')).toHaveLength(2)
    await backend('DELETE', await firstOf(known.facialId, 'devices'))
    await rig.services.authenticators.remove(application.id, known.facialId)
    expect(await redeem(known.code)).toEqual([410, 'gone'])

    expect((await listed('devices')).map(({ status }) => status)).toEqual(['revoked'])
    expect(await listed('passkeys')).toEqual([])
    const subject = (await shop.backend('GET', `/v1/subjects/${known.facialId}`)).json
    expect(subject.has_pin).toBe(false)
    const { records } = (await shop.backend('GET', `/v1/audit?subject=${known.facialId}&limit=100`)).json
    const lines = (records as { event: string; outcome: string }[]).map(({ event, outcome }) => `${event} ${outcome}`)
    expect(lines).toEqual(
      expect.arrayContaining([
        'device_removed face_removed',
        'passkey_removed face_removed',
        'pin_changed face_removed',
        'authenticator_changed removed',
      ]),
    )
    expect(lines.filter((line) => line === 'device_removed face_removed')).toHaveLength(1)
  })
})
