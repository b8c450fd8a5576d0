import { randomUUID } from 'node:crypto'
import type { ApplicationKeys, TemplateProtection } from '../../packages/server/src/domain/application-keys.ts'
import { createArgon2Hasher } from '../../packages/server/src/domain/argon2-hasher.ts'
import type { Application } from '../../packages/server/src/domain/model.ts'
import type { Database, Stores } from '../../packages/server/src/domain/ports.ts'
import { defaultSettings } from '../../packages/server/src/domain/settings.ts'
import { rowId } from '../../packages/server/src/domain/tokens.ts'
import { testModel } from '../contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'

/** People of one application, as their numbers make them: the same numbers, the same faces, PINs and payloads. */
export interface SeededPeople {
  readonly applicationId: string
  readonly galleryId: string
  /** Of person i. */
  readonly ids: readonly string[]
}

/** The least that argon2 takes: who seeds thousands does not test how slow it is. Checking reads these off the hash. */
const cheap = createArgon2Hasher({ memoryCost: 8, timeCost: 1 })

export const pinOf = (i: number): string => String(7_919 * (i + 1) + 100_000)

export const payloadOf = (i: number) => ({
  member: i,
  name: `Zoë ${i} \u{1F600}`,
  tags: ['a', { deep: [i / 3, null] }],
})

const given = (i: number): Date => new Date(Date.UTC(2026, 0, 1) + i * 61_001)

const batch = 250

/** With payload, PIN, consent and template each; every tenth has a second template and no name. */
export async function seedPeople(
  database: Database,
  {
    people,
    protection,
    onProgress,
  }: { people: number; protection: TemplateProtection; onProgress?: (done: number) => void },
): Promise<SeededPeople> {
  const applicationId = rowId()
  const galleryId = rowId()
  const settings = { ...defaultSettings(testModel, []), protection }
  const application: Application = {
    id: applicationId,
    publicId: `mp_${applicationId}`,
    name: 'Moving',
    settings,
    createdAt: given(0),
  }
  await database.stores.applications.insert(application)
  await database.stores.galleries.insert({ applicationId, id: galleryId, name: 'default', createdAt: given(0) })
  const keys = await database.stores.applicationKeys.of(applicationId)
  const ids = Array.from({ length: people }, () => randomUUID() as string)
  for (let first = 0; first < people; first += batch) {
    const end = Math.min(first + batch, people)
    const hashes = await Promise.all(
      ids.slice(first, end).map((id, j) => cheap.hash(keys.pepper(keys.version, id, pinOf(first + j)))),
    )
    await database.transaction(async (stores) => {
      for (let i = first; i < end; i++) {
        await seedPerson(stores, keys, { applicationId, galleryId, id: ids[i]!, i, hash: hashes[i - first]! })
      }
    })
    onProgress?.(end)
  }
  return { applicationId, galleryId, ids }
}

interface NewPerson {
  readonly applicationId: string
  readonly galleryId: string
  readonly id: string
  readonly i: number
  readonly hash: string
}

async function seedPerson(stores: Stores, keys: ApplicationKeys, person: NewPerson): Promise<void> {
  const { applicationId, galleryId, id, i } = person
  await stores.subjects.insert({
    applicationId,
    id,
    galleryId,
    externalRef: `ref-${i}`,
    name: i % 10 === 0 ? '' : `Person “${i}”`,
    payload: payloadOf(i),
    hasPin: false,
    createdAt: given(i),
    lastSeenAt: i % 3 === 0 ? given(i + 1) : null,
  })
  const pin = { hash: person.hash, pepperVersion: keys.version, uniqueDigest: null }
  await stores.pins.put(applicationId, id, pin, given(i))
  await stores.consents.insert({
    applicationId,
    id: rowId(),
    subjectId: id,
    policyVersion: `v${i % 7}`,
    textSha256: 'ab'.repeat(32),
    locale: 'en',
    givenAt: given(i),
    method: 'widget',
    recordedAt: given(i + 1),
    purpose: 'enrolment',
  })
  const templates = [syntheticPerson(i + 1), ...(i % 10 === 0 ? [syntheticFrame(syntheticPerson(i + 1), 7)] : [])]
  for (const template of templates) {
    const turned = keys.protect(testModel.modelId, template).at(-1)!
    await stores.faces.insert({
      applicationId,
      galleryId,
      id: rowId(),
      subjectId: id,
      modelId: testModel.modelId,
      ...turned,
    })
  }
}
