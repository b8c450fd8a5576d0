import { encodeBase64Url } from '@mien/shared/bytes'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCaptureCeremonies } from '../../../../../test/contract/capture-ceremony.ts'
import { createDeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import {
  composeSubmission,
  openTestApp,
  pageOrigin,
  type TestApp,
  testModel,
  wireTemplate,
} from '../../../../../test/contract/test-app.ts'
import { testVault as vault } from '../../../../../test/contract/test-vault.ts'
import { syntheticFrame, syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice, type TestDevice } from '../../../../../test/fixtures/test-device.ts'
import { openNewDatabase } from '../../db/new-database.fixture.ts'
import type { Database, PinHasher, Stores } from '../../domain/ports.ts'

/** What is dear, and how often it was done. */
let done: Record<'hash' | 'compare' | 'look', number>

const countingHasher: PinHasher = {
  async hash(secret) {
    done.hash++
    return Buffer.from(secret).toString('hex')
  },
  async verify(hash, secret) {
    done.hash++
    return hash === Buffer.from(secret).toString('hex')
  },
}

const counting = (stores: Stores): Stores => ({
  ...stores,
  faces: {
    ...stores.faces,
    ofSubjects(...given) {
      done.compare++
      return stores.faces.ofSubjects(...given)
    },
    ofClaimed(...given) {
      done.compare++
      return stores.faces.ofClaimed(...given)
    },
  },
})

const counted = (database: Database): Database => ({
  ...database,
  transaction: (work) => database.transaction((stores) => work(counting(stores))),
})

let rig: TestApp
let seed = 930_000
const newPerson = () => syntheticPerson(++seed)

beforeAll(async () => {
  const analyser = {
    analyse: async () => {
      done.look++
      return { width: 256, height: 256, faces: [], primary: null, light: null } as never
    },
    check: async () => {},
  }
  const database = counted(await openNewDatabase({ vault }))
  rig = await openTestApp({ database, analyser, hasher: countingHasher, model: { ...testModel, plausibility: null } })
})
afterAll(() => rig.close())
beforeEach(() => {
  done = { hash: 0, compare: 0, look: 0 }
})

/** Signs something else than what it sends. */
const forging = (device: TestDevice): TestDevice => ({ ...device, sign: (text) => device.sign(`${text} `) })

const nobodys = '01930000-0000-7000-8000-000000000000'
const otherNonce = encodeBase64Url(new Uint8Array(32).fill(9))

describe('[GU11] nothing dear is done for whoever has no challenge or no key', () => {
  test.each([
    ['another nonce', { nonce: otherNonce }, 'binding_mismatch'],
    ['no such challenge', { challenge_id: nobodys }, 'challenge_unknown'],
    ['another level', { level: 'A2' }, 'binding_mismatch'],
  ])('no PIN is hashed and nobody compared with %s', async (_, changes, code) => {
    const shop = await rig.createApplication()
    const person = newPerson()
    const answer = await shop.submit(await shop.begin({ operation: 'enroll' }), person, { pin: '826401', ...changes })
    expect(answer.json.error.code).toBe(code)
    const signIn = await shop.submit(await shop.begin({ operation: 'authenticate' }), person, changes)
    expect(signIn.json.error.code).toBe(code)
    expect(done).toEqual({ hash: 0, compare: 0, look: 0 })
  })

  test('nor with a challenge that was used or has expired', async () => {
    const shop = await rig.createApplication()
    const used = await shop.begin({ operation: 'enroll' })
    expect((await shop.submit(used, newPerson(), { pin: '826401' })).json.status).toBe('ok')
    const before = { ...done }
    expect(before.hash).toBe(1)
    const again = await shop.submit(used, newPerson(), { pin: '826401' })
    const late = await shop.begin({ operation: 'enroll' })
    rig.clock.advance(121)
    const expired = await shop.submit(late, newPerson(), { pin: '826401' })
    expect([again, expired].map(({ json }) => json.error.code)).toEqual(['challenge_used', 'challenge_expired'])
    expect(done).toEqual(before)
  })

  test('nor with a signature that is not of what was sent', async () => {
    const shop = await rig.createApplication()
    const ceremonies = createDeviceCeremonies(rig, shop)
    const device = forging(createTestDevice())
    const begun = await ceremonies.begin({ operation: 'enroll' }, device)
    const answer = await ceremonies.submit(begun, newPerson(), device, { pin: '826401' })
    expect(answer.json.error.code).toBe('signature_invalid')
    expect(done).toEqual({ hash: 0, compare: 0, look: 0 })
  })

  test('nor with templates that were all sent before, or without the pictures that were asked for', async () => {
    const shop = await rig.createApplication()
    const submission = { pin: '826401', templates: [1, 2, 3].map((i) => wireTemplate(syntheticFrame(newPerson(), i))) }
    const first = await shop.submit(await shop.begin({ operation: 'enroll' }), newPerson(), submission)
    expect(first.json).toMatchObject({ status: 'refused', reason: 'mismatch' })
    const before = { ...done }
    expect(before.hash).toBe(1)
    const again = await shop.begin({ operation: 'enroll' })
    for (let i = 0; i < 3; i++) {
      expect((await shop.submit(again, newPerson(), submission)).json.error.code).toBe('template_replay')
    }
    const strict = await rig.createApplication({ min_assurance_enroll: 'A2' })
    const unpictured = await strict.submit(await strict.begin({ operation: 'enroll' }), newPerson(), { pin: '826401' })
    expect(unpictured.json.error.code).toBe('crops_invalid')
    expect(done).toEqual(before)
  })

  test('[SK3] nor for pictures that nobody asked for: no PIN that comes with them is hashed', async () => {
    const shop = await rig.createApplication()
    const { session, challenge } = await shop.begin({ operation: 'enroll' })
    const body = { ...composeSubmission(session, challenge, newPerson(), rig.clock.now()), pin: '826401' }
    const form = new FormData()
    form.append('envelope', new Blob([JSON.stringify(body)], { type: 'application/json' }))
    const request = new Request('http://mien.example', { method: 'POST', body: form })
    const answer = await rig.send('POST', '/v1/reveals', {
      authorization: `Session ${session.client_token}`,
      raw: await request.bytes(),
      headers: { origin: pageOrigin, 'content-type': request.headers.get('content-type')! },
    })
    expect(answer.json.error.code).toBe('challenge_unknown')
    expect(done).toEqual({ hash: 0, compare: 0, look: 0 })
  })

  test('pictures are looked at only with the right nonce and signature', async () => {
    const shop = await rig.createApplication({ min_assurance_enroll: 'A2' })
    const ceremonies = createCaptureCeremonies(rig, shop)
    const device = createTestDevice()
    const submit = async (signer: TestDevice, changes: object) => {
      const ceremony = { ...(await ceremonies.begin('enroll', device)), device: signer }
      const person = newPerson()
      const vectors = [0, 1, 2].map((i) => syntheticFrame(person, seed * 10 + i))
      let atMs = 600
      const pictures = ceremony.script.steps.map((step, i) => {
        if (i > 0) atMs += step.kind === 'flash' ? step.ms : 900
        return { jpeg: Buffer.from(`picture ${i}`), atMs }
      })
      return ceremonies.submit(ceremony, { vectors, pictures }, changes)
    }
    expect((await submit(device, { nonce: otherNonce })).json.error.code).toBe('binding_mismatch')
    expect((await submit(forging(device), {})).json.error.code).toBe('signature_invalid')
    expect(done).toEqual({ hash: 0, compare: 0, look: 0 })
    await submit(device, {})
    expect(done.look).toBeGreaterThan(0)
  })
})

describe('[GU10] whoever is not there costs the same work as whoever is', () => {
  test('a facial id and a reference are compared as often, a PIN that is locked is hashed as one that is not', async () => {
    const shop = await rig.createApplication({ pin_authenticate: 'always' })
    const ada = newPerson()
    const facialId = await shop.enroll(ada, { pin: '826401' })
    expect(await shop.run({ operation: 'enroll', user_ref: 'ada' }, newPerson())).toMatchObject({ status: 'ok' })
    const workOf = async (request: object) => {
      done = { hash: 0, compare: 0, look: 0 }
      await shop.run({ operation: 'authenticate', ...request }, newPerson())
      return done
    }
    const known = await workOf({ facial_id: facialId })
    expect(known.compare).toBe(1)
    expect(await workOf({ facial_id: nobodys })).toEqual(known)
    expect(await workOf({ user_ref: 'ada' })).toEqual(known)
    expect(await workOf({ user_ref: 'nobody' })).toEqual(known)

    const hashesOf = async (pin: string) => {
      const ceremony = await shop.begin({ operation: 'authenticate' })
      const { submission_id } = (await shop.submit(ceremony, ada)).json
      done = { hash: 0, compare: 0, look: 0 }
      await rig.send('POST', '/v1/step-ups', {
        authorization: `Session ${ceremony.session.client_token}`,
        body: { submission_id, pin },
      })
      return done.hash
    }
    for (let i = 0; i < 10; i++) expect(await hashesOf('139575')).toBe(1)
    // The first time with nobody's hash makes that hash.
    await hashesOf('139575')
    expect(await hashesOf('139575')).toBe(1)
  })

  test('a locked scope is compared like an open one', async () => {
    const shop = await rig.createApplication()
    const facialId = await shop.enroll(newPerson())
    const works: (typeof done)[] = []
    for (let i = 0; i < 7; i++) {
      done = { hash: 0, compare: 0, look: 0 }
      await shop.run({ operation: 'authenticate', facial_id: facialId }, newPerson())
      works.push(done)
    }
    expect(works).toEqual(Array(7).fill({ hash: 0, compare: 1, look: 0 }))
  })
})
