import { MienError } from '@mien/shared/errors'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import {
  createSpotCheckCeremonies,
  type SpotCheckCeremonies,
  type Submitted,
} from '../../../../../test/contract/spot-check-ceremony.ts'
import { openTestApp, type TestApp, type TestApplication, testModel } from '../../../../../test/contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice, type TestDevice } from '../../../../../test/fixtures/test-device.ts'
import type { ImageAnalyser, PictureFacts } from '../../domain/image-analyser.ts'

/** What a picture of these tests shows; it is its own description. */
interface Shown {
  readonly person: number
  readonly seed: number
  readonly live: number
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
    const { person, seed, live, faces = 1, size = 256 } = JSON.parse(Buffer.from(file).toString()) as Shown
    const primary = {
      detection: { box: { x: 50, y: 50, width: 110, height: 140 }, score: 0.9 },
      pose: { yawDegrees: 0, pitchDegrees: 0, rollDegrees: 0 },
      quality: { interEyeDistancePx: 60, insideRatio: 1 },
      pad: { live, modelId: 'pad' },
      template: { modelId: testModel.modelId, vector: syntheticFrame(syntheticPerson(person), seed) },
    } as unknown as FaceAnalysis
    const light = { face: [0.3, 0.3, 0.3], around: null } as const
    return { width: size, height: size, faces: Array.from({ length: faces }, () => primary), primary, light }
  },
  check: async () => {},
}

let rig: TestApp
let shop: TestApplication
let ceremonies: SpotCheckCeremonies
let device: TestDevice
let person = 80_000
let seed = 1_000_000

const framesOf = (who: number) => [0, 1, 2].map(() => syntheticFrame(syntheticPerson(who), seed++))
const pictureOf = (who: number, changes: Partial<Shown> = {}) =>
  Buffer.from(JSON.stringify({ person: who, seed: seed++, live: 0.9, ...changes }))
const picturesOf = (who: number, changes: Partial<Shown> = {}) => [0, 1, 2].map(() => pictureOf(who, changes))

const owing = () => rig.database.stores.devices.owingReveal(shop.credentials.application_id, device.keyId)
const codeOf = ({ json }: { json: { error?: { code: string } } }) => json.error?.code
const audited = async (count: number) => {
  const records = await rig.database.stores.audit.list(shop.credentials.application_id, { limit: count })
  return records.map(({ outcome }) => outcome).reverse()
}

async function openShop(percent: number, settings: object = {}): Promise<void> {
  shop = await rig.createApplication({ ...settings, spot_check_percent: percent })
  ceremonies = createSpotCheckCeremonies(rig, shop)
  device = createTestDevice()
  person++
  const enrolled = await createDeviceCeremonies(rig, shop).run('enroll', syntheticPerson(person), device, {
    ...('pin_authenticate' in settings ? { pin: '8264' } : {}),
  })
  expect(enrolled.json).toMatchObject({ status: 'ok' })
}

async function signIn(pictures: readonly Buffer[] = picturesOf(person), who = person): Promise<Submitted> {
  const ceremony = await ceremonies.begin(device)
  return ceremonies.submit(ceremony, device, { vectors: framesOf(who), pictures })
}

/** The answer to the pictures, where they were asked for. */
async function checkedSignIn(pictures: readonly Buffer[] = picturesOf(person)) {
  const submitted = await signIn(pictures)
  expect(submitted.answer.json).toEqual({ status: 'reveal', expires_in: 30 })
  return ceremonies.reveal(submitted, device, pictures)
}

const spoof = '{"status":"refused","reason":"spoof"}'

