import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testModel } from '../../../../test/contract/test-app.ts'
import type { Application, Credential } from '../domain/model.ts'
import type { CredentialHolder, Database } from '../domain/ports.ts'
import { defaultSettings } from '../domain/settings.ts'
import { rowId, sha256 } from '../domain/tokens.ts'
import { createVault } from '../domain/vault.ts'
import { openNewDatabase } from './new-database.fixture.ts'
import { rememberHolders } from './remember-holders.ts'

const createdAt = new Date('2026-11-22T12:00:00Z')

let plain: Database
let database: Database
let application: Application
let credential: Credential
let digest: Uint8Array
/** Asked of the database itself. */
let asked: number
/** What an answer of it waits for. */
let held: Promise<void>

beforeAll(async () => {
  plain = await openNewDatabase({ vault: createVault(randomBytes(32)) })
})

afterAll(() => plain.close())

beforeEach(async () => {
  digest = new Uint8Array(sha256(rowId()))
  asked = 0
  held = Promise.resolve()
  const { credentials } = plain.stores
  const counting: Database['stores']['credentials'] = {
    ...credentials,
    async findByDigest(...of) {
      asked++
      const found = await credentials.findByDigest(...of)
      await held
      return found
    },
  }
  database = rememberHolders({ ...plain, stores: { ...plain.stores, credentials: counting } })
  const settings = defaultSettings(testModel, ['https://a.example'])
  application = { id: rowId(), publicId: rowId(), name: 'A', settings, createdAt }
  const gallery = { applicationId: application.id, id: rowId(), name: 'default', createdAt }
  const of = { applicationId: application.id, galleryId: gallery.id, kind: 'ufme', name: 'default' } as const
  credential = { ...of, id: rowId(), clientId: null, scopes: [], secretDigest: digest, createdAt }
  await database.stores.applications.insert(application)
  await database.stores.galleries.insert(gallery)
  await database.stores.credentials.put(credential)
})

const holder = (): Promise<CredentialHolder | undefined> => database.stores.credentials.findByDigest('ufme', digest)
const nameOf = async () => (await holder())?.credential.id

/** Closed until it is opened. */
function gate() {
  let resolve = (): void => undefined
  const promise = new Promise<void>((open) => {
    resolve = open
  })
  return { promise, resolve }
}

test('the holder of a key is read once, and nobody is remembered for a key that is not there', async () => {
  expect(await holder()).toEqual({ application, credential: { ...credential, secretDigest: expect.anything() } })
  expect(await nameOf()).toBe(credential.id)
  expect(asked).toBe(1)
  const unknown = () => database.stores.credentials.findByDigest('ufme', sha256('no key'))
  expect([await unknown(), await unknown()]).toEqual([undefined, undefined])
  expect(await database.stores.credentials.findByDigest('ticos', digest)).toBeUndefined()
  expect(asked).toBe(4)
})

const replacement = () => ({ ...credential, id: rowId(), secretDigest: sha256('another key') })

test.each([
  ['replaced', () => database.stores.credentials.put(replacement())],
  ['replaced in a transaction', () => database.transaction(({ credentials }) => credentials.put(replacement()))],
  ['removed', () => database.stores.credentials.remove(application.id, credential.id)],
  ['gone with its application', () => database.stores.applications.remove(application.id)],
  [
    'gone with its application in a transaction',
    () => database.transaction(({ applications }) => applications.remove(application.id)),
  ],
])('a key that was %s opens nothing any more', async (_, change) => {
  expect(await nameOf()).toBe(credential.id)
  await change()
  expect(await nameOf()).toBeUndefined()
})

test.each([
  [
    'by itself',
    (settings: Application['settings']) => database.stores.applications.updateSettings(application.id, settings),
  ],
  [
    'in a transaction',
    (settings: Application['settings']) =>
      database.transaction(({ applications }) => applications.updateSettings(application.id, settings)),
  ],
])('a setting that was changed %s holds from the next request on', async (_, change) => {
  await holder()
  await change({ ...application.settings, prevent_duplicates: !application.settings.prevent_duplicates })
  expect((await holder())?.application.settings.prevent_duplicates).toBe(!application.settings.prevent_duplicates)
})

test('a key that a transaction removed before it was undone is still one', async () => {
  await holder()
  const undone = database.transaction(async ({ credentials }) => {
    await credentials.remove(application.id, credential.id)
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await nameOf()).toBe(credential.id)
})

test('a holder who was read before a change, and came after it, is not remembered', async () => {
  const { promise, resolve } = gate()
  held = promise
  const early = nameOf()
  await plain.stores.credentials.findByDigest('ufme', digest)
  await database.stores.credentials.remove(application.id, credential.id)
  resolve()
  expect(await early).toBe(credential.id)
  expect(await nameOf()).toBeUndefined()
})

test('a key that is asked for while a transaction removes it is not remembered', async () => {
  const { promise: removed, resolve: onRemoved } = gate()
  const { promise: mayEnd, resolve: end } = gate()
  const removing = database.transaction(async ({ credentials }) => {
    await credentials.remove(application.id, credential.id)
    onRemoved()
    await mayEnd
  })
  await removed
  const meanwhile = nameOf()
  end()
  await removing
  await meanwhile
  expect(await nameOf()).toBeUndefined()
})
