import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { cosine } from '@mien/shared/template/unit-vector'
import { type OpenSealing, openSealing } from '../../packages/server/src/db/open-sealing.fixture.ts'
import type { TemplateProtection } from '../../packages/server/src/domain/application-keys.ts'
import type { TemplateIndex } from '../../packages/server/src/domain/ports.ts'
import { defaultSettings } from '../../packages/server/src/domain/settings.ts'
import { rowId } from '../../packages/server/src/domain/tokens.ts'
import { testModel } from '../contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'

export interface SealedFigures {
  readonly people: number
  readonly probes: number
  /** Of the ten nearest by exact cosines, how many the search in memory gave, 0..1. Those that rounding cannot tell apart count. */
  readonly recall: number
  /** What the opened gallery takes of the process's heap and buffers, after garbage was collected. */
  readonly heldMegabytes: number
  /** What it counts for within `MIEN_SEALED_MEMORY_MB`. */
  readonly countedMegabytes: number
  /** The first search, which opens the gallery. */
  readonly firstMs: number
  readonly sealedMs: number
  /** pgvector's exact search of the same people, turned and not sealed, in the same database and run. */
  readonly turnedMs: number
}

interface Space {
  readonly applicationId: string
  readonly galleryId: string
  readonly modelId: string
}

const keyVersion = 1
const limit = 10
/** Both forms round each component: two cosines that are closer are alike. */
const rounding = 1e-3
const batch = 250

/** The same people in two galleries of one embedded database on disk, one sealed and one turned alone, and the same searches in both. */
export async function searchSealed(
  people: number,
  { probes, onProgress }: { probes: number; onProgress?: (done: number) => void },
): Promise<SealedFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-sealed-'))
  const opened = await openSealing(join(folder, 'db'))
  try {
    const persons = Array.from({ length: people }, (_, i) => syntheticPerson(i + 1))
    const [sealed, turned] = [await fill(opened, 'sealed', persons, onProgress), await fill(opened, 'rotated', persons)]
    const { index, usedBytes } = opened
    const bytesBefore = heldBytes()
    const began = performance.now()
    await search(index, sealed, persons[0]!)
    const firstMs = performance.now() - began
    const heldMegabytes = (heldBytes() - bytesBefore) / 2 ** 20
    const times = { sealed: [] as number[], turned: [] as number[] }
    let found = 0
    for (let i = 0; i < probes; i++) {
      const vector = syntheticFrame(persons[Math.floor((i * people) / probes)]!, i, 0.8)
      const { hits, ms } = await search(index, sealed, vector)
      times.sealed.push(ms)
      times.turned.push((await search(index, turned, vector)).ms)
      const exact = persons.map((person) => cosine(vector, person)).toSorted((a, b) => b - a)
      found += hits.filter(({ score }) => score >= exact[limit - 1]! - rounding).length
    }
    const recall = found / (probes * limit)
    const countedMegabytes = usedBytes() / 2 ** 20
    const medians = { sealedMs: median(times.sealed), turnedMs: median(times.turned) }
    return { people, probes, recall, heldMegabytes, countedMegabytes, firstMs, ...medians }
  } finally {
    await opened.close()
    await rm(folder, { recursive: true, force: true })
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heldBytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!

async function search(index: TemplateIndex, space: Space, vector: Float32Array) {
  const began = performance.now()
  const hits = await index.nearest({ ...space, keyVersion, vector, limit })
  return { hits, ms: performance.now() - began }
}

const insertSubjects = `insert into subjects (application_id, id, gallery_id, payload, created_at)
  select $1, id, $2, '\\x00', now() from unnest($3::uuid[]) as id`

async function fill(
  { database, query }: OpenSealing,
  protection: TemplateProtection,
  persons: readonly Float32Array[],
  onProgress: (done: number) => void = () => {},
): Promise<Space> {
  const [applicationId, galleryId] = [rowId(), rowId()]
  const space = { applicationId, galleryId, modelId: testModel.modelId }
  const settings = { ...defaultSettings(testModel, []), protection }
  const createdAt = new Date()
  const { applications, galleries } = database.stores
  await applications.insert({ id: applicationId, publicId: randomUUID(), name: 'drill', settings, createdAt })
  await galleries.insert({ applicationId, id: galleryId, name: 'default', createdAt })
  for (let first = 0; first < persons.length; first += batch) {
    const chosen = persons.slice(first, first + batch)
    const ids = chosen.map(() => randomUUID())
    await query(insertSubjects, [applicationId, galleryId, ids])
    await database.transaction(async (stores) => {
      for (const [i, vector] of chosen.entries()) {
        await stores.faces.insert({ ...space, keyVersion, id: rowId(), subjectId: ids[i]!, vector })
      }
    })
    onProgress(Math.min(first + batch, persons.length))
  }
  return space
}
