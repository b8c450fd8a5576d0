import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { IndexHit, NearestQuery } from '../domain/ports.ts'
import { rowId } from '../domain/tokens.ts'
import type { Executor } from './executor.ts'
import { findGraph, graphName, sweepGraphs } from './hnsw-graph.ts'
import { createHnswIndex, planOfSearch } from './hnsw-index.ts'
import { enroll, newSpace, putFace } from './new-space.fixture.ts'
import { type Graphs, openGraphs } from './open-graphs.fixture.ts'
import { createPgvectorIndex } from './pgvector-index.ts'
import { registerTemplateIndexContract, type VersionedSpace } from './template-index.contract.ts'

const serverUrl = process.env.TEST_DATABASE_URL ?? ''

describe.skipIf(serverUrl === '')('graphs on PostgreSQL', () => {
  registerTemplateIndexContract('hnsw on PostgreSQL', async () => {
    const graphs = await openGraphs(serverUrl)
    const { stores } = graphs.database
    return {
      index: createHnswIndex(graphs.executor),
      newSpace: graphs.newSpaceWithGraph,
      put: (face) => putFace(stores, face),
      removeSubject: ({ applicationId }, subjectId) => stores.subjects.remove(applicationId, subjectId),
      close: graphs.close,
    }
  })

  let graphs: Graphs
  let executor: Executor
  beforeAll(async () => {
    graphs = await openGraphs(serverUrl)
    executor = graphs.executor
  })
  afterAll(() => graphs.close())

  const queryOf = (space: VersionedSpace, seed: number, limit = 3): NearestQuery => ({
    ...space,
    vector: syntheticPerson(seed),
    limit,
  })
  const ids = (hits: readonly IndexHit[]) => hits.map(({ subjectId }) => subjectId)
  const enrollMany = async (space: VersionedSpace, count: number) => {
    const people = []
    for (let seed = 1; seed <= count; seed++) people.push(await enroll(graphs.database.stores, space, seed))
    return people
  }
  const settingAfter = (query: NearestQuery, name: string) =>
    executor.transaction(async (tx) => {
      await createHnswIndex(tx).nearest(query)
      const [row] = (await tx.execute(`select current_setting('${name}') as value`)) as unknown as { value: string }[]
      return row?.value
    })
  const indexesIn = (plan: string) => plan.match(/Index Scan using [a-z0-9_]+/g) ?? []

  test('[ST71] a search goes by the graph of its own gallery, in a gallery of any size', async () => {
    const space = await graphs.newSpaceWithGraph()
    const other = await graphs.newSpaceWithGraph()
    await enrollMany(space, 5)
    for (const each of [space, other])
      expect(indexesIn(await planOfSearch(executor, queryOf(each, 1)))).toEqual([`Index Scan using ${graphName(each)}`])
  })

  test('[ST71] the graph holds one gallery and model, and no other face is written to it', async () => {
    const space = await graphs.newSpaceWithGraph()
    const name = graphName(space)
    const pages = async () =>
      Number((await graphs.sql('select pg_relation_size($1::regclass) as bytes', name))[0]?.bytes)
    const before = await pages()
    const sibling = { ...space, modelId: 'other-512' }
    await enrollMany(sibling, 30)
    await enrollMany(await newSpace(graphs.database.stores), 30)
    expect(await pages()).toBe(before)
    await enrollMany(space, 30)
    expect(await pages()).toBeGreaterThan(before)
    expect(indexesIn(await planOfSearch(executor, queryOf(sibling, 1)))).not.toContain(`Index Scan using ${name}`)
  })

  test('[ST71] what a transaction deletes it does not find any more, and others do until it commits', async () => {
    const space = await graphs.newSpaceWithGraph()
    await enrollMany(space, 4)
    const undone = executor.transaction(async (tx) => {
      await tx.execute(`delete from subjects where application_id = '${space.applicationId}'`)
      expect(await createHnswIndex(tx).nearest(queryOf(space, 1))).toEqual([])
      expect(await createHnswIndex(executor).nearest(queryOf(space, 1))).toHaveLength(3)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await createHnswIndex(executor).nearest(queryOf(space, 1))).toHaveLength(3)
  })

  test('[ST71] whoever was deleted over another connection is never found afterwards', async () => {
    const space = await graphs.newSpaceWithGraph()
    const index = createHnswIndex(executor)
    for (const { applicationId, subjectId, vector } of await enrollMany(space, 25)) {
      const query = { ...space, vector, limit: 1 }
      expect(ids(await index.nearest(query))).toEqual([subjectId])
      await graphs.database.stores.subjects.remove(applicationId, subjectId)
      expect(ids(await index.nearest(query))).not.toContain(subjectId)
    }
  })

  test('[ST72] without a graph, and with a broken one, the search is exact', async () => {
    const space = await graphs.newSpaceWithGraph()
    await enrollMany(space, 30)
    const query = { ...queryOf(space, 500), limit: 10 }
    const exact = await createPgvectorIndex(executor).nearest(query)
    const index = createHnswIndex(executor)
    await graphs.sql('update pg_index set indisvalid = false where indexrelid = $1::regclass', graphName(space))
    expect(await findGraph(executor, space)).toMatchObject({ state: 'broken' })
    expect(indexesIn(await planOfSearch(executor, query))).not.toContain(`Index Scan using ${graphName(space)}`)
    expect(await index.nearest(query)).toEqual(exact)
    await graphs.builder.drop(space.applicationId, 'default')
    expect(await findGraph(executor, space)).toBeUndefined()
    expect(await index.nearest(query)).toEqual(exact)
  })

  test('[ST72] more faces than a graph can be asked for, and all that there are, are found exactly', async () => {
    const space = await graphs.newSpaceWithGraph()
    await enrollMany(space, 12)
    const exact = createPgvectorIndex(executor)
    const index = createHnswIndex(executor)
    for (const limit of [12, 20, 1000, 1001]) {
      const query = queryOf(space, 3, limit)
      expect(ids(await index.nearest(query))).toEqual(ids(await exact.nearest(query)))
    }
  })

  test('[ST72] a search keeps as many candidates as the gallery says, at least as many as it is asked for', async () => {
    const space = await graphs.newSpaceWithGraph()
    const kept = (limit: number) => settingAfter(queryOf(space, 1, limit), 'hnsw.ef_search')
    const { galleries } = graphs.database.stores
    expect(await kept(20)).toBe('200')
    await galleries.choose(space.applicationId, space.galleryId, { hnswEfSearch: 64 })
    expect(await kept(20)).toBe('64')
    expect(await kept(300)).toBe('300')
  })

  test('[ST72] what else a transaction asks is planned as before the search', async () => {
    const space = await graphs.newSpaceWithGraph()
    expect(await settingAfter(queryOf(space, 1), 'enable_sort')).toBe('on')
  })

  test('[ST73] while keys are replaced, and afterwards, everybody is found under the version of their face', async () => {
    const space = await graphs.newSpaceWithGraph()
    const { database } = graphs
    const { applicationId } = space
    const before = await database.stores.applicationKeys.of(applicationId)
    const frames = new Map<string, Float32Array>()
    for (let seed = 1; seed <= 40; seed++) {
      const raw = syntheticPerson(seed)
      const [turned] = before.protect(space.modelId, raw)
      const subjectId = rowId()
      await putFace(database.stores, { ...space, ...turned!, id: rowId(), subjectId })
      frames.set(subjectId, syntheticFrame(raw, seed, 0.8))
    }
    await database.transaction(async (stores) => {
      await stores.applicationKeys.exclude(applicationId)
      await stores.applicationKeys.add(applicationId)
    })
    const index = createHnswIndex(executor)
    const everybodyIsFound = async () => {
      const keys = await database.stores.applicationKeys.of(applicationId)
      for (const [subjectId, raw] of frames) {
        const found = []
        for (const turned of keys.protect(space.modelId, raw))
          found.push(...(await index.nearest({ ...space, ...turned, limit: 1 })))
        expect(ids(found.sort((a, b) => b.score - a.score))[0]).toBe(subjectId)
      }
    }
    await everybodyIsFound()
    await database.transaction((stores) => stores.applicationKeys.renew(applicationId, 20, []))
    await everybodyIsFound()
    await database.transaction((stores) => stores.applicationKeys.renew(applicationId, 100, []))
    await everybodyIsFound()
  })

  test('[ST78] when indexes were cleaned nothing of a deleted face is in the file of the graph', async () => {
    const space = await graphs.newSpaceWithGraph()
    const [gone, stays] = await enrollMany(space, 2)
    const bytesOf = async ({ id }: { readonly id: string }) => {
      const [row] = await graphs.sql('select halfvec_send(vector) as sent from faces where id = $1', id)
      // Without the head, and in the order of bytes that the disk has.
      return Buffer.from(row!.sent as Uint8Array)
        .subarray(4)
        .swap16()
    }
    const bytes = await Promise.all([gone!, stays!].map(bytesOf))
    const areInFile = async () => {
      await graphs.sql('checkpoint')
      const [row] = await graphs.sql('select pg_read_binary_file(pg_relation_filepath($1)) as file', graphName(space))
      return bytes.map((each) => Buffer.from(row!.file as Uint8Array).includes(each))
    }
    expect(await areInFile()).toEqual([true, true])
    await graphs.database.stores.subjects.remove(space.applicationId, gone!.subjectId)
    await graphs.sql('vacuum (index_cleanup on) faces')
    expect(await areInFile()).toEqual([false, true])
  })

  test('[ST74] the graph of a gallery that is gone goes with the next sweep, and no other', async () => {
    const [gone, there] = [await graphs.newSpaceWithGraph(), await graphs.newSpaceWithGraph()]
    await graphs.database.stores.applications.remove(gone.applicationId)
    await graphs.database.sweep(new Date())
    expect(await findGraph(executor, gone)).toBeUndefined()
    expect(await findGraph(executor, there)).toMatchObject({ state: 'ready' })
  })

  test('[ST74] where somebody holds the table the sweep goes on, and the graph waits for the next one', async () => {
    const space = await graphs.newSpaceWithGraph()
    await graphs.database.stores.applications.remove(space.applicationId)
    await graphs.whileTableIsHeld(async () => {
      await sweepGraphs(executor)
      expect(await findGraph(executor, space)).toBeDefined()
    })
    await sweepGraphs(executor)
    expect(await findGraph(executor, space)).toBeUndefined()
  })
})
