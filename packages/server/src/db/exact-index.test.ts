import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { Face } from '../domain/model.ts'
import type { Database } from '../domain/ports.ts'
import { rowId } from '../domain/tokens.ts'
import type { VersionedSpace } from './exact-memory.ts'
import { createExactSearch, type ExactSearch } from './exact-search.ts'
import { enroll, newSpace } from './new-space.fixture.ts'
import { type Processes, processEngines } from './open-processes.fixture.ts'
import { createPlainScanPool, type PlainScanPool, plainBytes } from './plain-scan-pool.fixture.ts'

interface Process extends Database {
  readonly search: ExactSearch
  readonly pool: PlainScanPool
  readonly failures: unknown[]
  /** Lets time pass. */
  wait(ms: number): void
}

const minute = 60_000

describe.each(processEngines)('search in memory on $name', ({ open }) => {
  let processes: Processes
  beforeAll(async () => {
    processes = await open()
  })
  afterAll(() => processes.close())

  /** @param room for so many faces */
  async function start(room = 1000): Promise<Process> {
    let now = 0
    let search: ExactSearch | undefined
    const [pool, failures] = [createPlainScanPool(), [] as unknown[]]
    const database = await processes.start({
      createSearch(db) {
        const onFailure = (error: unknown) => failures.push(error)
        const of = { maxBytes: plainBytes(room, 512), bytesOf: plainBytes, createPool: () => pool }
        search = createExactSearch(db, { ...of, onFailure, now: () => now })
        return search
      },
    })
    return { ...database, search: search!, pool, failures, wait: (ms) => (now += ms) }
  }

  async function fill({ stores }: Database, people = 4, searchEngine: 'auto' | 'memory' = 'memory') {
    const space = await newSpace(stores)
    await stores.galleries.choose(space.applicationId, space.galleryId, { searchEngine })
    const faces: Face[] = []
    for (let seed = 1; seed <= people; seed++) faces.push(await enroll(stores, space, seed))
    return { space, faces }
  }

  const find = async ({ stores }: Pick<Database, 'stores'>, space: VersionedSpace, seed: number) => {
    const hits = await stores.index.nearest({ ...space, vector: syntheticPerson(seed), limit: 3 })
    return hits.filter(({ score }) => score > 0.99).map(({ subjectId }) => subjectId)
  }
  const bring = async (process: Process, space: VersionedSpace) => {
    await find(process, space, 1)
    await process.search.loader.settled()
  }
  const reasonOf = async (process: Process, space: VersionedSpace) => (await process.engineOf(space)).reason

  /** Copies of a face, with a change for each as the stores write them. */
  const copy = (face: Face, copies: number) =>
    processes.sql(
      `with copies as (
         insert into faces (application_id, gallery_id, id, subject_id, model_id, key_version, dimension, vector)
         select application_id, gallery_id, gen_random_uuid(), subject_id, model_id, key_version, dimension, vector
         from faces, generate_series(1, ${copies}) where id = $1 returning application_id, gallery_id, id)
       insert into gallery_changes (application_id, gallery_id, face_id, operation)
       select application_id, gallery_id, id, 'insert' from copies`,
      face.id,
    )

  test('[ST62] the first search of a gallery loads it, 20 at once load it once, and all are answered meanwhile', async () => {
    const process = await start()
    const { space, faces } = await fill(process, 20)
    const found = await Promise.all(faces.map((_, i) => find(process, space, i + 1)))
    expect(found).toEqual(faces.map(({ subjectId }) => [subjectId]))
    await process.search.loader.settled()
    expect(process.pool.counts()).toMatchObject({ made: 1, searches: expect.any(Number) })
    const before = process.pool.counts().searches
    expect(await find(process, space, 7)).toEqual([faces[6]!.subjectId])
    expect(process.pool.counts().searches).toBe(before + 1)
    expect(await process.engineOf(space)).toEqual({
      engine: 'memory',
      reason: 'chosen',
      faces: 20,
      bytes: plainBytes(20, 512),
    })
  })

  test('[ST62] a gallery of more pages than one is loaded whole', async () => {
    const process = await start(10_000)
    const { space, faces } = await fill(process, 2)
    await copy(faces[0]!, 2500)
    const [third] = [await enroll(process.stores, space, 3)]
    await bring(process, space)
    expect(await reasonOf(process, space)).toBe('chosen')
    expect(process.search.memory.find(space)?.block?.size).toBe(2503)
    expect(await find(process, space, 3)).toEqual([third.subjectId])
  })

  test('[ST62] memory goes to who asks once others are not searched any more; nobody is thrown out for somebody who comes as often', async () => {
    const process = await start(8)
    const [a, b, c] = [await fill(process), await fill(process), await fill(process)]
    for (const { space } of [a, b]) await bring(process, space)
    for (let i = 0; i < 20; i++) {
      process.wait(10_000)
      for (const { space, faces } of [a, b, c]) expect(await find(process, space, 2)).toEqual([faces[1]!.subjectId])
      await process.search.loader.settled()
    }
    expect([await reasonOf(process, a.space), await reasonOf(process, c.space)]).toEqual(['chosen', 'waiting'])
    expect(process.searchMemory()).toMatchObject({ loads: 2, evictions: 0, galleries: 2 })
    for (let i = 0; i < 4; i++) {
      process.wait(2 * minute)
      for (const { space } of [b, c]) await bring(process, space)
    }
    expect(process.searchMemory()).toMatchObject({ loads: 3, evictions: 1, galleries: 2 })
    expect([await reasonOf(process, a.space), await reasonOf(process, c.space)]).toEqual(['idle', 'chosen'])
    for (const { space, faces } of [a, b, c]) expect(await find(process, space, 2)).toEqual([faces[1]!.subjectId])
    expect(process.searchMemory().usedBytes).toBeLessThanOrEqual(process.searchMemory().maxBytes)
  })

  test('[ST62] a gallery that is too large is searched in the database, never loaded, and comes in once it is smaller', async () => {
    const process = await start(4)
    const { space, faces } = await fill(process, 5)
    for (let i = 0; i < 5; i++) expect(await find(process, space, 2)).toEqual([faces[1]!.subjectId])
    expect(await process.engineOf(space)).toEqual({ engine: 'database', reason: 'too_large', faces: 5, bytes: 0 })
    expect(process.pool.counts().made).toBe(0)
    await process.stores.subjects.remove(space.applicationId, faces[0]!.subjectId)
    await bring(process, space)
    expect(await reasonOf(process, space)).toBe('chosen')
    // And goes again when it outgrows the memory.
    for (const seed of [6, 7]) {
      const { subjectId } = await enroll(process.stores, space, seed)
      expect(await find(process, space, seed)).toEqual([subjectId])
    }
    expect(process.searchMemory()).toMatchObject({ usedBytes: 0, galleries: 0 })
    expect(await find(process, space, 2)).toEqual([faces[1]!.subjectId])
    expect(await reasonOf(process, space)).toBe('too_large')
  })

  test('[ST62] a load that fails is told of and tried again after a pause that grows; the database answers meanwhile', async () => {
    const process = await start()
    const { space, faces } = await fill(process)
    const createBlock = vi.spyOn(process.pool, 'createBlock').mockImplementation(() => {
      throw new Error('no block')
    })
    for (let i = 0; i < 3; i++) {
      await bring(process, space)
      expect(await find(process, space, 1)).toEqual([faces[0]!.subjectId])
    }
    expect([createBlock.mock.calls.length, process.failures.length]).toEqual([1, 1])
    expect(await reasonOf(process, space)).toBe('failed')
    process.wait(5000)
    await bring(process, space)
    process.wait(5000)
    await bring(process, space)
    expect(createBlock).toHaveBeenCalledTimes(2)
    createBlock.mockRestore()
    process.wait(5000)
    await bring(process, space)
    expect(await reasonOf(process, space)).toBe('chosen')
    expect(process.searchMemory()).toMatchObject({ loads: 1, failures: 2 })
  })

  test('[ST62] where a thread dies the database answers; where too many wait the search is refused', async () => {
    const process = await start()
    const { space, faces } = await fill(process)
    await bring(process, space)
    process.pool.failNext('WORKER_CRASHED')
    expect(await find(process, space, 1)).toEqual([faces[0]!.subjectId])
    process.pool.failNext('OVERLOADED')
    await expect(find(process, space, 1)).rejects.toEqual(expect.objectContaining({ code: 'OVERLOADED' }))
    expect(await find(process, space, 1)).toEqual([faces[0]!.subjectId])
  })

  test('[ST62] a block that does not take a change is dropped, and the database answers', async () => {
    const process = await start()
    const { space, faces } = await fill(process)
    await bring(process, space)
    const block = process.search.memory.find(space)!.block!
    vi.spyOn(block, 'putHalf').mockImplementation(() => {
      throw new Error('broken')
    })
    const last = await enroll(process.stores, space, 50)
    expect(await find(process, space, 50)).toEqual([last.subjectId])
    expect(await find(process, space, 1)).toEqual([faces[0]!.subjectId])
    expect(await reasonOf(process, space)).toBe('failed')
    expect(process.searchMemory().usedBytes).toBe(0)
  })

  test('[ST62] more changes than a search waits for are followed behind it, and it misses nothing', {
    timeout: 60_000,
  }, async () => {
    const process = await start(20_000)
    const { space, faces } = await fill(process)
    await bring(process, space)
    await copy(faces[0]!, 5500)
    await process.stores.faces.remove(space.applicationId, faces[1]!.subjectId, faces[1]!.id)
    const last = await enroll(process.stores, space, 50)
    expect([await find(process, space, 50), await find(process, space, 2)]).toEqual([[last.subjectId], []])
    await process.search.loader.settled()
    const { searches } = process.pool.counts()
    expect([await find(process, space, 50), await find(process, space, 2)]).toEqual([[last.subjectId], []])
    expect(process.pool.counts().searches).toBe(searches + 2)
    expect(process.searchMemory().usedBytes).toBe(plainBytes(5505, 512) - plainBytes(1, 512))
  })

  test('[ST62] who was erased, and whose gallery was, is out of memory with the next sweep, also where nobody searches', async () => {
    const process = await start()
    const [left, gone] = [await fill(process), await fill(process)]
    for (const { space } of [left, gone]) await bring(process, space)
    const [block] = process.search.memory.ofSpace(left.space)
    await process.stores.applications.remove(gone.space.applicationId)
    await process.stores.subjects.remove(left.space.applicationId, left.faces[0]!.subjectId)
    await process.sweep(new Date())
    expect(process.searchMemory()).toMatchObject({ galleries: 1, usedBytes: plainBytes(4, 512) })
    expect(block?.block?.size).toBe(3)
    for (const { subjectId } of left.faces) await process.stores.subjects.remove(left.space.applicationId, subjectId)
    await process.sweep(new Date())
    expect(process.searchMemory()).toMatchObject({ galleries: 0, usedBytes: 0 })
  })

  test('[ST62] what is in memory is overwritten when the process stops, also what is still being loaded', async () => {
    const process = await start(20_000)
    const [ready, loading] = [await fill(process), await fill(process)]
    await copy(loading.faces[0]!, 3000)
    await bring(process, ready.space)
    await find(process, loading.space, 1)
    await process.search.close()
    const { made, released } = process.pool.counts()
    expect(made).toBeGreaterThan(0)
    expect(released).toBe(made)
    expect(process.searchMemory().usedBytes).toBe(0)
    expect(await find(process, ready.space, 1)).toEqual([ready.faces[0]!.subjectId])
  })

  test('[ST63] a gallery is searched in memory once it is large enough, unless somebody chose', async () => {
    const process = await start(10_000)
    const { space, faces } = await fill(process, 2, 'auto')
    await bring(process, space)
    expect(await process.engineOf(space)).toMatchObject({ engine: 'database', reason: 'small', faces: 2 })
    await copy(faces[0]!, 2000)
    await bring(process, space)
    expect(await process.engineOf(space)).toMatchObject({ engine: 'memory', reason: 'fits', faces: 2002 })
    const other = await start(10_000)
    await other.stores.galleries.choose(space.applicationId, space.galleryId, { searchEngine: 'database' })
    await bring(other, space)
    expect(await other.engineOf(space)).toMatchObject({ engine: 'database', reason: 'chosen', bytes: 0 })
    expect(await find(other, space, 2)).toEqual([faces[1]!.subjectId])
  })

  test('[ST63] without memory, and without a graph, the database searches what was to be searched otherwise', async () => {
    const database = await processes.start()
    const { space, faces } = await fill(database)
    expect(await database.engineOf(space)).toMatchObject({ engine: 'database', reason: 'off' })
    expect(database.searchMemory()).toMatchObject({ maxBytes: 0 })
    await database.stores.galleries.choose(space.applicationId, space.galleryId, { searchEngine: 'hnsw' })
    const another = await processes.start()
    expect(await find(another, space, 1)).toEqual([faces[0]!.subjectId])
    expect(await another.engineOf(space)).toMatchObject({ engine: 'database', reason: 'no_graph' })
  })

  test('[ST61] whoever comes and goes, two processes find exactly those who are there', {
    timeout: 120_000,
  }, async () => {
    const [here, there] = [await start(), await start()]
    const step = fc.record({
      kind: fc.constantFrom('enroll', 'remove', 'face', 'sweep', 'search'),
      at: fc.nat(5),
      byThere: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
        const { space, faces } = await fill(here, 2)
        const live = new Map(faces.map((face, i) => [i + 1, face]))
        let next = 100
        for (const process of [here, there]) await bring(process, space)
        for (const { kind, at, byThere } of steps) {
          const { stores, sweep } = byThere ? there : here
          const [seed, face] = [...live][at % Math.max(live.size, 1)] ?? []
          if (kind === 'enroll') live.set(next, await enroll(stores, space, next++))
          if (kind === 'sweep') await sweep(new Date())
          if (seed !== undefined && face !== undefined && kind === 'remove') {
            await stores.subjects.remove(space.applicationId, face.subjectId)
            live.delete(seed)
          }
          if (face !== undefined && kind === 'face') await stores.faces.insert({ ...face, id: rowId() })
          if (kind === 'search') await find(byThere ? there : here, space, 1)
        }
        for (const process of [here, there]) {
          const hits = await process.stores.index.nearest({ ...space, vector: syntheticPerson(1), limit: 60 })
          expect(new Set(hits.map(({ subjectId }) => subjectId))).toEqual(
            new Set([...live.values()].map(({ subjectId }) => subjectId)),
          )
          for (const [seed, { subjectId }] of live)
            expect(new Set(await find(process, space, seed))).toEqual(new Set([subjectId]))
        }
      }),
      { numRuns: 15 },
    )
  })
})
