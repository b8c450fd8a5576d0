import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice } from '../../../../../test/fixtures/test-device.ts'

const pin = '836195'

describe.each(engines)('a face that is recognised and lets nobody in, on $name', ({ open }) => {
  let rig: TestApp
  let seed = 650_000
  const newPerson = () => syntheticPerson(++seed)

  beforeAll(async () => {
    rig = await openTestApp({ database: await open() })
  })
  afterAll(() => rig.close())

  const openShop = async (settings: object) => {
    const shop = await rig.createApplication({ prevent_duplicates: false, ...settings })
    return { shop, ceremonies: createDeviceCeremonies(rig, shop) }
  }
  const lockouts = async (shop: TestApplication): Promise<string[]> => {
    const { records } = (await shop.backend('GET', '/v1/audit?limit=100')).json
    return records.flatMap((each: { event: string; outcome: string }) =>
      each.event === 'lockout' ? [each.outcome] : [],
    )
  }
  const signIn = async (shop: TestApplication, facialId: string, person: Float32Array) => {
    const ceremony = await shop.begin({ operation: 'authenticate', facial_id: facialId })
    return { ceremony, answer: await shop.submit(ceremony, person) }
  }
  const fail = async (times: number, shop: TestApplication, facialId: string) => {
    for (let i = 0; i < times; i++) {
      expect((await signIn(shop, facialId, newPerson())).answer.json.reason).toBe('not_recognised')
    }
  }

  test('[GU2] one whose PIN did not come is no success: the failures before it count on', async () => {
    const { shop } = await openShop({ pin_authenticate: 'always' })
    const ada = newPerson()
    const facialId = await shop.enroll(ada, { pin })
    await fail(4, shop, facialId)
    expect((await signIn(shop, facialId, ada)).answer.json.status).toBe('step_up')
    await fail(1, shop, facialId)
    expect(await lockouts(shop)).toEqual(['new_device'])
    expect((await signIn(shop, facialId, ada)).answer.json.reason).toBe('not_recognised')
  })

  test('[GU2] with the right PIN it is, and a wrong one is not', async () => {
    const { shop, ceremonies } = await openShop({ pin_authenticate: 'always' })
    const ada = newPerson()
    const facialId = await shop.enroll(ada, { pin })
    await fail(4, shop, facialId)
    const { ceremony, answer } = await signIn(shop, facialId, ada)
    expect((await ceremonies.stepUp(ceremony, answer, '111111')).json.reason).toBe('pin_wrong')
    expect((await ceremonies.stepUp(ceremony, answer, pin)).json.status).toBe('ok')
    await fail(4, shop, facialId)
    expect(await lockouts(shop)).toEqual([])
    const again = await signIn(shop, facialId, ada)
    expect((await ceremonies.stepUp(again.ceremony, again.answer, '111111')).json.reason).toBe('pin_wrong')
    await fail(1, shop, facialId)
    expect(await lockouts(shop)).toEqual(['new_device'])
  })

  const nobodyLetIn: readonly [string, object][] = [
    ['who has no second factor', { pin_authenticate: 'always' }],
    ['whose device is not known yet', { min_assurance_authenticate: 'A1', new_device: 'approval' }],
  ]
  test.each(nobodyLetIn)('[GU2] nor is one of a person %s', async (_, settings) => {
    const { shop, ceremonies } = await openShop(settings)
    const [ada, known, unknown] = [newPerson(), createTestDevice(), createTestDevice()]
    const { json } = await ceremonies.run('enroll', ada, known)
    const redeemed = await shop.backend('POST', '/v1/results/redeem', { result_code: json.result_code })
    const facialId = redeemed.json.facial_id as string
    const tryWith = async (person: Float32Array) =>
      (
        await ceremonies.submit(
          await ceremonies.begin({ operation: 'authenticate', facial_id: facialId }, unknown),
          person,
          unknown,
        )
      ).json.reason
    for (let i = 0; i < 4; i++) expect(await tryWith(newPerson())).toBe('not_recognised')
    expect(await tryWith(ada)).toBe('not_recognised')
    expect(await lockouts(shop)).toEqual([])
    expect(await tryWith(newPerson())).toBe('not_recognised')
    expect(await lockouts(shop)).toEqual(['new_device'])
  })
})
