import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../../../test/contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { ProbeIn } from './recognition.ts'

let rig: TestApp
let applicationId: string
let galleryId: string
let ada: string
let bob: string

beforeAll(async () => {
  rig = await openTestApp()
  const shop = await rig.createApplication()
  applicationId = shop.credentials.application_id
  galleryId = (await rig.services.galleries.findByName(applicationId, 'default')).id
  ada = await shop.enroll(syntheticPerson(1))
  bob = await shop.enroll(syntheticPerson(2))
})
afterAll(() => rig.close())

const probe = (seed: number): ProbeIn => ({
  applicationId,
  galleryId,
  vector: syntheticFrame(syntheticPerson(seed), 100 + seed),
})
const newest = async () => (await rig.database.stores.audit.list(applicationId, { limit: 1 }))[0]
const notFound = expect.objectContaining({ code: 'NOT_FOUND' })

test('[PH6] a search names the best first, as many as asked for and none below the score asked for', async () => {
  const { search } = rig.services.recognition
  const all = await search(probe(1), { minScore: -1, limit: 100 })
  expect(all.candidates.map(({ subject }) => subject.id)).toEqual([ada, bob])
  expect(all.verdict).toEqual({ kind: 'match', subjectId: ada })
  expect((await search(probe(1), { minScore: -1, limit: 1 })).candidates).toHaveLength(1)
  expect((await search(probe(1), { minScore: all.threshold, limit: 100 })).candidates).toHaveLength(1)
  expect(await newest()).toMatchObject({ event: 'search', outcome: 'match', subjectId: ada })
  expect(await search(probe(3), { minScore: 0.9, limit: 5 })).toMatchObject({
    candidates: [],
    verdict: { kind: 'none' },
  })
  expect(await newest()).toMatchObject({ event: 'search', outcome: 'none', subjectId: null })
})

test('[PH6] [PO1] a claim is compared with that person’s faces of that gallery alone', async () => {
  const { verify } = rig.services.recognition
  const own = await verify(probe(1), ada)
  expect(own.isMatch).toBe(true)
  expect(own.score).toBeGreaterThanOrEqual(own.threshold)
  expect(await newest()).toMatchObject({ event: 'verify', outcome: 'match', subjectId: ada })
  expect((await verify(probe(1), bob)).isMatch).toBe(false)
  const { id: elsewhere } = await rig.services.galleries.create(applicationId, 'staff')
  await expect(verify({ ...probe(1), galleryId: elsewhere }, ada)).rejects.toEqual(notFound)
  const other = (await rig.createApplication()).credentials.application_id
  await expect(verify({ ...probe(1), applicationId: other }, ada)).rejects.toEqual(notFound)
})

test('[PH6] comparing changes nobody: not even when they were last seen', async () => {
  const before = await rig.services.subjects.find(applicationId, ada)
  await rig.services.recognition.verify(probe(1), ada)
  await rig.services.recognition.search(probe(1), { minScore: -1, limit: 5 })
  expect(await rig.services.subjects.find(applicationId, ada)).toEqual(before)
})
