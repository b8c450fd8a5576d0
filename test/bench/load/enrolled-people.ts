import { randomBytes, randomUUID } from 'node:crypto'
import { findPack } from '@mien/shared/vision/manifest'
import type { Seeding } from '../../../packages/server/src/db/open-seeding.fixture.ts'
import { loadManifest } from '../../../packages/server/src/models/load-manifest.ts'
import { faceLike } from '../../fixtures/face-like.ts'
import { syntheticFrame, syntheticPerson } from '../../fixtures/synthetic-templates.ts'
import { createTestDevice, type TestDevice } from '../../fixtures/test-device.ts'
import { binaryCopy, halfvecField, smallintField, timestampField, uuidField } from '../search/binary-copy.ts'

/** People that a load is made of. */
export interface EnrolledPeople {
  readonly modelId: string
  readonly count: number
  /** Of the first of them; the others have none. */
  readonly devices: readonly TestDevice[]
  /** Another frame of somebody, as the model would see it. */
  frameOf(i: number, seed: number): Float32Array
}

export interface EnrolOptions {
  readonly applicationId: string
  readonly people: number
  /** So many of them have a device key of their own. */
  readonly devices: number
  /** Two galleries of one seed have the same people. */
  readonly firstSeed?: number
  readonly onProgress?: (done: number) => void
}

/**
 * Writes people as their enrolment does, a template and a sealed payload each, into the tables of a server that runs: turned and sealed under
 * the application's own keys.
 */
export async function enrolPeople({ database, keysOf }: Seeding, options: EnrolOptions): Promise<EnrolledPeople> {
  const { applicationId, people, firstSeed = 1, onProgress = () => {} } = options
  const modelId = findPack(await loadManifest(), 'standard').embedder.id
  const keys = await keysOf(applicationId)
  const [row] = await database.query('select id from galleries where application_id = $1', [applicationId])
  const galleryId = row!.id as string
  const ids = Array.from({ length: people }, () => randomUUID())
  const devices = Array.from({ length: options.devices }, createTestDevice)
  const [application, gallery, now] = [uuidField(applicationId), uuidField(galleryId), timestampField(new Date())]
  const personOf = (i: number) => syntheticPerson(firstSeed + i)

  const subjects = binaryCopy(people, (i) => {
    const payload = keys.seal({ column: 'subjects.payload', row: ids[i]! }, Buffer.from(`{"number":${i}}`))
    return [application, uuidField(ids[i]!), gallery, payload, now]
  })
  await database.copy('subjects (application_id, id, gallery_id, payload, created_at)', subjects)

  const faces = binaryCopy(people, (i) => {
    if ((i + 1) % 1000 === 0) onProgress(i + 1)
    const { keyVersion, vector } = keys.protect(modelId, faceLike(personOf(i))).at(-1)!
    const head = [application, gallery, timeOrderedId(i), uuidField(ids[i]!), Buffer.from(modelId)]
    return [...head, smallintField(keyVersion), smallintField(vector.length), halfvecField(vector)]
  })
  const columns = 'application_id, gallery_id, id, subject_id, model_id, key_version, dimension, vector'
  await database.copy(`faces (${columns})`, faces)

  const keyRows = binaryCopy(devices.length, (i) => {
    const { keyId, publicKey } = devices[i]!
    const stored = Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify(publicKey))])
    return [application, timeOrderedId(i), uuidField(ids[i]!), Buffer.from(keyId), stored, Buffer.from('active'), now]
  })
  await database.copy('devices (application_id, id, subject_id, key_id, public_key, status, created_at)', keyRows)
  await database.query('analyze')
  const frameOf = (i: number, frameSeed: number) => faceLike(syntheticFrame(personOf(i), frameSeed))
  return { modelId, count: people, devices, frameOf }
}

/** UUIDv7, as rows of the server have: the time, and random bits. */
function timeOrderedId(i: number): Buffer {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now() + i, 0, 6)
  bytes[6] = 0x70 | (bytes[6]! & 15)
  bytes[8] = 0x80 | (bytes[8]! & 63)
  return bytes
}
