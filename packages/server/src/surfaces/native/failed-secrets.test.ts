import { MienError } from '@mien/shared/errors'
import { expect, test } from 'vitest'
import { openTestApp, pageOrigin } from '../../../../../test/contract/test-app.ts'
import { testVault as vault } from '../../../../../test/contract/test-vault.ts'
import { openNewDatabase } from '../../db/new-database.fixture.ts'

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

test('[GU23] what has expired was somebody’s, and what fails by our fault is nobody’s: neither costs a try', async () => {
  const database = await openNewDatabase({ vault })
  let isAway = false
  const findByToken: typeof database.stores.sessions.findByToken = async (digest) => {
    if (isAway) throw new MienError('DATABASE_UNAVAILABLE')
    return database.stores.sessions.findByToken(digest)
  }
  const sessions = { ...database.stores.sessions, findByToken }
  const rig = await openTestApp({
    database: { ...database, stores: { ...database.stores, sessions } },
    apiCallsPerMinute: 6,
  })
  const shop = await rig.createApplication()
  const { client_token: token } = (await shop.openSession({ operation: 'authenticate' })).json
  const ask = (authorization = `Session ${token}`) =>
    rig.send('POST', '/v1/challenges', { authorization, body: {}, from: '203.0.113.7' })
  isAway = true
  for (let i = 0; i < 10; i++) expect((await ask()).status).toBe(503)
  isAway = false
  rig.clock.advance(3600)
  for (let i = 0; i < 10; i++) expect((await ask()).json.error.code).toBe('session_expired')
  for (let i = 0; i < 6; i++) expect((await ask('Session nobodysnobodysnobody')).status).toBe(401)
  expect((await ask()).status).toBe(429)
  await rig.close()
})
