import { randomUUID } from 'node:crypto'
import { testModel } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { TemplateProtection } from '../domain/application-keys.ts'
import type { Face } from '../domain/model.ts'
import type { Stores } from '../domain/ports.ts'
import { defaultSettings } from '../domain/settings.ts'
import { rowId } from '../domain/tokens.ts'
import type { VersionedSpace } from './exact-memory.ts'

const createdAt = new Date('2026-11-21T12:00:00Z')

/** An application with an empty gallery. */
export async function newSpace(
  { applications, galleries }: Stores,
  protection: TemplateProtection = 'rotated',
): Promise<VersionedSpace> {
  const [applicationId, galleryId] = [rowId(), rowId()]
  const settings = { ...defaultSettings(testModel, ['https://a.example']), protection }
  await applications.insert({ id: applicationId, publicId: randomUUID(), name: 'x', settings, createdAt })
  await galleries.insert({ applicationId, id: galleryId, name: 'default', createdAt })
  return { applicationId, galleryId, modelId: 'test-512', keyVersion: 1 }
}

/** A new person with this face. */
export async function putFace({ subjects, faces }: Stores, face: Face): Promise<void> {
  const { applicationId, galleryId, subjectId: id } = face
  const empty = { externalRef: null, name: '', payload: null, hasPin: false, createdAt, lastSeenAt: null }
  await subjects.insert({ applicationId, galleryId, id, ...empty })
  await faces.insert(face)
}

/** Somebody new in the space, with the face of this seed. */
export async function enroll(stores: Stores, space: VersionedSpace, seed: number): Promise<Face> {
  const face = { ...space, id: rowId(), subjectId: rowId(), vector: syntheticPerson(seed) }
  await putFace(stores, face)
  return face
}
