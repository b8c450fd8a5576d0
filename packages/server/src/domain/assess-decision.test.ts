import type { AssuranceLevel } from '@mien/shared/api/fields'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice, type TestDevice } from '../../../../test/fixtures/test-device.ts'
import { assessDecision } from './assess-decision.ts'
import type { Application, Session } from './model.ts'
import { neededLevel } from './needed-level.ts'
import { findSigningDevice, needsSecondFactor, refuseHopeless, type SignInFacts } from './signing-device.ts'
import { sha256 } from './tokens.ts'

let rig: TestApp
let shop: TestApplication
let facialId: string
let seed = 99_000
let device: TestDevice

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication({ prevent_duplicates: false, pin_authenticate: 'when_close' })
})
afterAll(() => rig.close())
type Changes = Partial<Pick<SignInFacts, 'needed' | 'serverVerified'>> & {
  readonly settings?: Partial<Application['settings']>
  readonly signs?: boolean
  readonly operation?: 'enroll' | 'authenticate'
}

const factsOf = async ({ settings = {}, signs = true, operation = 'authenticate', ...changes }: Changes) => {
  const { stores } = rig.database
  const found = (await stores.applications.find(shop.credentials.application_id))!
  const application = { ...found, settings: { ...found.settings, ...settings } }
  const { session_id: id } = (await shop.begin({ operation })).session
  const session = (await stores.sessions.find(application.id, id))!
  const signer = signs ? { keyId: device.keyId, offer: device.offer } : null
  const facts: SignInFacts = {
    application,
    session,
    needed: 'A0',
    serverVerified: false,
    device: await findSigningDevice(stores, application, signer),
    ...changes,
  }
  return facts
}

const assess = async (changes: Changes, secondFactor: 'pin' | null = null) => {
  const decision = { kind: 'granted', subjectId: facialId, matchLevel: null } as const
  const facts = await factsOf(changes)
  return rig.database.transaction((stores) => assessDecision(stores, facts, rig.clock.now(), decision, secondFactor))
}

describe('what a decision is worth', () => {
  beforeEach(async () => {
    device = createTestDevice()
    facialId = await shop.enroll(syntheticPerson(++seed))
  })

  test('[DK4] SEC-07: a face that the server looked at itself adds no device either', async () => {
    for (const new_device of ['second_factor', 'a3', 'approval'] as const) {
      const { decision, worth, newDevice } = await assess({
        serverVerified: true,
        needed: 'A0',
        settings: { new_device },
      })
      expect([decision.kind, worth.assurance, worth.deviceId]).toEqual(['granted', 'A0', null])
      if (newDevice !== undefined) expect(newDevice.status).toBe('pending')
    }
    const { decision } = await assess({ serverVerified: true, needed: 'A2' })
    expect(decision).toEqual({ kind: 'refused', reason: 'not_recognised' })
  })

  test('[DK4] SEC-07: with a PIN it does, and is A3 at once', async () => {
    const { decision, worth, newDevice } = await assess(
      { serverVerified: true, needed: 'A3', settings: { new_device: 'a3' } },
      'pin',
    )
    expect(decision.kind).toBe('granted')
    expect(worth).toEqual({
      assurance: 'A3',
      factors: ['face', 'device', 'pin'],
      serverVerified: true,
      deviceId: newDevice?.id,
    })
    const again = await assess({ serverVerified: true, needed: 'A2' })
    expect([again.decision.kind, again.worth.assurance, again.newDevice]).toEqual(['granted', 'A2', undefined])
  })

  test('[LV6] what is granted below what is needed is nobody’s', async () => {
    const { decision, newDevice } = await assess({ needed: 'A1', settings: { new_device: 'approval' } }, 'pin')
    expect(decision).toEqual({ kind: 'refused', reason: 'not_recognised' })
    expect(newDevice?.status).toBe('pending')
    expect((await assess({ needed: 'A1', signs: false }, 'pin')).decision.kind).toBe('refused')
  })

  test('[LV6] an enrolment below it leaves nothing behind', async () => {
    await expect(assess({ operation: 'enroll', needed: 'A2' })).rejects.toMatchObject({ code: 'ASSURANCE_TOO_LOW' })
    const { stores } = rig.database
    expect(await stores.devices.listOfSubject(shop.credentials.application_id, facialId)).toEqual([])
    const verified = await assess({ operation: 'enroll', needed: 'A2', serverVerified: true })
    expect(verified.worth).toMatchObject({ assurance: 'A2', factors: ['face'] })
  })

  test('[LV7] PIN: at A3 each sign-in needs it, and where A1 is needed a device that is not known', async () => {
    const needs = async (changes: Changes) => needsSecondFactor(await factsOf(changes), facialId)
    expect(await needs({ needed: 'A0' })).toBe(false)
    expect(await needs({ needed: 'A1' })).toBe(true)
    // Where it would not add the device it would be for nothing.
    expect(await needs({ needed: 'A1', settings: { new_device: 'approval' } })).toBe(false)
    expect(await needs({ needed: 'A1', settings: { new_device: 'a3' } })).toBe(false)
    expect(await needs({ needed: 'A2', settings: { new_device: 'a3' }, serverVerified: true })).toBe(true)
    await assess({ serverVerified: true }, 'pin')
    expect(await needs({ needed: 'A1' })).toBe(false)
    expect(await needs({ needed: 'A3' })).toBe(true)
  })

  test.each([
    [false, { needed: 'A0', signs: false }],
    [true, { needed: 'A1', signs: false }],
    [false, { needed: 'A1' }],
    [true, { needed: 'A1', settings: { pin_authenticate: 'off' } }],
    [false, { needed: 'A1', settings: { pin_authenticate: 'off', new_device: 'approval' } }],
    [true, { needed: 'A3', settings: { pin_authenticate: 'off', new_device: 'approval' } }],
    [true, { needed: 'A2', settings: { device_keys: false } }],
    [true, { needed: 'A2', operation: 'enroll', signs: false }],
    [false, { needed: 'A2', operation: 'enroll' }],
    [true, { needed: 'A3', operation: 'enroll' }],
  ] as const)('[LV6] hopeless, so refused before anybody is compared: %s for %j', async (isHopeless, changes) => {
    const facts = await factsOf(changes)
    const refusing = () => refuseHopeless(facts, false)
    if (isHopeless) expect(refusing).toThrow(expect.objectContaining({ code: 'ASSURANCE_TOO_LOW' }))
    else expect(refusing).not.toThrow()
  })
})

test.each([
  ['authenticate', 'A0', 'A0', 'A0'],
  ['authenticate', 'A1', 'A0', 'A1'],
  ['authenticate', 'A1', 'A3', 'A3'],
  ['enroll', 'A0', 'A1', 'A2'],
  ['enroll', 'A2', 'A0', 'A2'],
  ['liveness', 'A3', 'A3', 'A0'],
] as const)('[LV3] %s of an application at %s and a session at %s needs %s', (operation, level, asked, needed) => {
  const settings = { min_assurance_authenticate: level, min_assurance_enroll: level }
  const session = { operation, minAssurance: asked as AssuranceLevel, hasPhoto: false, tokenDigest: sha256('t') }
  expect(neededLevel({ settings } as never as Application, session as never as Session)).toBe(needed)
  expect(neededLevel({ settings } as never as Application, { ...session, hasPhoto: true } as never as Session)).toBe(
    'A0',
  )
})
