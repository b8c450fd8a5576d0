import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { ChangeKind, Database } from '../domain/ports.ts'
import { createSigner } from '../domain/signer.ts'
import { createSigningKeys } from '../domain/signing-keys.ts'
import { createChangeFeed } from './change-feed.ts'
import { createExactSearch, type ExactSearch } from './exact-search.ts'
import { listenTo } from './listener.ts'
import { enroll, newSpace } from './new-space.fixture.ts'
import { createOwnPostgres, type OwnPostgres } from './own-postgres.fixture.ts'
import { openPostgres } from './postgres.ts'
import { startTcpShim, type TcpShim } from './tcp-shim.fixture.ts'

const serverUrl = process.env.TEST_DATABASE_URL

test('[MS7] changes of one gallery that come close together are followed together, and a feed that has stopped follows none', async () => {
  const followed: (readonly string[] | 'all')[] = []
  const feed = createChangeFeed(async (ids) => {
    followed.push(ids === undefined ? 'all' : [...ids])
  })
  const told: ChangeKind[] = []
  const end = feed.subscribe((kind) => told.push(kind))
  for (const payload of ['faces a', 'faces b', 'faces a', 'signing_keys', 'something newer']) feed.take(payload)
  await expect.poll(() => followed).toEqual([['a', 'b']])
  expect(told).toEqual(['signing_keys'])
  feed.takeAll()
  await expect.poll(() => followed).toEqual([['a', 'b'], 'all'])
  end()
  feed.take('faces c')
  await feed.stop()
  feed.take('faces d')
  expect([followed.length, told.length]).toEqual([2, 3])
})

test('[MS7] what is told while galleries are followed is followed once, after that', async () => {
  const followed: (readonly string[])[] = []
  const ends: (() => void)[] = []
  const feed = createChangeFeed((ids) => {
    followed.push([...(ids ?? [])])
    return new Promise((resolve) => ends.push(resolve))
  })
  feed.take('faces a')
  await expect.poll(() => followed).toEqual([['a']])
  // Each after more than the time in which changes are gathered.
  for (const id of ['b', 'c', 'd']) {
    feed.take(`faces ${id}`)
    await sleep(150)
  }
  for (const end of ends) end()
  await expect.poll(() => followed).toEqual([['a'], ['b', 'c', 'd']])
  for (const end of ends) end()
  await feed.stop()
  expect(followed.length).toBe(2)
})

describe.runIf(serverUrl)('changes that another server commits', () => {
  let own: OwnPostgres
  let shim: TcpShim
  let search: ExactSearch
  let [here, there]: Database[] = []
  const told: ChangeKind[] = []

  beforeAll(async () => {
    own = await createOwnPostgres(serverUrl!)
    shim = await startTcpShim(own.url)
    here = await openPostgres(own.url, { vault })
    there = await openPostgres(shim.url, {
      vault,
      createSearch(db) {
        search = createExactSearch(db, { maxBytes: 64 * 2 ** 20 })
        return search
      },
    })
    there.onChange((kind) => told.push(kind))
    await vi.waitFor(() => expect(told).toContain('deliveries'), 10_000)
  })
  beforeEach(() => {
    told.length = 0
  })
  afterAll(async () => {
    for (const database of [here, there]) await database?.close()
    await shim?.close()
    await own?.drop()
  })

  test('[MS7] whoever was erased over one server leaves the memory of another one, without a search there', async () => {
    const space = await newSpace(here!.stores)
    await here!.stores.galleries.choose(space.applicationId, space.galleryId, { searchEngine: 'memory' })
    const [ada, bob] = [await enroll(here!.stores, space, 1), await enroll(here!.stores, space, 2)]
    const held = () => search.memory.find(space)?.block?.size
    await there!.stores.index.nearest({ ...space, vector: syntheticPerson(1), limit: 1 })
    await search.loader.settled()
    expect(held()).toBe(2)
    await here!.transaction(({ subjects }) => subjects.remove(space.applicationId, ada.subjectId))
    await expect.poll(held).toBe(1)
    await here!.transaction(({ subjects }) => subjects.remove(space.applicationId, bob.subjectId))
    // A block of nobody is none.
    await expect.poll(held).toBeUndefined()

    await enroll(here!.stores, space, 3)
    await there!.stores.index.nearest({ ...space, vector: syntheticPerson(3), limit: 1 })
    await search.loader.settled()
    expect(held()).toBe(1)
    await here!.stores.galleries.remove(space.applicationId, space.galleryId)
    await expect.poll(held).toBeUndefined()
  })

  test('[MS7] a signing key that was made over one server signs on another one, although no time passed there', async () => {
    const clock = { now: () => new Date() }
    await createSigner({ database: here!, vault, clock })
    const stopped = { now: () => new Date(0) }
    const signer = await createSigner({ database: there!, vault, clock: stopped })
    const [before] = await signer.publicKeys()
    await createSigningKeys({ database: here!, vault, clock }).rotate({ compromised: true })
    await expect.poll(async () => (await signer.publicKeys()).map(({ kid }) => kid)).not.toContain(before!.kid)
  })

  test('[MS7] what is rolled back is not told, and what is told says nothing but ids', async () => {
    const space = await newSpace(here!.stores)
    const notices: string[] = []
    let isListening = false
    const listener = listenTo(own.url, 'mien_changes', {
      onNotice: (payload) => notices.push(payload),
      onListening: () => {
        isListening = true
      },
    })
    await expect.poll(() => isListening).toBe(true)
    const undone = here!.transaction(async (stores) => {
      await enroll(stores, space, 1)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await here!.transaction((stores) => enroll(stores, space, 2))
    await expect.poll(() => notices).toEqual([`faces ${space.galleryId}`])
    await listener.stop()
  })

  test('[MS7] a lost connection is made again, and then everything is looked at that may have been missed', async () => {
    shim.become('refuse')
    await expect
      .poll(() =>
        there!.ping().then(
          () => 'there',
          (error) => error.code,
        ),
      )
      .toBe('DATABASE_UNAVAILABLE')
    expect(told).toEqual([])
    shim.become('open')
    await expect.poll(() => told, { timeout: 30_000 }).toEqual(['deliveries', 'signing_keys'])
  })
})
