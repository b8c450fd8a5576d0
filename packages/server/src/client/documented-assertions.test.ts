import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { assuranceLevels } from '@mien/shared/api/fields'
import { createLocalJWKSet, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'

type Verify = (assertion: string, nonce?: string) => Promise<JWTPayload>
interface Recipe {
  readonly createVerifier: (options: { server: string; applicationId: string; keys: unknown }) => Verify
}

const document = readFileSync(new URL('../../docs/ASSERTIONS.md', import.meta.url), 'utf8')
const cache = fileURLToPath(new URL('../../../../test/.cache', import.meta.url))
const nonce = 'n'.repeat(22)
let folder: string
let rig: TestApp
let shop: TestApplication
let signIn: string
let enrolment: string

/** The code of the document as modules: each block begins with the name of its file. */
beforeAll(async () => {
  mkdirSync(cache, { recursive: true })
  // Inside the repository, so that packages are found.
  folder = mkdtempSync(join(cache, 'assertions-'))
  for (const [, name, code] of document.matchAll(/```js\n\/\/ (\S+)\n([\s\S]*?)```/g)) {
    writeFileSync(join(folder, name!), code!)
  }
  rig = await openTestApp()
  shop = await rig.createApplication()
  const person = syntheticPerson(1)
  enrolment = await redeem(await shop.run({ operation: 'enroll', nonce }, person))
  signIn = await redeem(await shop.run({ operation: 'authenticate', nonce }, person))
})
afterAll(async () => {
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: rig.clock.now() })
})
afterEach(() => {
  vi.useRealTimers()
})

async function redeem(outcome: object): Promise<string> {
  const { result_code } = outcome as { result_code: string }
  return (await shop.backend('POST', '/v1/results/redeem', { result_code })).json.assertion
}

/** The server's own claims with others besides, signed by its own key: what a level above A0 looks like. */
const resign = (changes: JWTPayload) => {
  const claims = JSON.parse(Buffer.from(signIn.split('.')[1]!, 'base64url').toString()) as JWTPayload
  return rig.services.signer.sign({ ...claims, ...changes })
}

describe.each(['verify-node.mjs', 'verify-jose.mjs'])('AS5: the documented %s', (file) => {
  let verify: Verify
  beforeAll(async () => {
    const recipe: Recipe = await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)
    const keySet = (await rig.send('GET', '/.well-known/jwks.json')).json
    const keys = file === 'verify-node.mjs' ? keySet : createLocalJWKSet(keySet)
    verify = recipe.createVerifier({ server: 'mien', applicationId: shop.credentials.application_id, keys })
  })

  test('takes a sign-in with enough evidence, offline', async () => {
    const claims = await verify(await resign({ assurance: 'A1' }), nonce)
    expect(claims).toMatchObject({ operation: 'authenticate', nonce, amr: ['face'], model_id: 'test-512' })
  })

  test('refuses what is not one', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const forged = new SignJWT({ assurance: 'A3', operation: 'authenticate' })
      .setProtectedHeader({ alg: 'ES256', typ: 'mien-assertion+jwt' })
      .setIssuer('mien')
      .sign(privateKey)
    const [a1, ...parts] = [await resign({ assurance: 'A1' }), ...signIn.split('.')]
    const refused = {
      'level A0': signIn,
      'an enrolment': enrolment,
      'another application': await resign({ assurance: 'A1', aud: 'other' }),
      'another server': await resign({ assurance: 'A1', iss: 'other' }),
      'another nonce': await resign({ assurance: 'A1', nonce: 'm'.repeat(22) }),
      'an expired one': await resign({ assurance: 'A1', exp: 1 }),
      'an access token': await rig.services.signer.sign({ assurance: 'A1', operation: 'authenticate' }, 'at+jwt'),
      'another key': await forged,
      'an altered one': `${a1.split('.')[0]}.${parts[1]}.${a1.split('.')[2]}`,
      'no signature': `${Buffer.from('{"alg":"none","typ":"mien-assertion+jwt"}').toString('base64url')}.${parts[1]}.`,
    }
    for (const [what, assertion] of Object.entries(refused)) {
      await expect(verify(assertion, nonce), what).rejects.toThrow()
    }
  })
})

test('AS5: the levels of the document are those of the contract, in their order', () => {
  const rows = [...document.matchAll(/^\| (A\d) \|/gm)].map(([, level]) => level)
  expect(rows).toEqual([...assuranceLevels])
})
