import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowId } from '../domain/tokens.ts'
import type { VersionedSpace } from './exact-memory.ts'
import { measureRecall, type RecallOptions } from './hnsw-recall.ts'
import { enroll, newSpace } from './new-space.fixture.ts'
import { type Graphs, openGraphs } from './open-graphs.fixture.ts'

const serverUrl = process.env.TEST_DATABASE_URL ?? ''

describe.skipIf(serverUrl === '')('measuring recall', () => {
  let graphs: Graphs
  let space: VersionedSpace
  let readerUrl: string
  beforeAll(async () => {
    graphs = await openGraphs(serverUrl)
    space = await newSpace(graphs.database.stores)
    for (let seed = 1; seed <= 60; seed++) await enroll(graphs.database.stores, space, seed)
    // Whoever may only read: the same for all tests of the server.
    await graphs.sql('do $$ begin create role mien_reader login; exception when duplicate_object then end $$')
    await graphs.sql('grant select on all tables in schema public to mien_reader')
    const url = new URL(graphs.url)
    url.username = 'mien_reader'
    readerUrl = url.href
  })
  afterAll(async () => {
    await graphs.sql('drop owned by mien_reader')
    await graphs.close()
  })

  const measure = (changes: Partial<RecallOptions> = {}) =>
    measureRecall(readerUrl, {
      applicationId: space.applicationId,
      gallery: 'default',
      probes: 20,
      noise: 1.33,
      seed: 1,
      memoryBytes: 0,
      ...changes,
    })

  test('[ST76] somebody who may only read learns what a graph and the memory find, against exact search', async () => {
    expect((await measure()).left).toEqual([
      { engine: 'memory', reason: 'off' },
      { engine: 'hnsw', reason: 'no_graph' },
    ])
    await graphs.builder.optimize(space.applicationId, 'default')
    const report = await measure({ memoryBytes: 64 * 2 ** 20 })
    const all = { sameFace: 20, samePerson: 20, p50Ms: expect.any(Number), p99Ms: expect.any(Number) }
    expect(report).toMatchObject({ faces: 60, probes: 20, left: [] })
    expect(report.engines).toEqual(['database', 'memory', 'hnsw'].map((engine) => ({ engine, ...all })))
    for (const { p50Ms, p99Ms } of report.engines) expect(p50Ms).toBeLessThanOrEqual(p99Ms)
  })

  test('[ST76] a search that finds somebody else is counted', async () => {
    const other = await newSpace(graphs.database.stores)
    for (let seed = 1; seed <= 10; seed++) await enroll(graphs.database.stores, other, seed)
    await graphs.builder.optimize(other.applicationId, 'default')
    // A row that the graph does not hold, and that is nearest to what was made of it.
    await graphs.sql(
      "update pg_index set indisready = false where indrelid = 'faces'::regclass and indpred is not null",
    )
    await enroll(graphs.database.stores, other, 11)
    await graphs.sql("update pg_index set indisready = true where indrelid = 'faces'::regclass and indpred is not null")
    for (let seed = 12; seed <= 40; seed++) await enroll(graphs.database.stores, other, seed)
    const { engines } = await measure({ applicationId: other.applicationId, probes: 40, noise: 0 })
    expect(engines.map(({ engine, sameFace, samePerson }) => [engine, sameFace, samePerson])).toEqual([
      ['database', 40, 40],
      ['hnsw', 39, 39],
    ])
  })

  test('[ST76] the same seed asks the same, and noise says how far a probe is', async () => {
    const cosines = []
    for (const changes of [{}, {}, { seed: 2 }, { noise: 0 }, { noise: 3 }])
      cosines.push((await measure(changes)).cosine)
    const [first, again, other, none, far] = cosines
    expect(again).toBe(first)
    expect(other).not.toBe(first)
    expect(first).toBeCloseTo(0.6, 1)
    expect(none).toBeCloseTo(1, 4)
    expect(far).toBeCloseTo(1 / Math.sqrt(10), 1)
  })

  test('[ST76] there is nothing to measure of nobody, of sealed templates and of no gallery', async () => {
    const sealed = await newSpace(graphs.database.stores, 'sealed')
    await enroll(graphs.database.stores, sealed, 1)
    for (const { applicationId } of [await newSpace(graphs.database.stores), sealed])
      await expect(measure({ applicationId })).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(measure({ gallery: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(measure({ applicationId: rowId() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