describe.each(engines)('on $name', ({ open }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await open(), analyser, model: { ...testModel, plausibility: null } })
  })
  afterAll(() => rig.close())
  beforeEach(async () => {
    meanwhile = async () => {}
    await openShop(100)
  })

  test('[SK1] a challenge asks for the hashes of pictures where a device signs in and checks may come, and only there', async () => {
    const asked = async (operation: 'enroll' | 'authenticate', by?: TestDevice) => {
      const { session, challenge } = await createDeviceCeremonies(rig, shop).begin({ operation }, by)
      return [session.settings.spot_checked, challenge.level, challenge.crop_commitment]
    }
    const commitment = { crop_size: 256, max_crop_bytes: 40_960 }
    expect(await asked('authenticate', device)).toEqual([true, 'A1', commitment])
    expect(await asked('authenticate', createTestDevice())).toEqual([true, 'A0', null])
    expect(await asked('enroll')).toEqual([false, 'A0', null])
    await openShop(0)
    expect(await asked('authenticate', device)).toEqual([false, 'A1', null])
    shop = await rig.createApplication({ spot_check_percent: 100, min_assurance_authenticate: 'A2' })
    expect(await asked('authenticate')).toEqual([false, 'A2', null])
  })

  test('[SK1] a share is refused where no device signs, so that nobody is led to believe that there are checks', async () => {
    const set = (body: object) =>
      rig.send('PATCH', `/v1/admin/applications/${shop.credentials.application_id}/settings`, {
        authorization: `Bearer ${rig.adminToken}`,
        body,
      })
    const answer = await set({ device_keys: false })
    expect([answer.status, codeOf(answer), answer.json.error.fields]).toEqual([
      422,
      'request_invalid',
      ['spot_check_percent', 'device_keys'],
    ])
    expect((await set({ spot_check_percent: 101 })).status).toBe(422)
    expect((await set({ spot_check_percent: 0, device_keys: false })).status).toBe(200)
  })

  test('[SK1] where they are asked for there is one for each frame, of its time, and no picture goes along', async () => {
    const ceremony = await ceremonies.begin(device)
    const capture = { vectors: framesOf(person), pictures: picturesOf(person) }
    const crops = capture.pictures.map((_, i) => ({ at_ms: i * 200 + 1, sha256: 'ab'.repeat(32) }))
    for (const changes of [{ crops: undefined as never }, { crops }, { crops: [...crops, crops[0]!] }]) {
      const { answer } = await ceremonies.submit(ceremony, device, capture, changes)
      expect([answer.status, codeOf(answer)]).toEqual([422, 'crops_invalid'])
    }
    // What is malformed changes nothing: the challenge is still good.
    expect((await ceremonies.submit(ceremony, device, capture)).answer.json.status).toBe('reveal')
  })

  test('[SK2] [SK4] who shows what was committed to is let in by the server’s vectors, at A1 and no more', async () => {
    const answer = await checkedSignIn()
    expect(answer.json.status).toBe('ok')
    expect(await ceremonies.redeem(answer)).toMatchObject({ assurance: 'A1', factors: 'face+device' })
    expect(await audited(3)).toEqual(['reveal', 'granted', 'ok'])
  })

  test('[SK1] a known device that its challenge does not name gets nowhere, whatever is needed: it would be asked for no pictures', async () => {
    for (const settings of [{}, { min_assurance_authenticate: 'A1' }]) {
      await openShop(100, settings)
      const { begin, submit } = createDeviceCeremonies(rig, shop)
      for (const named of [undefined, createTestDevice()]) {
        const ceremony = await begin({ operation: 'authenticate' }, named)
        expect(ceremony.challenge.crop_commitment).toBeNull()
        for (const changes of [{}, { device: undefined }]) {
          const answer = await submit(ceremony, syntheticPerson(person), device, changes)
          expect([answer.status, codeOf(answer)]).toEqual([409, 'binding_mismatch'])
        }
      }
    }
  })

  test('[SK2] nobody is asked who would not be let in anyway, and the answer is that of ever', async () => {
    looked = 0
    const { answer } = await signIn(picturesOf(1), 1)
    expect([answer.text, looked]).toEqual(['{"status":"refused","reason":"not_recognised"}', 0])
    expect(await owing()).toEqual([])
  })

  test('[SK2] what was granted in the trial is undone: no result, no code, the session still open', async () => {
    const submitted = await signIn()
    expect(submitted.answer.json.result_code).toBeUndefined()
    const { session } = submitted.ceremony
    expect(await rig.database.stores.sessions.isUsedUp(shop.credentials.application_id, session.session_id)).toBe(false)
    expect(await audited(1)).toEqual(['reveal'])
  })

  test('[SK2] at 0 % nobody is asked', async () => {
    await openShop(0)
    for (let i = 0; i < 20; i++) expect((await signIn()).answer.json).toMatchObject({ status: 'ok' })
  })

  test('[SK3] 20 of 20 who invent the hashes are refused, and each is written down', async () => {
    for (let i = 0; i < 20; i++) {
      const ceremony = await ceremonies.begin(device)
      const pictures = picturesOf(person)
      const crops = [0, 200, 400].map((atMs, j) => ({ at_ms: atMs, sha256: `${10 + i}${10 + j}`.repeat(16) }))
      const submitted = await ceremonies.submit(ceremony, device, { vectors: framesOf(person), pictures }, { crops })
      expect((await ceremonies.reveal(submitted, device, pictures)).text).toBe(spoof)
      expect(await audited(2)).toEqual([i === 0 ? 'reveal' : 'reveal_owed', 'crops'])
    }
  })

  test('[SK3] who was asked and has nothing to show is asked each time, however small the share, until they show it', async () => {
    await openShop(100)
    expect((await signIn()).answer.json.status).toBe('reveal')
    const { application_id: id } = shop.credentials
    const { settings } = (await rig.database.stores.applications.find(id))!
    await rig.database.stores.applications.updateSettings(id, { ...settings, spot_check_percent: 1 })
    for (let i = 0; i < 5; i++) expect((await signIn()).answer.json.status).toBe('reveal')
    expect(await audited(1)).toEqual(['reveal_owed'])
    expect((await checkedSignIn()).json.status).toBe('ok')
    expect(await owing()).toEqual([])
  })

  test('[SK5] pictures that never come are written down once when the session is over, counted, and owed at the next sign-in', async () => {
    const { missedReveals } = rig.services
    const counted = async () => (await shop.backend('GET', '/v1/stats')).json.spot_checks
    const { ceremony } = await signIn()
    expect((await checkedSignIn()).json.status).toBe('ok')
    const left = await signIn()
    expect(left.answer.json.status).toBe('reveal')
    rig.clock.advance(31)
    await missedReveals.record()
    expect(await counted()).toEqual({ asked: 3, missed: 0 })
    expect((await ceremonies.reveal(left, device, picturesOf(person))).text).toBe(spoof)

    rig.clock.advance(900)
    await Promise.all([missedReveals.record(), missedReveals.record()])
    expect(await counted()).toEqual({ asked: 3, missed: 1 })
    const { records } = (await shop.backend('GET', '/v1/audit?limit=1')).json
    expect(records).toMatchObject([{ outcome: 'reveal_missed', session_id: ceremony.session.session_id }])
    expect(await missedReveals.record()).toBe(0)
    expect(await owing()).toHaveLength(1)
    const { application_id: id } = shop.credentials
    const { settings } = (await rig.database.stores.applications.find(id))!
    await rig.database.stores.applications.updateSettings(id, { ...settings, spot_check_percent: 1 })
    expect((await signIn()).answer.json.status).toBe('reveal')
    expect(await audited(1)).toEqual(['reveal_owed'])
  })

  test('[SK3] what one person owes nobody else shows, though the device is theirs too and their pictures are right', async () => {
    const owner = person
    expect((await signIn()).answer.json.status).toBe('reveal')
    const owed = await owing()
    person++
    const enrolled = await createDeviceCeremonies(rig, shop).run('enroll', syntheticPerson(person), device)
    expect(enrolled.json.status).toBe('ok')
    expect((await checkedSignIn()).json.status).toBe('ok')
    expect([owed.length, await owing()]).toEqual([1, owed])
    const ceremony = await ceremonies.begin(device)
    const pictures = picturesOf(owner)
    const submitted = await ceremonies.submit(ceremony, device, { vectors: framesOf(owner), pictures })
    expect((await ceremonies.reveal(submitted, device, pictures)).json.status).toBe('ok')
    expect(await owing()).toEqual([])
  })

  test('[SK3] of 10 that are sent at once the first is drawn by lot, and the others owe already', async () => {
    const begun = await Promise.all(Array.from({ length: 10 }, () => ceremonies.begin(device)))
    const captures = begun.map(() => ({ vectors: framesOf(person), pictures: picturesOf(person) }))
    const sent = begun.map((ceremony, i) => ceremonies.submit(ceremony, device, captures[i]!))
    expect((await Promise.all(sent)).every(({ answer }) => answer.json.status === 'reveal')).toBe(true)
    const outcomes = await audited(10)
    expect(outcomes).toEqual(['reveal', ...Array.from({ length: 9 }, () => 'reveal_owed')])
  })

  test.for<[string, Partial<Shown>, string]>([
    ['no live face', { live: 0.1 }, 'pad'],
    ['another person than the client says', { person: 2 }, 'parity'],
    ['one picture for all', { seed: 5 }, 'still'],
    ['another size', { size: 200 }, 'crops'],
  ])('[SK4] %s: refused as spoof, and why is in the audit record alone', async ([, changes, fault]) => {
    expect((await checkedSignIn(picturesOf(person, changes))).text).toBe(spoof)
    expect(await audited(1)).toEqual([fault])
  })

  test('[SK4] two people in the pictures, one frame compressed anew, no JPEG: refused as spoof', async () => {
    expect((await checkedSignIn([...picturesOf(person).slice(1), pictureOf(3)])).text).toBe(spoof)
    const still = [0, 1, 2].map((i) => Buffer.from(JSON.stringify({ person, seed: 7, live: 0.9 + i / 100 })))
    expect((await checkedSignIn(still)).text).toBe(spoof)
    expect((await checkedSignIn([...picturesOf(person).slice(1), Buffer.from('GIF89a')])).text).toBe(spoof)
    expect((await audited(6)).filter((outcome) => !outcome.startsWith('reveal'))).toEqual(['mixed', 'still', 'crops'])
  })

  test.for([{ faces: 0 }, { faces: 2 }])(
    '[SK4] a picture with %j decides nothing, and the pictures are still owed',
    async (changes) => {
      expect((await checkedSignIn(picturesOf(person, changes))).json).toEqual({ status: 'retry' })
      expect(await owing()).toHaveLength(1)
    },
  )

  test('[SK3] one byte more, one picture less, two in each other’s place: not what was committed to', async () => {
    const spoil: ((pictures: readonly Buffer[]) => readonly Buffer[])[] = [
      ([first, ...rest]) => [Buffer.concat([first!, Buffer.of(32)]), ...rest],
      (pictures) => pictures.slice(1),
      ([a, b, c]) => [b!, a!, c!],
      (pictures) => [...pictures, pictures[0]!],
      () => [],
    ]
    for (const change of spoil) {
      const pictures = picturesOf(person)
      const submitted = await signIn(pictures)
      expect((await ceremonies.reveal(submitted, device, change(pictures))).text).toBe(spoof)
    }
  })

  test('[SK3] pictures are shown once, in their session, with the same bytes, by the same key, and in time', async () => {
    const pictures = picturesOf(person)
    const submitted = await signIn(pictures)
    const elsewhere = await ceremonies.begin(device)
    const wrongs: [object, TestDevice, string][] = [
      [{ ceremony: elsewhere }, device, 'binding_mismatch'],
      [{ text: submitted.text.replace('"at_ms":200', '"at_ms":201') }, device, 'binding_mismatch'],
      [{}, createTestDevice(), 'signature_invalid'],
    ]
    looked = 0
    for (const [changes, signer, code] of wrongs) {
      const answer = await ceremonies.reveal(submitted, signer, pictures, changes)
      expect([answer.status < 500, codeOf(answer), looked]).toEqual([true, code, 0])
    }
    expect((await ceremonies.reveal(submitted, device, pictures)).json.status).toBe('ok')
    const again = await ceremonies.reveal(submitted, device, pictures)
    expect([again.status, codeOf(again)]).toEqual([409, 'challenge_used'])
    const late = await signIn(pictures.map(() => pictureOf(person)))
    rig.clock.advance(31)
    looked = 0
    expect((await ceremonies.reveal(late, device, picturesOf(person))).text).toBe(spoof)
    expect([await audited(1), looked]).toEqual([['late'], 0])
  })

  test('[SK3] nothing is shown that was not asked for', async () => {
    await openShop(0)
    const submitted = await signIn([])
    const answer = await ceremonies.reveal(submitted, device, picturesOf(person))
    expect([answer.status, codeOf(answer)]).toEqual([404, 'challenge_unknown'])
  })

  test('[SK2] the same submission draws once: 20 repeats, also at once, are refused', async () => {
    await openShop(1)
    const ceremony = await ceremonies.begin(device)
    const capture = { vectors: framesOf(person), pictures: picturesOf(person) }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ceremonies.submit(ceremony, device, capture).then(({ answer }) => answer)),
    )
    const codes = answers.map((answer) => codeOf(answer) ?? answer.json.status).sort()
    expect(codes.slice(0, 19)).toEqual(Array.from({ length: 19 }, () => 'challenge_used'))
    expect(['ok', 'reveal']).toContain(codes[19])
  })

  test('[SK3] of 20 reveals at once one is looked at', async () => {
    const pictures = picturesOf(person)
    const submitted = await signIn(pictures)
    looked = 0
    const answers = await Promise.all(Array.from({ length: 20 }, () => ceremonies.reveal(submitted, device, pictures)))
    expect(answers.filter(({ json }) => json.status === 'ok')).toHaveLength(1)
    expect(looked).toBe(pictures.length)
    expect(answers.every(({ status }) => status < 500 || status === 503)).toBe(true)
  })

  test('[SK3] pictures are taken before they are looked at: a crash in between costs them', async () => {
    const pictures = picturesOf(person)
    const submitted = await signIn(pictures)
    meanwhile = () => Promise.reject(new MienError('OVERLOADED'))
    expect((await ceremonies.reveal(submitted, device, pictures)).status).toBe(503)
    meanwhile = async () => {}
    expect(codeOf(await ceremonies.reveal(submitted, device, pictures))).toBe('challenge_used')
    expect((await checkedSignIn()).json.status).toBe('ok')
  })

  test('[SK2] a device that was taken away meanwhile shows nothing', async () => {
    const pictures = picturesOf(person)
    const submitted = await signIn(pictures)
    const [row] = await rig.database.stores.devices.findAll(shop.credentials.application_id, device.keyId)
    await rig.database.stores.devices.setStatus(shop.credentials.application_id, row!.id, 'revoked')
    expect(codeOf(await ceremonies.reveal(submitted, device, pictures))).toBe('signature_invalid')
  })

  test('[SK4] a PIN comes after the pictures, and is as good as without them', async () => {
    await openShop(100, { pin_authenticate: 'always' })
    const asked = await checkedSignIn()
    expect(asked.json.status).toBe('step_up')
  })
})
