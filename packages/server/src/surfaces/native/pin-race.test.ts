import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import { type Ceremony, openTestApp, pageOrigin } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import type { PinHasher } from '../../domain/ports.ts'

const sessions = 67
const guessesEach = 3
const right = '826401'

/** How often each hash was compared with a PIN; as slow as to let the others overtake. */
function createCountingHasher() {
  const compared = new Map<string, number>()
  const hasher: PinHasher = {
    hash: async (secret) => Buffer.from(secret).toString('hex'),
    async verify(hash, secret) {
      compared.set(hash, (compared.get(hash) ?? 0) + 1)
      await sleep(5)
      return hash === Buffer.from(secret).toString('hex')
    },
  }
  return { hasher, compared }
}

test.each(engines)(
  '[CE30] SEC-20: of 201 PINs at once in 67 sessions ten are looked at, on $name',
  { timeout: 180_000 },
  async ({ name, openOwn }) => {
    const { hasher, compared } = createCountingHasher()
    const rig = await openTestApp({ database: await openOwn(), hasher })
    const shop = await rig.createApplication({ pin_authenticate: 'always' })
    const ada = syntheticPerson(771_000)
    const facialId = await shop.enroll(ada, { pin: right })
    const begun: { ceremony: Ceremony; submissionId: string }[] = []
    for (let i = 0; i < sessions; i++) {
      const ceremony = await shop.begin({ operation: 'authenticate' })
      begun.push({ ceremony, submissionId: (await shop.submit(ceremony, ada)).json.submission_id })
    }
    const guess = ({ ceremony, submissionId }: (typeof begun)[number], pin: string) =>
      rig.send('POST', '/v1/step-ups', {
        authorization: `Session ${ceremony.session.client_token}`,
        headers: { origin: pageOrigin },
        body: { submission_id: submissionId, pin },
      })
    const guesses = begun.flatMap((each, i) =>
      Array.from({ length: guessesEach }, (_, j) => guess(each, String(100_000 + i * guessesEach + j))),
    )
    const reasons = (await Promise.all(guesses)).map(({ json }) => json.reason)
    const { hash } = (await rig.database.stores.pins.reserve(shop.credentials.application_id, [facialId], 1000))[0]!
    const evaluated = compared.get(hash) ?? 0
    console.log(`SEC-20 on ${name}: ${evaluated} of ${guesses.length} PINs evaluated, limit 10`)
    expect(evaluated).toBe(10)
    expect(reasons.filter((reason) => reason === 'pin_wrong')).toHaveLength(10)
    expect(reasons.filter((reason) => reason === 'not_recognised')).toHaveLength(guesses.length - 10)
    // Those that were not looked at cost as many hashes as those that were.
    expect([...compared.values()].reduce((sum, count) => sum + count, 0)).toBe(guesses.length)
    expect(rig.failures).toEqual([])
    await rig.close()
  },
)
