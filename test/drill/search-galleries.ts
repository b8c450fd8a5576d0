import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cosine } from '@mien/shared/template/unit-vector'
import { type OpenIndex, openIndex } from '../../packages/server/src/db/open-index.fixture.ts'
import type { TemplateIndex } from '../../packages/server/src/domain/ports.ts'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'

export interface GalleryFigures {
  readonly people: number
  readonly probes: number
  /** Of the ten nearest by exact cosines, how many the search gave, 0..1. Neighbours that half precision cannot tell apart count. */
  readonly recall: number
  readonly medianMs: number
}

/** A tenant among others. */
interface Space {
  readonly applicationId: string
  readonly galleryId: string
}

const [modelId, dimension, keyVersion, limit] = ['drill-512', 512, 1, 10]
/** Half precision rounds each component to 2^-11 of it: two cosines that are closer are alike. */
const halfPrecision = 1e-3
const batch = 500

/**
 * Galleries of several applications in one embedded database on disk, and searches in each of them next to exact cosines.
 *
 * @param sizes people in each gallery that is searched
 * @param total people in all: the rest are in one more gallery
 */
export async function searchGalleries(
  sizes: readonly number[],
  { total, probes, onProgress }: { total: number; probes: number; onProgress?: (done: number) => void },
): Promise<readonly GalleryFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-galleries-'))
  const opened = await openIndex(join(folder, 'db'))
  try {
    const rest = total - sizes.reduce((sum, size) => sum + size, 0)
    const all = [...sizes, rest]
    const spaces: Space[] = []
    let seed = 1
    for (const size of all) {
      const space = await addGallery(opened)
      spaces.push(space)
      for (let first = 0; first < size; first += batch) {
        const seeds = Array.from({ length: Math.min(batch, size - first) }, () => seed++)
        await addPeople(opened, space, seeds)
        onProgress?.(seed - 1)
      }
    }
    const figures: GalleryFigures[] = []
    let first = 1
    for (const [i, size] of sizes.entries()) {
      figures.push(await searchOne(opened.index, spaces[i]!, { first, size, probes: Math.min(probes, size) }))
      first += size
    }
    return figures
  } finally {
    await opened.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function addGallery({ query }: OpenIndex): Promise<Space> {
  const [applicationId, galleryId] = [randomUUID(), randomUUID()]
  await query('insert into applications (id, public_id, name, settings, created_at) values ($1, $2, $3, $4, now())', [
    applicationId,
    applicationId,
    'drill',
    {},
  ])
  await query('insert into galleries (application_id, id, name, created_at) values ($1, $2, $3, now())', [
    applicationId,
    galleryId,
    'drill',
  ])
  return { applicationId, galleryId }
}

/** Under the id that the seed gives: see `subjectIdOf`. */
async function addPeople(
  { query }: OpenIndex,
  { applicationId, galleryId }: Space,
  seeds: readonly number[],
): Promise<void> {
  const ids = seeds.map(subjectIdOf)
  await query(
    `insert into subjects (application_id, id, gallery_id, payload, created_at)
     select $1, id, $2, '\\x00', now() from unnest($3::uuid[]) as id`,
    [applicationId, galleryId, ids],
  )
  await query(
    `insert into faces (application_id, gallery_id, id, subject_id, model_id, key_version, dimension, vector)
     select $1, $2, id, id, $3, $4, $5, vector::halfvec from unnest($6::uuid[], $7::text[]) as row(id, vector)`,
    [
      applicationId,
      galleryId,
      modelId,
      keyVersion,
      dimension,
      ids,
      seeds.map((seed) => `[${syntheticPerson(seed).join(',')}]`),
    ],
  )
}

const subjectIdOf = (seed: number): string => `00000000-0000-4000-8000-${String(seed).padStart(12, '0')}`

async function searchOne(
  index: TemplateIndex,
  space: Space,
  { first, size, probes }: { first: number; size: number; probes: number },
): Promise<GalleryFigures> {
  const people = Array.from({ length: size }, (_, i) => syntheticPerson(first + i))
  const times: number[] = []
  let [found, wanted] = [0, 0]
  for (let probe = 0; probe < probes; probe++) {
    const place = Math.floor((probe * size) / probes)
    const vector = syntheticFrame(people[place]!, probe, 0.8)
    const exact = people.map((person) => cosine(vector, person)).toSorted((a, b) => b - a)
    const began = performance.now()
    const hits = await index.nearest({ ...space, modelId, keyVersion, vector, limit })
    times.push(performance.now() - began)
    const least = exact[Math.min(limit, size) - 1]! - halfPrecision
    const isGenuine = hits[0]?.subjectId === subjectIdOf(first + place)
    wanted += Math.min(limit, size)
    if (isGenuine) found += hits.filter(({ score }) => score >= least).length
  }
  return { people: size, probes, recall: found / wanted, medianMs: times.toSorted((a, b) => a - b)[times.length >> 1]! }
}
