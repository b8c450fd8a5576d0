import { randomUUID } from 'node:crypto'
import { drizzle } from 'drizzle-orm/pglite'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testModel } from '../../../../test/contract/test-app.ts'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { Face } from '../domain/model.ts'
import type { Database, Stores } from '../domain/ports.ts'
import { defaultSettings } from '../domain/settings.ts'
import { rowId } from '../domain/tokens.ts'
import { createOpenedKeyCache, createSealing } from './application-key-store.ts'
import { createDatabase } from './database.ts'
import type { Executor } from './executor.ts'
import { sweepGalleryChanges } from './gallery-feed.ts'
import { createGalleryMemory } from './gallery-memory.ts'
import { openNewClient } from './new-database.fixture.ts'
import { openPostgres } from './postgres.ts'
import * as schema from './schema.ts'
import { bytesOfGallery } from './sealed-gallery.ts'
import { followGalleries } from './sealed-index.ts'
import { createTemplateIndex } from './template-index.ts'

interface Rig {
  /** Two processes, each with its own memory. */
  readonly here: Database
  readonly there: Database
  /** With memory for 64 faces. */
  readonly small: Database
  readonly executor: Executor
  sql(statement: string, ...parameters: string[]): Promise<unknown>
  close(): Promise<void>
}

const sealedMemoryBytes = bytesOfGallery(64, 512)

async function openEmbedded(): Promise<Rig> {
  const client = await openNewClient()
  const db = drizzle(client, { schema })
  const process = (options = {}) => createDatabase(db as unknown as Executor, async () => {}, { vault, ...options })
  const [here, there, small] = [process(), process(), process({ sealedMemoryBytes })]
  const sql: Rig['sql'] = (statement, ...parameters) => client.query(statement, parameters)
  return { here, there, small, executor: db as unknown as Executor, sql, close: () => client.close() }
}

async function openServer(url: string): Promise<Rig> {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  const [here, there] = [await openPostgres(url, { vault }), await openPostgres(url, { vault })]
  const small = await openPostgres(url, { vault, sealedMemoryBytes })
  return {
    here,
    there,
    small,
    executor: drizzlePostgres(client, { schema }) as unknown as Executor,
    sql: (statement, ...parameters) => client.unsafe(statement, parameters),
    async close() {
      for (const { close } of [here, there, small]) await close()
      await client.end()
    },
  }
}

const postgresUrl = process.env.TEST_DATABASE_URL
const engines = [
  { name: 'PGlite', open: openEmbedded },
  ...(postgresUrl ? [{ name: 'PostgreSQL', open: () => openServer(postgresUrl) }] : []),
]
const createdAt = new Date('2026-11-21T12:00:00Z')

async function newSpaceIn({ applications, galleries }: Stores) {
  const [applicationId, galleryId] = [rowId(), rowId()]
  const settings = { ...defaultSettings(testModel, []), protection: 'sealed' as const }
  await applications.insert({ id: applicationId, publicId: randomUUID(), name: 'x', settings, createdAt })
  await galleries.insert({ applicationId, id: galleryId, name: 'default', createdAt })
  return { applicationId, galleryId, modelId: 'test-512', keyVersion: 1 }
}

type Space = Awaited<ReturnType<typeof newSpaceIn>>

async function putIn(stores: Stores, space: Space, seed: number): Promise<Face> {
  const { applicationId, galleryId } = space
  const subjectId = rowId()
  const empty = { externalRef: null, name: '', payload: null, hasPin: false, createdAt, lastSeenAt: null }
  const face = { ...space, id: rowId(), subjectId, vector: syntheticPerson(seed) }
  await stores.subjects.insert({ applicationId, galleryId, id: subjectId, ...empty })
  await stores.faces.insert(face)
  return face
}

