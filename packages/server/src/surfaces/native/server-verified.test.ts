import { MienError } from '@mien/shared/errors'
import type { FaceAnalysis, LinearRgb } from '@mien/shared/vision/types'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type CaptureCeremonies,
  type CaptureCeremony,
  createCaptureCeremonies,
  sha256,
  type TakenPicture,
} from '../../../../../test/contract/capture-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import { createPasskeyCeremonies } from '../../../../../test/contract/passkey-ceremony.ts'
import {
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
  testModel,
} from '../../../../../test/contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestAuthenticator } from '../../../../../test/fixtures/test-authenticator.ts'
import { createTestDevice } from '../../../../../test/fixtures/test-device.ts'
import type { ImageAnalyser, PictureFacts } from '../../domain/image-analyser.ts'

/** What a picture of these tests shows; it is its own description. */
interface Shown {
  readonly person: number
  readonly seed: number
  readonly yaw: number
  readonly pitch: number
  readonly height: number
  readonly face: LinearRgb
  readonly live: number
  /** Null: white or black, so nothing can be told. */
  readonly around?: LinearRgb | null
  readonly faces?: number
  readonly size?: number
}

/** Runs while a picture is looked at. */
let meanwhile: () => Promise<void> = async () => {}
let looked = 0

const analyser: ImageAnalyser = {
  async analyse(file): Promise<PictureFacts> {
    looked++
    await meanwhile()
    if (!Buffer.from(file).toString().startsWith('{')) throw new MienError('IMAGE_TYPE_UNSUPPORTED')
    const shown = JSON.parse(Buffer.from(file).toString()) as Shown
    const primary = {
      detection: { box: { x: 50, y: 50, width: 110, height: shown.height }, score: 0.9 },
      pose: { yawDegrees: shown.yaw, pitchDegrees: shown.pitch, rollDegrees: 0 },
      quality: { interEyeDistancePx: 60, insideRatio: 1 },
      pad: { live: shown.live, modelId: 'pad' },
      template: { modelId: testModel.modelId, vector: syntheticFrame(syntheticPerson(shown.person), shown.seed) },
    } as unknown as FaceAnalysis
    const { faces = 1, size = 256, around = [0.3, 0.3, 0.3] } = shown
    const light = { face: shown.face, around }
    return { width: size, height: size, faces: Array.from({ length: faces }, () => primary), primary, light }
  },
  check: async () => {},
}

let rig: TestApp
let shop: TestApplication
let ceremonies: CaptureCeremonies
let person = 70_000
let seed = 1

const looks = {
  centre: { yaw: 0, pitch: -20, height: 140 },
  left: { yaw: 20, pitch: -20, height: 140 },
  right: { yaw: -20, pitch: -20, height: 140 },
  up: { yaw: 0, pitch: -35, height: 140 },
  down: { yaw: 0, pitch: 0, height: 140 },
  closer: { yaw: 0, pitch: -20, height: 175 },
} as const

