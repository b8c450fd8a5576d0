import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { rowId } from '../domain/tokens.ts'
import { type GraphProgress, openGraphBuilder } from './hnsw-build.ts'
import { findGraph, graphName } from './hnsw-graph.ts'
import { createHnswIndex } from './hnsw-index.ts'
import { enroll, newSpace } from './new-space.fixture.ts'
import { type Graphs, openGraphs } from './open-graphs.fixture.ts'
import { createPgvectorIndex } from './pgvector-index.ts'
import type { VersionedSpace } from './template-index.contract.ts'

const serverUrl = process.env.TEST_DATABASE_URL ?? ''

describe.skipIf(serverUrl === '')('building graphs', () => {
  let graphs: Graphs
  beforeAll(async () => {
    graphs = await openGraphs(serverUrl)
  })
  afterAll(() => graphs.close())

  const people = async (count: number): Promise<VersionedSpace> => {
    const space = await newSpace(graphs.database.stores)
    for (let seed = 1; seed <= count; seed++) await enroll(graphs.database.stores, space, seed)
    return space
  }
  const optimize = ({ applicationId }: VersionedSpace, options = {}) =>
    graphs.builder.optimize(applicationId, 'default', options)
  const isExact = async (space: VersionedSpace) => {
    const query = { ...space, vector: syntheticPerson(900), limit: 5 }
    expect(await createHnswIndex(graphs.executor).nearest(query)).toEqual(
      await createPgvectorIndex(graphs.executor).nearest(query),
    )
  }
  const until = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  test('[ST75] a graph is built of those who are there, and building again keeps it', async () => {
    const space = await people(30)
    expect(await optimize(space)).toEqual([
      { modelId: space.modelId, faces: 30, bytes: expect.any(Number), seconds: expect.any(Number), outcome: 'built' },
    ])
    expect(await findGraph(graphs.executor, space)).toMatchObject({ state: 'ready' })
    await isExact(space)
    expect(await optimize(space)).toMatchObject([{ outcome: 'kept' }])
    expect(await optimize(space, { rebuild: true })).toMatchObject([{ outcome: 'rebuilt', faces: 30 }])
    await isExact(space)
  })

  test('[ST75] who enrols and who is deleted while the graph is built is found and is not', async () => {
    const space = await people(10)
    const [gone] = await createPgvectorIndex(graphs.executor).nearest({
      ...space,
      vector: syntheticPerson(1),
      limit: 1,
    })
    const index = createHnswIndex(graphs.executor)
    let built: Promise<unknown> = Promise.resolve()
    let came = ''
    await graphs.whileTableIsHeld(async () => {
      built = optimize(space)
      await until(async () => (await findGraph(graphs.executor, space)) !== undefined)
      came = (await enroll(graphs.database.stores, space, 77)).subjectId
      await graphs.database.stores.subjects.remove(space.applicationId, gone!.subjectId)
    })
    await built
    const nearest = (seed: number) => index.nearest({ ...space, vector: syntheticPerson(seed), limit: 1 })
    expect((await nearest(77))[0]?.subjectId).toBe(came)
    expect((await nearest(1))[0]?.subjectId).not.toBe(gone?.subjectId)
  })

  test('[ST75] of two who build at once one is refused, and so is who would remove it meanwhile', async () => {
    const space = await people(5)
    const other = openGraphBuilder(graphs.url)
    const refused = { code: 'CONFLICT' }
    try {
      let built: Promise<unknown> = Promise.resolve()
      await graphs.whileTableIsHeld(async () => {
        built = optimize(space)
        await until(async () => (await findGraph(graphs.executor, space)) !== undefined)
        expect(await findGraph(graphs.executor, space)).toMatchObject({ state: 'building' })
        await expect(other.optimize(space.applicationId, 'default')).rejects.toMatchObject(refused)
        await expect(other.drop(space.applicationId, 'default')).rejects.toMatchObject(refused)
      })
      expect(await built).toMatchObject([{ outcome: 'built' }])
    } finally {
      await other.close()
    }
  })

  test('[ST75] one that was interrupted is not searched, and the next time it is built whole', async () => {
    const space = await people(20)
    const killed = openGraphBuilder(graphs.url)
    let building: Promise<unknown> = Promise.resolve()
    await graphs.whileTableIsHeld(async () => {
      building = killed.optimize(space.applicationId, 'default').catch((error: unknown) => error)
      await until(async () => (await findGraph(graphs.executor, space)) !== undefined)
      await graphs.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where query like 'create index concurrently%' and pid <> pg_backend_pid()",
      )
      await until(async () => (await findGraph(graphs.executor, space))?.state !== 'building')
      // As one that died with its process leaves it: nothing tidies up behind it.
      expect(await findGraph(graphs.executor, space)).toMatchObject({ state: 'broken' })
      await isExact(space)
    })
    expect(await building).toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    await killed.close()
    expect(await optimize(space)).toMatchObject([{ outcome: 'built', faces: 20 }])
    expect(await findGraph(graphs.executor, space)).toMatchObject({ state: 'ready' })
    await isExact(space)
  })

  test('[ST75] what took the place of nothing, because rebuilding was interrupted, goes the next time', async () => {
    const space = await people(5)
    await optimize(space)
    const left = `${graphName(space)}_ccnew`
    await graphs.sql(`create index ${left} on faces using hnsw ((vector::halfvec(512)) halfvec_ip_ops)`)
    await graphs.sql('update pg_index set indisvalid = false where indexrelid = $1::regclass', left)
    expect(await optimize(space)).toMatchObject([{ outcome: 'kept' }])
    expect(await graphs.sql('select from pg_class where relname = $1', left)).toEqual([])
  })

  test('[ST75] a graph is removed, also one of a model that has no faces any more, and none of another gallery', async () => {
    const space = await people(5)
    const other = await people(5)
    await optimize(space)
    await optimize(other)
    await graphs.sql('delete from subjects where application_id = $1', space.applicationId)
    expect(await graphs.builder.drop(space.applicationId, 'default')).toBe(1)
    expect(await graphs.builder.drop(space.applicationId, 'default')).toBe(0)
    expect(await findGraph(graphs.executor, other)).toMatchObject({ state: 'ready' })
  })

  test('[ST75] there is nothing to build of nobody, of sealed templates and of no gallery', async () => {
    const empty = await newSpace(graphs.database.stores)
    const sealed = await newSpace(graphs.database.stores, 'sealed')
    await enroll(graphs.database.stores, sealed, 1)
    for (const space of [empty, sealed]) await expect(optimize(space)).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(graphs.builder.optimize(empty.applicationId, 'nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(graphs.builder.drop(rowId(), 'default')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('[ST75] whoever waits is told how far it is', async () => {
    const space = await people(5)
    const told: GraphProgress[] = []
    let built: Promise<unknown> = Promise.resolve()
    await graphs.whileTableIsHeld(async () => {
      built = optimize(space, { onProgress: (progress: GraphProgress) => told.push(progress) })
      await until(async () => told.length > 0)
    })
    await built
    expect(told[0]).toMatchObject({ modelId: space.modelId, faces: 5, phase: expect.stringContaining('wait') })
  })

  test('[ST75] a name that says something to SQL is only a name', async () => {
    const space = { ...(await newSpace(graphs.database.stores)), modelId: "o'model\\--512" }
    await enroll(graphs.database.stores, space, 1)
    await enroll(graphs.database.stores, space, 2)
    expect(await optimize(space)).toMatchObject([{ outcome: 'built', faces: 2 }])
    await isExact(space)
  })
})
