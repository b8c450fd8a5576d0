import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp, testModel } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { FaceSpace } from './model.ts'
import { createGalleryMorphDetector } from './morph-detector.ts'
import { rowId } from './tokens.ts'

const detector = createGalleryMorphDetector({ rule: testModel.morphRule })
let rig: TestApp

beforeAll(async () => {
  rig = await openTestApp()
})
afterAll(() => rig.close())

/** The direction between two people: with a share of 1 as much like the one as like the other, cosine 0.7 with each. */
function blendOf(a: Float32Array, b: Float32Array, share = 1): Float32Array {
  const sum = a.map((value, i) => value + share * b[i]!)
  const norm = Math.hypot(...sum)
  return sum.map((value) => value / norm)
}

const [ada, bob, cyd, dan] = [1, 2, 3, 4].map((seed) => syntheticPerson(seed)) as [
  Float32Array,
  Float32Array,
  Float32Array,
  Float32Array,
]

/** A gallery of its own with these people in it, each with one face or more. */
async function galleryOf(...people: readonly (readonly Float32Array[])[]) {
  const applicationId = (await rig.createApplication()).credentials.application_id
  const gallery = await rig.database.stores.galleries.findByName(applicationId, 'default')
  if (gallery === undefined) throw new Error('no gallery')
  const { modelId } = testModel
  const space: FaceSpace = { applicationId, galleryId: gallery.id, modelId }
  const keys = await rig.database.stores.applicationKeys.of(applicationId)
  const turn = (vector: Float32Array) => keys.protect(modelId, vector)
  const ids: string[] = []
  for (const faces of people) {
    const id = rowId()
    ids.push(id)
    await rig.database.stores.subjects.insert({
      applicationId,
      id,
      galleryId: gallery.id,
      externalRef: null,
      name: '',
      payload: null,
      hasPin: false,
      createdAt: rig.clock.now(),
      lastSeenAt: null,
    })
    for (const face of faces) {
      await rig.database.stores.faces.insert({ ...space, ...turn(face).at(-1)!, id: rowId(), subjectId: id })
    }
  }
  const isSuspect = (probe: Float32Array, subjectId: string | null = null) =>
    rig.database.transaction((stores) =>
      detector.isSuspect({ stores, space, probe: turn(probe), subjectId, face: null }),
    )
  return { ids, isSuspect }
}

test('[PO21] a blend of two enrolled people is suspect, either of them and a newcomer are not', async () => {
  const { isSuspect } = await galleryOf([ada], [bob], [cyd])
  expect(await isSuspect(blendOf(ada, bob))).toBe(true)
  expect(await isSuspect(ada)).toBe(false)
  expect(await isSuspect(dan)).toBe(false)
})

test('[PO21] it sees only pairs of whom both are enrolled', async () => {
  const { isSuspect } = await galleryOf([ada], [cyd])
  expect(await isSuspect(blendOf(ada, bob))).toBe(false)
  const empty = await galleryOf()
  expect(await empty.isSuspect(blendOf(ada, bob))).toBe(false)
})

test('[PO21] whoever is enrolled under two names may enrol again', async () => {
  const { isSuspect } = await galleryOf([ada], [blendOf(ada, ada)], [cyd])
  expect(await isSuspect(ada)).toBe(false)
})

test('[PO21] two names of one person do not hide the other one of a blend', async () => {
  const { isSuspect } = await galleryOf([ada], [ada], [bob])
  expect(await isSuspect(blendOf(ada, bob))).toBe(true)
})

test('[PO21] two people are as alike as the nearest of their faces', async () => {
  const { isSuspect } = await galleryOf([ada, cyd], [bob, cyd])
  expect(await isSuspect(blendOf(ada, bob))).toBe(false)
})

test('[PO21] a person with a touch of somebody else is still that person', async () => {
  const { isSuspect } = await galleryOf([ada], [bob])
  expect(await isSuspect(blendOf(ada, bob, 0.5))).toBe(false)
})

test('[PO21] whoever enrolls under their own name is never one of the two', async () => {
  const { ids, isSuspect } = await galleryOf([ada], [bob])
  expect(await isSuspect(blendOf(ada, bob), ids[0])).toBe(false)
  expect(await isSuspect(blendOf(ada, bob), ids[1])).toBe(false)
})

test('[PO21] many faces of one subject do not hide the second one', async () => {
  const { isSuspect } = await galleryOf(
    Array.from({ length: 40 }, () => ada),
    [bob],
  )
  expect(await isSuspect(blendOf(ada, bob, 0.8))).toBe(true)
})
