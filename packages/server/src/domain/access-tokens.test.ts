import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { requireScope } from './access-tokens.ts'
import type { Caller } from './applications.ts'

let rig: TestApp
let shop: TestApplication
const unauthorized = expect.objectContaining({ code: 'UNAUTHORIZED' })

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication()
})
afterAll(() => rig.close())

async function issueKey(name: string, scopes: readonly string[]): Promise<Caller> {
  const { application_id: id } = shop.credentials
  const { credential } = await rig.services.applications.issueKey(id, { kind: 'uqudo', name, scopes })
  return (await rig.services.applications.findCredential(id, credential.id))!
}

test('[PH7] a token stands for its credential, with its scopes, until it expires', async () => {
  const { accessTokens } = rig.services
  const caller = await issueKey('desk', ['face:search'])
  const { token, scopes, expiresAt } = await accessTokens.issue(caller, 1800)
  expect(scopes).toEqual(['face:search'])
  const read = await accessTokens.read('uqudo', token)
  expect([read.application.id, read.credential.id]).toEqual([caller.application.id, caller.credential.id])
  expect(() => requireScope(read, 'face:search')).not.toThrow()
  expect(() => requireScope(read, 'face:delete')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
  rig.clock.advance((expiresAt.getTime() - rig.clock.now().getTime()) / 1000 + 1)
  await expect(accessTokens.read('uqudo', token)).rejects.toEqual(unauthorized)
})

test('[PH7] a token dies with its credential, and with one of the same name that replaces it', async () => {
  const { accessTokens, applications } = rig.services
  const [removed, replaced] = [await issueKey('removed', []), await issueKey('replaced', [])]
  const tokens = [await accessTokens.issue(removed, 60), await accessTokens.issue(replaced, 60)]
  await applications.removeKey(removed.application.id, removed.credential.id)
  await issueKey('replaced', [])
  for (const { token } of tokens) await expect(accessTokens.read('uqudo', token)).rejects.toEqual(unauthorized)
})

test('[PH7] a token of one dialect, an altered one and an assertion are no tokens of another', async () => {
  const { accessTokens, signer } = rig.services
  const { token } = await accessTokens.issue(await issueKey('other', []), 60)
  await expect(accessTokens.read('idaas', token)).rejects.toEqual(unauthorized)
  const [header, , signature] = token.split('.')
  const forged = Buffer.from(JSON.stringify({ aud: 'mien:uqudo', sub: 'x' })).toString('base64url')
  await expect(accessTokens.read('uqudo', `${header}.${forged}.${signature}`)).rejects.toEqual(unauthorized)
  const assertion = await signer.sign({
    aud: 'mien:uqudo',
    sub: 'x',
    exp: Math.floor(rig.clock.now().getTime() / 1000) + 60,
  })
  await expect(accessTokens.read('uqudo', assertion)).rejects.toEqual(unauthorized)
})
