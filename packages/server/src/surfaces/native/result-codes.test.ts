import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

/** Hundreds of requests, each with a transaction of its own. */
const patience = { timeout: 180_000 }
const verifier = 'v'.repeat(64)
const challengeOf = (text: string) => createHash('sha256').update(text).digest('base64url')
const randomCode = () => randomBytes(32).toString('base64url')

describe.each(engines)('on $name', ({ name, open }) => {
  let rig: TestApp
  let shop: TestApplication
  let other: TestApplication
  let seed = 0
  beforeAll(async () => {
    rig = await openTestApp({ database: await open() })
    shop = await rig.createApplication()
    other = await rig.createApplication()
  })
  afterAll(() => rig.close())

  const grant = async (request: object = {}): Promise<string> => {
    const outcome = await shop.run({ operation: 'enroll', ...request }, syntheticPerson(++seed))
    return (outcome as { result_code: string }).result_code
  }
  const redeem = (who: TestApplication, result_code: string, code_verifier?: string) =>
    who.backend('POST', '/v1/results/redeem', { result_code, code_verifier })
  const withCredential = (authorization: string, result_code: string) =>
    rig.send('POST', '/v1/results/redeem', { authorization, body: { result_code } })

  test(
    'SEC-06, CE24, CE25: a code that is forged, used, somebody else’s, late or without its verifier gives nothing',
    patience,
    async () => {
      const refused: Record<string, number> = {}
      let accepted = 0
      const attempt = async (what: string, sent: Promise<{ status: number; text: string }>) => {
        const { status, text } = await sent
        if (status < 400) accepted++
        else refused[what] = (refused[what] ?? 0) + 1
        expect(status, what).toBeLessThan(500)
        expect(text, what).not.toMatch(/assertion|facial_id/)
      }

      const good = await grant()
      for (let i = 0; i < 200; i++) await attempt('forged', redeem(shop, randomCode()))
      for (let i = 0; i < good.length; i++) {
        const letter = good[i] === 'A' ? 'Q' : 'A'
        await attempt('altered', redeem(shop, good.slice(0, i) + letter + good.slice(i + 1)))
      }
      for (const shape of ['', good.slice(1), `${good}=`, `${good}A`, good.toUpperCase(), ` ${good}`, `${good}\0`]) {
        await attempt('misshapen', redeem(shop, shape))
      }
      await attempt('another tenant', redeem(other, good))
      for (const authorization of [`Public ${shop.credentials.public_id}`, `Bearer ${shop.credentials.public_id}`]) {
        await attempt('a page', withCredential(authorization, good))
      }
      const { session } = await shop.begin({ operation: 'authenticate' })
      await attempt('a page', withCredential(`Session ${session.client_token}`, good))
      expect((await redeem(shop, good)).status).toBe(200)
      for (let i = 0; i < 20; i++) await attempt('used before', redeem(shop, good))

      const bound = await grant({ code_challenge: challengeOf(verifier) })
      for (const wrong of [undefined, 'w'.repeat(64), verifier.slice(1), challengeOf(verifier), `${verifier}v`]) {
        await attempt('another verifier', redeem(shop, bound, wrong))
      }
      expect((await redeem(shop, bound, verifier)).status).toBe(200)
      await attempt('a verifier for none', redeem(shop, await grant(), verifier))

      const late = await grant()
      rig.clock.advance(60)
      await attempt('late', redeem(shop, late))

      expect(accepted).toBe(0)
      const figures = Object.entries(refused).map(([what, count]) => `${what} ${count}`)
      console.log(`SEC-06 (${name}): 0 accepted; refused: ${figures.join(', ')}`)
    },
  )

  test('SEC-06, CE24: of 20 redemptions at once of each of 25 codes exactly 25 succeed', patience, async () => {
    let accepted = 0
    for (let i = 0; i < 25; i++) {
      const code = await grant()
      const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(shop, code)))
      const won = answers.filter(({ status }) => status === 200)
      expect(won).toHaveLength(1)
      expect(answers.filter(({ json }) => json.error?.code === 'result_used')).toHaveLength(19)
      accepted += won.length
    }
    console.log(`SEC-06 (${name}): 25 codes x 20 at once: ${accepted} accepted`)
  })
})
