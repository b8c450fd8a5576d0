import { expect, vi } from 'vitest'
import type { EngineName } from '../domain/ports.ts'
import type { VersionedSpace } from './exact-memory.ts'
import { createExactSearch } from './exact-search.ts'
import type { Executor } from './executor.ts'
import { openGraphBuilder } from './hnsw-build.ts'
import { newSpace } from './new-space.fixture.ts'
import { processEngines } from './open-processes.fixture.ts'
import { registerSharedIndexContract, type SharedIndexRig } from './shared-index.contract.ts'

const maxBytes = 64 * 2 ** 20
const createSearch = (db: Executor) => createExactSearch(db, { maxBytes })

for (const { name, open } of processEngines) {
  const rigOf = async (engine: EngineName): Promise<SharedIndexRig> => {
    const processes = await open()
    return {
      start: () => processes.start({ createSearch }),
      async newSpace(stores) {
        const space = await newSpace(stores, engine === 'sealed' ? 'sealed' : 'rotated')
        if (engine !== 'sealed')
          await stores.galleries.choose(space.applicationId, space.galleryId, { searchEngine: engine })
        return space
      },
      async prepare(database, space) {
        const search = () =>
          database.stores.index.nearest({ ...space, vector: new Float32Array(512).fill(1), limit: 1 })
        if (engine === 'hnsw') await buildGraph(processes.url!, space)
        await search()
        await vi.waitFor(async () => expect((await database.engineOf(space)).engine).toBe(engine), 10_000)
      },
      sql: processes.sql,
      close: processes.close,
    }
  }
  registerSharedIndexContract(`pgvector on ${name}`, () => rigOf('database'))
  registerSharedIndexContract(`memory on ${name}`, () => rigOf('memory'))
  registerSharedIndexContract(`sealed on ${name}`, () => rigOf('sealed'))
  if (name === 'PostgreSQL') registerSharedIndexContract(`graph on ${name}`, () => rigOf('hnsw'))
}

async function buildGraph(url: string, { applicationId }: VersionedSpace): Promise<void> {
  const builder = openGraphBuilder(url)
  await builder.optimize(applicationId, 'default').finally(() => builder.close())
}
