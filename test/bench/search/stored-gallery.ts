import { randomUUID } from 'node:crypto'
import type { SearchDatabase } from '../../../packages/server/src/db/open-search.fixture.ts'
import type { VersionedSpace } from '../../../packages/server/src/db/template-index.contract.ts'
import { binaryCopy, halfvecField, smallintField, timestampField, uuidField } from './binary-copy.ts'
import type { TemplateSource } from './template-source.ts'

export interface StoredGallery {
  readonly space: VersionedSpace
  readonly loadMs: number
  /** Of the rows of faces, with the indexes that the schema has. */
  readonly bytes: number
}

const modelId = 'bench-512'
const keyVersion = 1

/** 48 bits in the last group: what is needed to know whose it is. */
const subjectIdOf = (person: number): string => `00000000-0000-4000-8000-${person.toString(16).padStart(12, '0')}`
export const faceIdOf = (row: number): string => `00000000-0000-7000-8000-${row.toString(16).padStart(12, '0')}`
/** Of a subject's or a face's id. */
export const numberOf = (id: string): number => Number.parseInt(id.slice(24), 16)

/** Writes the templates as a gallery of an application of its own into the schema's own tables, with their triggers and constraints. */
export async function storeGallery(
  database: SearchDatabase,
  source: TemplateSource,
  onProgress: (rows: number) => void = () => {},
): Promise<StoredGallery> {
  const space = { applicationId: randomUUID(), galleryId: randomUUID(), modelId, keyVersion }
  const before = await bytesOfFaces(database)
  const began = performance.now()
  await insertGallery(database, space)
  await copySubjects(database, space, peopleOf(source))
  await copyFaces(database, space, source, onProgress)
  const loadMs = performance.now() - began
  await database.query('analyze faces')
  return { space, loadMs, bytes: (await bytesOfFaces(database)) - before }
}

async function bytesOfFaces({ query }: SearchDatabase): Promise<number> {
  const [row] = await query(`select pg_total_relation_size('faces')::text as bytes`)
  return Number(row!.bytes)
}

async function insertGallery({ query }: SearchDatabase, { applicationId, galleryId }: VersionedSpace): Promise<void> {
  await query(
    `insert into applications (id, public_id, name, settings, created_at) values ($1::uuid, $1::text, 'bench', '{}', now())`,
    [applicationId],
  )
  await query(`insert into galleries (application_id, id, name, created_at) values ($1, $2, 'default', now())`, [
    applicationId,
    galleryId,
  ])
}

function peopleOf({ rows, personOf }: TemplateSource): readonly number[] {
  const people = new Set<number>()
  for (let row = 0; row < rows; row++) people.add(personOf(row))
  return [...people]
}

async function copySubjects(database: SearchDatabase, space: VersionedSpace, people: readonly number[]): Promise<void> {
  const [application, gallery] = [uuidField(space.applicationId), uuidField(space.galleryId)]
  const [payload, createdAt] = [Buffer.of(0), timestampField(new Date())]
  const rows = binaryCopy(people.length, (i) => [
    application,
    uuidField(subjectIdOf(people[i]!)),
    gallery,
    payload,
    createdAt,
  ])
  await database.copy('subjects (application_id, id, gallery_id, payload, created_at)', rows)
}

async function copyFaces(
  database: SearchDatabase,
  space: VersionedSpace,
  source: TemplateSource,
  onProgress: (rows: number) => void,
): Promise<void> {
  const [application, gallery] = [uuidField(space.applicationId), uuidField(space.galleryId)]
  const [model, version, dimension] = [Buffer.from(modelId), smallintField(keyVersion), smallintField(source.dimension)]
  const vector = new Float32Array(source.dimension)
  const rows = binaryCopy(source.rows, (row) => {
    if ((row + 1) % 1000 === 0) onProgress(row + 1)
    source.write(row, vector)
    const subject = uuidField(subjectIdOf(source.personOf(row)))
    return [application, gallery, uuidField(faceIdOf(row)), subject, model, version, dimension, halfvecField(vector)]
  })
  const columns = 'application_id, gallery_id, id, subject_id, model_id, key_version, dimension, vector'
  await database.copy(`faces (${columns})`, rows)
}
