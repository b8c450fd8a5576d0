import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestApp } from '../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../test/fixtures/synthetic-templates.ts'
import { openNewDatabase } from './db/new-database.fixture.ts'
import { createVault } from './domain/vault.ts'
import { openMasterKey } from './master-key.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mien-key-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const nothing = { masterKey: null, otherMasterKey: null, masterKeyCommand: null }
const [one, two] = ['11'.repeat(32), '22'.repeat(32)]
const vaultOf = (hex: string, ...others: string[]) =>
  createVault(
    Buffer.from(hex, 'hex'),
    others.map((other) => Buffer.from(other, 'hex')),
  )
const refused = expect.objectContaining({ code: 'CONFIG_INVALID' })

test('[KE9] a command says the master key: without a shell, with a limit, and nothing of what it says is repeated', () => {
  const script = join(dataDir, 'say')
  const say = (text: string) => writeFileSync(script, `#!/bin/sh\n${text}\n`, { mode: 0o700 })
  const open = (masterKeyCommand: string) => openMasterKey({ dataDir, ...nothing, masterKeyCommand }).vault
  say(`echo ${one}`)
  const sealed = vaultOf(one).seal('x', Buffer.from('secret'))
  expect(Buffer.from(open(script).open('x', sealed)).toString()).toBe('secret')
  say('echo "$1"')
  expect(Buffer.from(open(`${script} ${one}`).open('x', sealed)).toString()).toBe('secret')
  expect(() => open(`${script} ${one};true`)).toThrow(refused)
  for (const bad of ['exit 1', 'echo short', `echo ${one}; exit 3`, 'true']) {
    say(bad)
    expect(() => open(script)).toThrow(refused)
  }
  expect(() => open(join(dataDir, 'missing'))).toThrow(refused)
  expect(existsSync(join(dataDir, 'master.key'))).toBe(false)
})

test('[KE9] the file is made once, for its owner alone', () => {
  const sealed = openMasterKey({ dataDir, ...nothing }).vault.seal('x', Buffer.from('secret'))
  expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600)
  expect(Buffer.from(openMasterKey({ dataDir, ...nothing }).vault.open('x', sealed)).toString()).toBe('secret')
})

test('[KE10] the master key is replaced while the server runs, killed on the way too: nothing needs the old one after', async () => {
  const { vault, holder } = openMasterKey({ dataDir, ...nothing })
  const database = await openNewDatabase({ vault })
  const rig = await openTestApp({ database, masterKey: holder, vault })
  const shop = await rig.createApplication()
  const ada = await shop.enroll(syntheticPerson(1), { payload: 'of Ada' })
  await shop.backend('POST', '/v1/webhooks', { url: 'https://a.example/hook', events: ['enroll'] })
  const oldKey = readFileSync(join(dataDir, 'master.key'), 'utf8').trim()

  // Killed after the new key was made and before anything lies under it: the next start opens both.
  holder.replace()
  const again = openMasterKey({ dataDir, ...nothing })
  const sealedBefore = vaultOf(oldKey).seal('x', Buffer.from('secret'))
  expect(Buffer.from(again.vault.open('x', sealedBefore)).toString()).toBe('secret')
  expect(() => again.vault.derivedRoot('app')).toThrow(refused)
  const newKey = readFileSync(join(dataDir, 'master.key'), 'utf8').trim()
  expect(newKey).not.toBe(oldKey)

  const admin = { authorization: `Bearer ${rig.adminToken}` }
  const rotated = await rig.send('POST', '/v1/admin/master-key', { ...admin, body: {} })
  expect([rotated.status, rotated.json.resealed]).toEqual([200, expect.any(Number)])
  // Two of the application, one that signs, one of a webhook; the audit log's where it has one.
  expect(rotated.json.resealed).toBeGreaterThanOrEqual(4)
  expect(readFileSync(join(dataDir, 'master.key'), 'utf8').trim()).toBe(newKey)
  expect(existsSync(join(dataDir, 'master.key.old'))).toBe(false)

  expect(await shop.run('authenticate', syntheticPerson(1))).toMatchObject({ status: 'ok' })
  expect((await shop.backend('GET', `/v1/subjects/${ada}`)).json.payload).toBe('of Ada')
  const { webhooks } = rig.database.stores
  const [endpoint] = await webhooks.list(shop.credentials.application_id)
  const label = `webhook|${endpoint!.applicationId}|${endpoint!.id}`
  expect(vaultOf(newKey).open(label, endpoint!.sealedSecrets).length).toBeGreaterThan(0)
  expect(() => vaultOf(oldKey).open(label, endpoint!.sealedSecrets)).toThrow(refused)
  expect(() => vault.open('x', sealedBefore)).toThrow(refused)
  expect(rig.failures).toEqual([])
  await rig.close()
}, 120_000)

test('[KE10] a key from the environment is replaced by giving both: the old one opens until all is sealed again', () => {
  const both = { dataDir, ...nothing, masterKey: two, otherMasterKey: one }
  const { vault, holder } = openMasterKey(both)
  const sealed = vaultOf(one).seal('x', Buffer.from('secret'))
  const fresh = vault.reseal('x', sealed)!
  expect(vaultOf(two).reseal('x', fresh)).toBeNull()
  holder.replace()
  holder.forget()
  expect(() => vault.open('x', sealed)).toThrow(refused)
  const alone = openMasterKey({ dataDir, ...nothing, masterKey: two }).holder
  expect(() => alone.replace()).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
})
