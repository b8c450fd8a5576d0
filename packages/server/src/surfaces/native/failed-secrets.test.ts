import { expect, test } from 'vitest'
import { openTestApp, pageOrigin } from '../../../../../test/contract/test-app.ts'

const secrets = ['Bearer mk_nobodysnobodysnobodys', 'Public mp_nobodysnobody', 'Session nobodysnobodysnobody']

test('[GU23] secrets that are nobody’s are limited for each address, and those that are somebody’s are not', async () => {
  const rig = await openTestApp({ apiCallsPerMinute: 6 })
  const shop = await rig.createApplication()
  const from = '203.0.113.7'
  const body = { operation: 'authenticate' }
  const headers = { origin: pageOrigin }
  const guess = (i: number) =>
    rig.send('POST', i % 3 === 2 ? '/v1/challenges' : '/v1/sessions', {
      authorization: secrets[i % 3]!,
      body: i % 3 === 2 ? {} : body,
      headers,
      from,
    })
  const known = { authorization: `Bearer ${shop.credentials.secret_key}`, from }
  for (let i = 0; i < 20; i++) expect((await rig.send('GET', '/v1/settings', known)).status).toBe(200)
  const guessed = await Promise.all(Array.from({ length: 12 }, (_, i) => guess(i)))
  expect(guessed.filter(({ status }) => status === 401)).toHaveLength(6)
  const refused = guessed.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(6)
  expect(refused[0]!.headers.get('retry-after')).toMatch(/^\d+$/)
  expect((await rig.send('GET', '/v1/settings', known)).status).toBe(429)
  expect((await rig.send('GET', '/v1/settings', { ...known, from: '203.0.113.8' })).status).toBe(200)
  await rig.close()
})