const emitted = (colour: string): number[] =>
  [1, 3, 5].map((at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2)

/** Somebody does what the script asks. */
function take({ script }: CaptureCeremony, who: number, changes: Partial<Shown> = {}, at?: number): TakenPicture[] {
  let atMs = 600
  return script.steps.map((step, i) => {
    if (i > 0) atMs += step.kind === 'flash' ? step.ms : 900
    const light = emitted(step.kind === 'flash' ? step.colour : '#959595').map((value) => 0.2 * (1 + 0.3 * value))
    const look = looks[step.kind === 'flash' ? 'centre' : step.pose]
    const shown: Shown = { person: who, seed: seed++, ...look, face: light as never, live: 0.9 }
    const spoiled = at === undefined || at === i ? changes : {}
    return { jpeg: Buffer.from(JSON.stringify({ ...shown, ...spoiled })), atMs }
  })
}

const claims = (who: number) => [0, 1, 2].map(() => syntheticFrame(syntheticPerson(who), seed++))
/** What is signed, read without a check: others check it. */
const claimsOf = (assertion: string): object =>
  JSON.parse(Buffer.from(assertion.split('.')[1]!, 'base64url').toString())

const codeOf = ({ json }: { json: { error?: { code: string } } }) => json.error?.code
const lastAudit = async () =>
  (await rig.database.stores.audit.list(shop.credentials.application_id, { limit: 1 }))[0]!.outcome

describe.each(engines)('on $name', ({ open }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await open(), analyser, model: { ...testModel, plausibility: null } })
  })
  afterAll(() => rig.close())
  beforeEach(async () => {
    shop = await rig.createApplication({ min_assurance_enroll: 'A2', min_assurance_authenticate: 'A2' })
    ceremonies = createCaptureCeremonies(rig, shop)
    meanwhile = async () => {}
    person++
  })

  const device = createTestDevice()
  const begin = (operation: 'enroll' | 'authenticate' = 'enroll') => ceremonies.begin(operation, device)
  const run = async (changes: Partial<Shown> = {}, at?: number) => {
    const ceremony = await begin()
    return ceremonies.submit(ceremony, { vectors: claims(person), pictures: take(ceremony, person, changes, at) })
  }

  test('[SV1] a challenge of level A2 has a capture script, and no other script beside it', async () => {
    shop = await rig.createApplication({ min_assurance_enroll: 'A2', active_steps: 2 })
    ceremonies = createCaptureCeremonies(rig, shop)
    const { challenge } = await begin()
    expect(challenge).toMatchObject({ level: 'A2', script: null })
    expect(challenge.capture_script!.steps[0]).toEqual({ kind: 'pose', pose: 'centre' })
    expect((await begin('authenticate')).challenge.capture_script).toBeNull()
  })

  test('[SV3] declining both is told at the challenge; an application may have no flashes at all', async () => {
    const { challenge } = await ceremonies.begin('enroll', device, { flashes: false, motion: false })
    expect((challenge as { error?: { code: string } }).error?.code).toBe('assurance_too_low')
    const calm = await rig.createApplication({ min_assurance_enroll: 'A2', flashes: false })
    const { script } = await createCaptureCeremonies(rig, calm).begin('enroll', device)
    expect(script.steps.filter(({ kind }) => kind === 'flash')).toEqual([])
  })

  test('[PK1] [LV1] a passkey beside a face that the server saw, on a known device, is A3 without any PIN', async () => {
    shop = await rig.createApplication({
      min_assurance_enroll: 'A2',
      min_assurance_authenticate: 'A3',
      passkeys: 'optional',
      pin_authenticate: 'off',
    })
    ceremonies = createCaptureCeremonies(rig, shop)
    const passkeys = createPasskeyCeremonies(rig)
    const authenticator = createTestAuthenticator(pageOrigin)
    const enrolment = await begin()
    await ceremonies.submit(enrolment, { vectors: claims(person), pictures: take(enrolment, person) })
    expect((await passkeys.register(enrolment, authenticator)).status).toBe(204)

    const back = await begin('authenticate')
    const asked = await ceremonies.submit(back, { vectors: claims(person), pictures: take(back, person) })
    expect(asked.json).toMatchObject({ status: 'step_up', methods: ['passkey'] })
    const granted = await passkeys.stepUp(back, asked.json.submission_id, authenticator)
    const redeemed = await shop.backend('POST', '/v1/results/redeem', { result_code: granted.json.result_code })
    expect(claimsOf(redeemed.json.assertion)).toMatchObject({
      assurance: 'A3',
      factors: ['face', 'device', 'passkey'],
      amr: ['face', 'swk', 'hwk', 'mfa'],
    })
  })

  test('[SV13] who is seen is enrolled and recognised by the server’s vector, at level A2', async () => {
    const enrolled = await run()
    expect(enrolled.json.status).toBe('ok')
    const redeemed = await shop.backend('POST', '/v1/results/redeem', { result_code: enrolled.json.result_code })
    expect(redeemed.json).toMatchObject({ assurance: 'A2' })
    expect(claimsOf(redeemed.json.assertion)).toMatchObject({ assurance: 'A2', server_verified: true })
    const back = await begin('authenticate')
    const answer = await ceremonies.submit(back, { vectors: claims(person), pictures: take(back, person) })
    expect(answer.json.status).toBe('ok')
  })

  test.for<[string, Partial<Shown>, number | undefined, string]>([
    ['[SV12] no live face', { live: 0.1 }, undefined, 'pad'],
    ['[SV10] a head that does not turn', { yaw: 0, pitch: -20, height: 140 }, undefined, 'pose'],
    ['[SV9] two people', { person: 1 }, 2, 'mixed'],
    ['[SV13] another person than the client says', { person: 2 }, undefined, 'parity'],
    ['[SV11] a face on which no screen shines', { face: [0.2, 0.2, 0.2] }, undefined, 'colour'],
    ['[SV9] one picture for all', { seed: 5, yaw: 0 }, undefined, 'still'],
  ])('[SV14] %s: refused as spoof, and why is in the audit record alone', async ([, changes, at, fault]) => {
    const answer = await run(changes, at)
    expect(answer.text).toBe('{"status":"refused","reason":"spoof"}')
    expect(await lastAudit()).toBe(fault)
  })

  test('[SV12] one picture that looks like a print does not decide', async () => {
    expect((await run({ live: 0.1 }, 2)).json.status).toBe('ok')
  })

  test.for([{ faces: 0 }, { faces: 2 }])('[SV7] a picture with %j decides nothing', async (changes) => {
    expect((await run(changes, 3)).json).toEqual({ status: 'retry' })
  })

  test('[SV11] where nothing can be told of the light around a face nobody is let in, and nobody called an attacker', async () => {
    expect((await run({ around: null })).json).toEqual({ status: 'retry' })
  })

  test('[SV6] [SV7] an upload that broke on its way costs nothing: the same challenge is good for the whole one', async () => {
    const ceremony = await begin()
    const pictures = take(ceremony, person)
    const capture = { vectors: claims(person), pictures }
    const crops = pictures.map(({ atMs }) => ({ at_ms: atMs, sha256: 'ab'.repeat(32) }))
    const tooFew = { ...capture, pictures: pictures.slice(1) }
    looked = 0
    for (const answer of [
      await ceremonies.submit(ceremony, capture, { crops }),
      await ceremonies.submit(ceremony, tooFew),
    ]) {
      expect([answer.status, codeOf(answer), looked]).toEqual([422, 'crops_invalid', 0])
    }
    expect((await ceremonies.submit(ceremony, capture)).json.status).toBe('ok')
  })

  test('[SV7] what is no JPEG of the script’s size, or not what was announced, is refused', async () => {
    const wrongSize = await run({ size: 200 }, 1)
    const ceremony = await begin()
    const pictures = take(ceremony, person)
    const noPicture = pictures.map((one, i) => (i === 1 ? { ...one, jpeg: Buffer.from('GIF89a') } : one))
    const noJpeg = await ceremonies.submit(ceremony, { vectors: claims(person), pictures: noPicture })
    const other = await begin()
    const announced = take(other, person).map(({ atMs }) => ({ at_ms: atMs, sha256: 'ab'.repeat(32) }))
    const lie = { crops: announced }
    const lied = await ceremonies.submit(other, { vectors: claims(person), pictures: take(other, person) }, lie)
    for (const answer of [wrongSize, noJpeg, lied])
      expect([answer.status, codeOf(answer)]).toEqual([422, 'crops_invalid'])
  })

  test('[SV5] pictures belong to a challenge that asks for them, and to no other', async () => {
    const ceremony = await begin()
    const pictures = take(ceremony, person)
    looked = 0
    const without = await ceremonies.submit(
      ceremony,
      { vectors: claims(person), pictures: [] },
      { crops: undefined as never },
    )
    expect([without.status, codeOf(without), looked]).toEqual([422, 'crops_invalid', 0])
    // What is malformed changes nothing: the challenge is still good.
    rig.clock.advance(20)
    expect((await ceremonies.submit(ceremony, { vectors: claims(person), pictures })).json.status).toBe('ok')
    shop = await rig.createApplication()
    ceremonies = createCaptureCeremonies(rig, shop)
    const unasked = await ceremonies.submit(await begin(), { vectors: claims(person), pictures })
    expect([unasked.status, codeOf(unasked)]).toEqual([422, 'request_invalid'])
  })

  test('[SV5] the signature is over the envelope as it was sent', async () => {
    const ceremony = await begin()
    const forged = { ...ceremony, device: { ...device, sign: (text: string) => device.sign(`${text} `) } }
    const answer = await ceremonies.submit(forged, { vectors: claims(person), pictures: take(ceremony, person) })
    expect([answer.status, codeOf(answer)]).toEqual([401, 'signature_invalid'])
  })

  test('[SV6] a challenge is spent before its pictures are looked at, also by one that nobody finishes', async () => {
    meanwhile = () => Promise.reject(new MienError('OVERLOADED'))
    const ceremony = await begin()
    const capture = { vectors: claims(person), pictures: take(ceremony, person) }
    expect((await ceremonies.submit(ceremony, capture)).status).toBe(503)
    meanwhile = async () => {}
    const again = await ceremonies.submit(ceremony, { ...capture, vectors: claims(person) })
    expect([again.status, codeOf(again)]).toEqual([409, 'challenge_used'])
    expect((await run()).json.status).toBe('ok')
  })

  test('[SV6] of 20 submissions of one challenge at once one is looked at', async () => {
    const ceremony = await begin()
    looked = 0
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        ceremonies.submit(ceremony, { vectors: claims(person), pictures: take(ceremony, person) }),
      ),
    )
    expect(answers.filter(({ json }) => json.status === 'ok')).toHaveLength(1)
    expect(looked).toBe(ceremony.script.steps.length)
  })

  test('[SV30] a network has four captures looked at; a fifth comes again and has spent nothing, and others go on', async () => {
    let release = () => {}
    const isReleased = new Promise<void>((resolve) => {
      release = resolve
    })
    meanwhile = () => isReleased
    looked = 0
    const submit = async (ceremony: CaptureCeremony, from: string) =>
      ceremonies.submit(ceremony, { vectors: claims(person), pictures: take(ceremony, person) }, {}, from)
    const fifth = await begin()
    const four = await Promise.all(Array.from({ length: 4 }, () => begin()))
    const elsewhere = await begin()
    const underWay = [...four.map((each) => submit(each, '203.0.113.7')), submit(elsewhere, '198.51.100.7')]
    await expect.poll(() => looked).toBe(5)
    const refused = await submit(fifth, '203.0.113.99')
    expect([refused.status, codeOf(refused), refused.headers.get('retry-after')]).toEqual([429, 'rate_limited', '2'])
    release()
    for (const { status } of await Promise.all(underWay)) expect(status).toBe(200)
    expect((await submit(fifth, '203.0.113.99')).status).toBe(200)
  })

  test('[SV6] of two captures that are looked at, in one session, one is granted', async () => {
    const one = await begin()
    const asked = await rig.send('POST', '/v1/challenges', {
      authorization: `Session ${one.session.client_token}`,
      body: { device_key_id: device.keyId },
    })
    const two = { ...one, challenge: asked.json, script: asked.json.capture_script }
    let release = () => {}
    const bothAreThere = new Promise<void>((resolve) => {
      release = resolve
    })
    let arrived = 0
    meanwhile = () => {
      if (++arrived === 2) release()
      return bothAreThere
    }
    const answers = await Promise.all(
      [one, two].map((each) => ceremonies.submit(each, { vectors: claims(person), pictures: take(each, person) })),
    )
    expect(answers.map(({ json }) => json.reason ?? json.status).sort()).toEqual(['ok', 'too_many'])
  })

  test('[CE39] of two that are looked at with one PIN one has it, and the other’s capture is good for another PIN', async () => {
    shop = await rig.createApplication({ min_assurance_enroll: 'A2', unique_pins: true })
    ceremonies = createCaptureCeremonies(rig, shop)
    const both = await Promise.all(
      [person, ++person].map(async (who) => {
        const ceremony = await begin()
        return { ceremony, capture: { vectors: claims(who), pictures: take(ceremony, who) } }
      }),
    )
    let release = () => {}
    const bothAreThere = new Promise<void>((resolve) => {
      release = resolve
    })
    let arrived = 0
    meanwhile = () => {
      if (++arrived === 2) release()
      return bothAreThere
    }
    const answers = await Promise.all(
      both.map(({ ceremony, capture }) => ceremonies.submit(ceremony, capture, { pin: '8264' })),
    )
    expect(answers.map(({ json }) => json.reason ?? json.status).sort()).toEqual(['ok', 'pin_not_unique'])
    const { ceremony, capture } = both[answers.findIndex(({ json }) => json.reason === 'pin_not_unique')]!
    expect((await ceremonies.submit(ceremony, capture, { pin: '1397' })).json.status).toBe('ok')
  })

  test('[SV6] a session that is gone meanwhile grants nothing', async () => {
    const ceremony = await begin()
    meanwhile = async () => {
      await rig.database.stores.sessions.remove(shop.credentials.application_id, ceremony.session.session_id)
    }
    const answer = await ceremonies.submit(ceremony, { vectors: claims(person), pictures: take(ceremony, person) })
    expect([answer.status, codeOf(answer)]).toEqual([401, 'session_expired'])
  })

  test('[SV8] a script is not done before there was time for it', async () => {
    const ceremony = await begin()
    const late = take(ceremony, person).map((one) => ({ ...one, atMs: one.atMs + 60_000 }))
    const crops = late.map(({ jpeg, atMs }) => ({ at_ms: atMs, sha256: sha256(jpeg) }))
    const pictures = late.map((one) => ({ ...one, atMs: one.atMs - 60_000 }))
    const answer = await ceremonies.submit(ceremony, { vectors: claims(person), pictures }, { crops })
    expect(answer.json).toEqual({ status: 'retry' })
  })
})
