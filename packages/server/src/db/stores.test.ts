import { randomUUID } from 'node:crypto'
import { engines } from '../../../../test/contract/engines.ts'
import { testModel } from '../../../../test/contract/test-app.ts'
import type { TemplateProtection } from '../domain/application-keys.ts'
import type { Database } from '../domain/ports.ts'
import { defaultSettings } from '../domain/settings.ts'
import { rowId } from '../domain/tokens.ts'
import type { VersionedSpace } from './exact-memory.ts'
import { createExactSearch, type ExactSearch } from './exact-search.ts'
import { createMemoryIndex } from './memory-index.ts'
import { processEngines } from './open-processes.fixture.ts'
import { registerStoreContract } from './stores.contract.ts'
import { type IndexRig, registerTemplateIndexContract } from './template-index.contract.ts'

for (const { name, open } of engines) {
  registerStoreContract(name, open)
  registerStoreContract(name, open, 'sealed')
  registerTemplateIndexContract(`pgvector on ${name}`, async () => rigOf(await open(), 'rotated'))
  registerTemplateIndexContract(`sealed on ${name}`, async () => rigOf(await open(), 'sealed'))
}

for (const { name, open } of processEngines) {
  registerTemplateIndexContract(`in memory on ${name}`, async () => {
    const processes = await open()
    let search: ExactSearch | undefined
    const database = await processes.start({
      createSearch(db) {
        search = createExactSearch(db, { maxBytes: 64 * 2 ** 20 })
        return search
      },
    })
    const rig = rigOf(database, 'rotated')
    return {
      ...rig,
      async newSpace() {
        const at = await rig.newSpace()
        await database.stores.galleries.choose(at.applicationId, at.galleryId, { searchEngine: 'memory' })
        return at
      },
      index: {
        async nearest(query) {
          await rig.index.nearest(query)
          await search?.loader.settled()
          return rig.index.nearest(query)
        },
      },
      close: processes.close,
    }
  })
}

registerTemplateIndexContract('memory', async () => {
  const index = createMemoryIndex()
  const faces = new Map<string, string[]>()
  return {
    index,
    newSpace: async () => space(rowId(), rowId()),
    async put(face) {
      index.put(face)
      faces.set(face.subjectId, [...(faces.get(face.subjectId) ?? []), face.id])
    },
    async removeSubject(where, subjectId) {
      for (const id of faces.get(subjectId) ?? []) index.remove(where, id)
    },
    close: async () => {},
  }
})

const space = (applicationId: string, galleryId: string): VersionedSpace => ({
  applicationId,
  galleryId,
  modelId: 'test-512',
  keyVersion: 1,
})

function rigOf(database: Database, protection: TemplateProtection): IndexRig {
  const { stores } = database
  const createdAt = new Date('2026-11-21T12:00:00Z')
  return {
    index: stores.index,
    async newSpace() {
      const [applicationId, galleryId] = [rowId(), rowId()]
      const settings = { ...defaultSettings(testModel, ['https://a.example']), protection }
      await stores.applications.insert({ id: applicationId, publicId: randomUUID(), name: 'x', settings, createdAt })
      await stores.galleries.insert({ applicationId, id: galleryId, name: 'default', createdAt })
      return space(applicationId, galleryId)
    },
    async put(face) {
      const { applicationId, galleryId, subjectId: id } = face
      const empty = { externalRef: null, name: '', payload: null, hasPin: false, createdAt, lastSeenAt: null }
      await stores.subjects.insert({ applicationId, galleryId, id, ...empty })
      await stores.faces.insert(face)
    },
    removeSubject: ({ applicationId }, subjectId) => stores.subjects.remove(applicationId, subjectId),
    close: () => database.close(),
  }
}