describe.each(engines)('on $name', ({ open }) => {
  let rig: Rig
  beforeAll(async () => {
    rig = await open()
  })
  afterAll(() => rig.close())

  const newSpace = () => newSpaceIn(rig.here.stores)
  const put = (space: Space, seed: number, { stores } = rig.here) => putIn(stores, space, seed)

  const find = async (space: Space, seed: number, { stores }: Pick<Database, 'stores'> = rig.here) => {
    const hits = await stores.index.nearest({ ...space, vector: syntheticPerson(seed), limit: 3 })
    return hits.filter(({ score }) => score > 0.99).map(({ subjectId }) => subjectId)
  }

  test('[KE14] [ST14] whoever followed the changes until before those that were forgotten reads the gallery anew', async () => {
    const space = await newSpace()
    const [ada, bob] = [await put(space, 1), await put(space, 2)]
    for (const process of [rig.here, rig.there]) expect(await find(space, 1, process)).toEqual([ada.subjectId])
    const floor = () => rig.here.stores.galleries.changesFloor(space.applicationId, space.galleryId)
    expect(await floor()).toBe(0n)
    // Another process knows of neither change when both are forgotten.
    await rig.here.stores.subjects.remove(space.applicationId, ada.subjectId)
    const cyd = await put(space, 3)
    await rig.sql(`update gallery_changes set at = now() - interval '40 days' where gallery_id = $1`, space.galleryId)
    await sweepGalleryChanges(rig.executor, new Date())
    expect(await floor()).toBeGreaterThan(0n)
    for (const process of [rig.there, rig.here, rig.small]) {
      expect(await find(space, 1, process)).toEqual([])
      expect(await find(space, 2, process)).toEqual([bob.subjectId])
      expect(await find(space, 3, process)).toEqual([cyd.subjectId])
    }
    const dan = await put(space, 4)
    for (const process of [rig.there, rig.small]) expect(await find(space, 4, process)).toEqual([dan.subjectId])
  })

  test('[KE14] what one process enrolls, another finds at once; what it deletes, nobody finds from then on', async () => {
    const space = await newSpace()
    const [ada, bob] = [await put(space, 1), await put(space, 2)]
    for (const process of [rig.here, rig.there]) expect(await find(space, 1, process)).toEqual([ada.subjectId])
    const cyd = await put(space, 3, rig.there)
    expect(await find(space, 3)).toEqual([cyd.subjectId])
    await rig.there.stores.subjects.remove(space.applicationId, ada.subjectId)
    await rig.here.stores.faces.remove(space.applicationId, bob.subjectId, bob.id)
    for (const process of [rig.here, rig.there]) {
      expect([await find(space, 1, process), await find(space, 2, process)]).toEqual([[], []])
      expect(await find(space, 3, process)).toEqual([cyd.subjectId])
    }
  })

  test('[KE14] more changes than are read at once are all followed', { timeout: 120_000 }, async () => {
    const space = await newSpace()
    const ada = await put(space, 1)
    expect(await find(space, 1, rig.there)).toEqual([ada.subjectId])
    await rig.here.transaction(async (stores) => {
      for (let i = 0; i < 510; i++) {
        await stores.faces.insert({ ...ada, id: rowId(), modelId: i % 2 === 0 ? ada.modelId : 'other' })
      }
      await stores.faces.removeOfSubject(space.applicationId, ada.subjectId)
    })
    const bob = await put(space, 2)
    expect([await find(space, 1, rig.there), await find(space, 2, rig.there)]).toEqual([[], [bob.subjectId]])
  })

  test('[KE14] a transaction finds what it wrote itself; nobody else does, and what is undone was never there', async () => {
    const space = await newSpace()
    const [ada, bob] = [await put(space, 1), await put(space, 2)]
    expect(await find(space, 1)).toEqual([ada.subjectId])
    const { applicationId, galleryId } = space
    const undone = rig.here.transaction(async (stores) => {
      await stores.galleries.lock(applicationId, galleryId)
      await stores.faces.removeOfSubject(applicationId, ada.subjectId)
      await stores.faces.insert({ ...bob, id: rowId(), vector: syntheticPerson(4) })
      expect([await find(space, 1, { stores }), await find(space, 4, { stores })]).toEqual([[], [bob.subjectId]])
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    for (const process of [rig.here, rig.there]) {
      expect([await find(space, 1, process), await find(space, 4, process)]).toEqual([[ada.subjectId], []])
    }
  })

  test('[KE14] the first search of a process, inside a transaction that wrote, leaves nothing behind when it is undone', async () => {
    const space = await newSpace()
    const ada = await put(space, 1)
    const undone = rig.there.transaction(async (stores) => {
      await stores.galleries.lock(space.applicationId, space.galleryId)
      await stores.faces.removeOfSubject(space.applicationId, ada.subjectId)
      expect(await find(space, 1, { stores })).toEqual([])
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await find(space, 1, rig.there)).toEqual([ada.subjectId])
  })

  test('[KE14] many first searches at once all find', async () => {
    const space = await newSpace()
    const faces: Face[] = []
    for (let seed = 0; seed < 20; seed++) faces.push(await put(space, seed))
    const found = await Promise.all(faces.map((_, seed) => find(space, seed, rig.there)))
    expect(found).toEqual(faces.map(({ subjectId }) => [subjectId]))
  })

  test('[KE15] a gallery that does not fit into memory is refused with a typed error, others are searched', async () => {
    const [large, other] = [await newSpace(), await newSpace()]
    const ada = await put(large, 1)
    const bob = await put(other, 2)
    expect(await find(large, 1, rig.small)).toEqual([ada.subjectId])
    await rig.here.transaction(async (stores) => {
      for (let i = 0; i < 64; i++) await stores.faces.insert({ ...ada, id: rowId() })
    })
    const refused = expect.objectContaining({
      code: 'OVERLOADED',
      message: expect.stringContaining('MIEN_SEALED_MEMORY_MB'),
    })
    for (let time = 0; time < 2; time++) await expect(find(large, 1, rig.small)).rejects.toEqual(refused)
    expect(await find(other, 2, rig.small)).toEqual([bob.subjectId])
    expect(await find(large, 1)).toContain(ada.subjectId)
  })

  test('[KE16] [TPL-07] a sealed template opens for its own person alone: moved, it is an error for them, and others are found', async () => {
    const [space, elsewhere] = [await newSpace(), await newSpace()]
    const [ada, bob, cyd] = [await put(space, 1), await put(space, 2), await put(space, 3)]
    const dan = await put(elsewhere, 4)
    const { faces } = rig.here.stores
    const refused = expect.objectContaining({ code: 'INTERNAL' })
    const damage = async (statement: string, ...parameters: string[]) => {
      await rig.sql(statement, ...parameters)
      await expect(faces.ofSubjects(space, [ada.subjectId])).rejects.toEqual(refused)
      // One that looks for the first time, and one that knew them before.
      for (const process of [rig.here, rig.there]) {
        expect(await find(space, 2, process)).toEqual([bob.subjectId])
        const read = await process.stores.faces.ofSubjects(space, [ada.subjectId, cyd.subjectId])
        expect(read.map(({ subjectId }) => subjectId)).toEqual([cyd.subjectId])
      }
    }
    expect(await find(space, 1)).toEqual([ada.subjectId])
    const copy = 'update faces set sealed = (select sealed from faces where id = $2) where id = $1'
    await damage(copy, ada.id, bob.id)
    await damage(copy, ada.id, dan.id)
    await damage('update faces set sealed = $2::text::bytea where id = $1', ada.id, '\\x')
    expect(await find(space, 1, rig.there)).toEqual([])
    // Cyd's face under Bob's name: the row stays, the person changes.
    await rig.sql('update faces set subject_id = $2 where id = $1', cyd.id, bob.subjectId)
    expect((await faces.ofSubjects(space, [bob.subjectId])).map(({ id }) => id)).toEqual([bob.id])
    await rig.here.stores.subjects.remove(space.applicationId, ada.subjectId)
    expect(await find(space, 2)).toEqual([bob.subjectId])
  })

  test('[KE16] a row holds a template in one form, and the form of a key cannot be changed in the table', async () => {
    const space = await newSpace()
    const ada = await put(space, 1)
    await expect(rig.sql('update faces set sealed = null where id = $1', ada.id)).rejects.toThrow('faces_one_form')
    await rig.sql("update application_keys set protection = 'rotated' where application_id = $1", space.applicationId)
    const refused = expect.objectContaining({ code: 'CONFIG_INVALID' })
    await expect(rig.here.stores.applicationKeys.of(space.applicationId)).rejects.toEqual(refused)
  })
})

test('[KE14] who was erased, and whose gallery was, is out of the memory with the next sweep, also where nobody searches', {
  timeout: 120_000,
}, async () => {
  const client = await openNewClient()
  try {
    const db = drizzle(client, { schema }) as unknown as Executor
    const { stores } = createDatabase(db, async () => {}, { vault })
    const [cache, memory] = [createOpenedKeyCache(vault), createGalleryMemory(10 ** 8)]
    const index = createTemplateIndex(db, cache, memory)
    const follow = () => followGalleries(db, { sealing: createSealing(db, cache), memory })
    const [left, gone] = [await newSpaceIn(stores), await newSpaceIn(stores)]
    const [ada] = [await putIn(stores, left, 1), await putIn(stores, gone, 2)]
    for (const space of [left, gone]) await index.nearest({ ...space, vector: syntheticPerson(1), limit: 1 })
    await follow()
    expect(memory.usedBytes()).toBe(2 * bytesOfGallery(1, 512))
    await stores.applications.remove(gone.applicationId)
    await follow()
    expect(memory.usedBytes()).toBe(bytesOfGallery(1, 512))
    await stores.subjects.remove(left.applicationId, ada.subjectId)
    await follow()
    expect(memory.usedBytes()).toBe(0)
  } finally {
    await client.close()
  }
})

test('[KE14] what is in memory stays there while the database does not answer, and goes where it cannot be followed', async () => {
  const client = await openNewClient()
  try {
    const db = drizzle(client, { schema }) as unknown as Executor
    const { stores } = createDatabase(db, async () => {}, { vault })
    const [cache, memory] = [createOpenedKeyCache(vault), createGalleryMemory(10 ** 8)]
    const space = await newSpaceIn(stores)
    await putIn(stores, space, 1)
    await createTemplateIndex(db, cache, memory).nearest({ ...space, vector: syntheticPerson(1), limit: 1 })
    const follow = (code: string) => {
      const select = () => {
        throw Object.assign(new Error('refused'), { code })
      }
      const failing = { select } as unknown as Executor
      return followGalleries(failing, { sealing: createSealing(failing, cache), memory })
    }
    // Too slow, shut down, no more connections.
    for (const code of ['57014', '57P01', '53300']) await follow(code)
    expect(memory.usedBytes()).toBe(bytesOfGallery(1, 512))
    // Damaged.
    await follow('XX001')
    expect(memory.usedBytes()).toBe(0)
  } finally {
    await client.close()
  }
})
