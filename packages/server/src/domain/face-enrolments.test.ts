import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../../../test/contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { type FaceEnrolment, type FaceOwner, maxFaces } from './face-enrolments.ts'
import type { Application } from './model.ts'
import type { FaceSample } from './pictures.ts'

let rig: TestApp
let application: Application
let galleryId: string

beforeAll(async () => {
  rig = await openTestApp()
})
beforeEach(async () => {
  const { credentials } = await rig.createApplication()
  application = (await rig.database.stores.applications.find(credentials.application_id))!
  galleryId = (await rig.services.galleries.findByName(application.id, 'default')).id
})
afterAll(() => rig.close())

let frame = 0
const anyone: FaceOwner = { kind: 'new', subject: {} }
const enrolment = (person: Float32Array, changes: Partial<FaceEnrolment> = {}): FaceEnrolment => ({
  application,
  galleryId,
  face: { vector: syntheticFrame(person, ++frame), sample: null },
  owner: anyone,
  minQuality: null,
  refuseMorphs: true,
  mayRepeat: false,
  clientAddress: null,
  ...changes,
})
const enroll = (person: Float32Array, changes?: Partial<FaceEnrolment>) =>
  rig.services.faceEnrolments.enroll(enrolment(person, changes))
const facesOf = async (subjectId: string) => rig.database.stores.faces.listOfSubject(application.id, subjectId)
const code = (expected: string) => expect.objectContaining({ code: expected })
const blend = (a: Float32Array, b: Float32Array) => {
  const sum = a.map((value, i) => value + b[i]!)
  return sum.map((value) => value / Math.hypot(...sum))
}
/** A picture of this quality, whose face is that of the vector. */
const pictured = (vector: Float32Array, quality: number) => ({ vector, sample: { quality, face: {} } as FaceSample })
const outcomes = async () =>
  (await rig.database.stores.audit.list(application.id, { limit: 100 }))
    .filter(({ event }) => event === 'enroll')
    .map(({ outcome }) => outcome)

describe('[PH2] gates', () => {
  test('a blend is called one before its quality is looked at, and quality before whose face it is', async () => {
    const [ada, bob] = [syntheticPerson(1), syntheticPerson(2)]
    for (const person of [ada, bob]) await enroll(person)
    const poor = { minQuality: 0.4 }
    const face = (vector: Float32Array, quality: number) => ({ face: pictured(vector, quality) })
    await expect(enroll(ada, { ...face(blend(ada, bob), 0.1), ...poor })).rejects.toEqual(code('MORPH_SUSPECTED'))
    await expect(enroll(ada, { ...face(ada, 0.39), ...poor })).rejects.toEqual(code('QUALITY_TOO_LOW'))
    await expect(enroll(ada, { ...face(ada, 0.4), ...poor })).rejects.toEqual(code('FACE_DUPLICATE'))
    expect(await rig.database.stores.subjects.count(application.id)).toBe(2)
    expect(await outcomes()).toEqual(['duplicate', 'quality', 'morph', 'granted', 'granted'])
  })

  test('whoever has the face already may add another of it', async () => {
    const { subject } = await enroll(syntheticPerson(1))
    const again = await enroll(syntheticPerson(1), {
      owner: { kind: 'existing', subjectId: subject.id, how: 'add' },
    })
    expect(again.subject.id).toBe(subject.id)
    expect(await facesOf(subject.id)).toHaveLength(2)
  })

  test('an application takes as many people as its quota, also when they come at once', async () => {
    application = { ...application, settings: { ...application.settings, max_subjects: 2 } }
    const tries = await Promise.allSettled([11, 12, 13, 14].map((seed) => enroll(syntheticPerson(seed))))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    for (const each of tries) {
      if (each.status === 'rejected') expect(each.reason).toEqual(code('QUOTA_REACHED'))
    }
    expect(await rig.database.stores.faces.countAll(application.id)).toBe(2)
  })
})

describe('[PH4] whose face it is', () => {
  const ref = (onExisting: 'replace' | 'add' | 'refuse'): FaceOwner => ({ kind: 'ref', externalRef: 'r', onExisting })

  test('a reference that nobody has makes a newcomer; one that is taken replaces, adds or is refused', async () => {
    const first = await enroll(syntheticPerson(1), { owner: ref('refuse') })
    expect(first.subject.externalRef).toBe('r')
    await expect(enroll(syntheticPerson(2), { owner: ref('refuse') })).rejects.toEqual(code('CONFLICT'))
    await enroll(syntheticPerson(2), { owner: ref('add') })
    expect(await facesOf(first.subject.id)).toHaveLength(2)
    const last = await enroll(syntheticPerson(3), { owner: ref('replace') })
    expect((await facesOf(first.subject.id)).map(({ id }) => id)).toEqual([last.faceId])
  })

  test('a person has ten faces at most, and one in another gallery is not there', async () => {
    const { subject } = await enroll(syntheticPerson(1))
    const owner: FaceOwner = { kind: 'existing', subjectId: subject.id, how: 'add' }
    for (let i = 1; i < maxFaces; i++) await enroll(syntheticPerson(1), { owner })
    await expect(enroll(syntheticPerson(1), { owner })).rejects.toEqual(code('CONFLICT'))
    await enroll(syntheticPerson(1), { owner: { ...owner, how: 'replace' } })
    expect(await facesOf(subject.id)).toHaveLength(1)
    const { id: elsewhere } = await rig.services.galleries.create(application.id, 'staff')
    const moved = enroll(syntheticPerson(1), { owner, galleryId: elsewhere })
    await expect(moved).rejects.toEqual(code('NOT_FOUND'))
  })

  const look = (person: Float32Array, insert: boolean) =>
    rig.services.faceEnrolments.findOrEnroll({
      application,
      galleryId,
      face: { vector: syntheticFrame(person, ++frame), sample: null },
      clientAddress: null,
      insert,
    })

  test('[PH2] who is not found and looks like a blend of two is not enrolled, unless the application takes such', async () => {
    const [ada, bob] = [syntheticPerson(1), syntheticPerson(2)]
    for (const person of [ada, bob]) await enroll(person)
    const times = (person: Float32Array, weight: number) => person.map((value) => value * weight)
    // About 0.385 like either: too little to be found (0.41), enough for a blend (0.35).
    const near = blend(blend(ada, times(bob, 0.9)), times(syntheticPerson(3), 1.7))
    expect(await look(near, false)).toEqual({ found: null, enrolled: null })
    await expect(look(near, true)).rejects.toEqual(code('MORPH_SUSPECTED'))
    expect(await rig.database.stores.subjects.count(application.id)).toBe(2)
    expect((await outcomes())[0]).toBe('morph')
    application = { ...application, settings: { ...application.settings, refuse_morphs: false } }
    expect((await look(near, true)).enrolled).not.toBeNull()
  })

  test('[PH4] a search that would enroll one too many says so in the audit log', async () => {
    application = { ...application, settings: { ...application.settings, max_subjects: 0 } }
    await expect(look(syntheticPerson(1), true)).rejects.toEqual(code('QUOTA_REACHED'))
    expect(await outcomes()).toEqual(['quota'])
  })

  test('who is looked for is found, or enrolled where that was asked for, once', async () => {
    const ada = syntheticPerson(5)
    expect(await look(ada, false)).toEqual({ found: null, enrolled: null })
    const both = await Promise.all([look(ada, true), look(ada, true)])
    expect(both.filter(({ enrolled }) => enrolled !== null)).toHaveLength(1)
    expect((await look(ada, false)).found?.id).toBe(both.map(({ found, enrolled }) => (found ?? enrolled)?.id)[0])
    expect(await rig.database.stores.subjects.count(application.id)).toBe(1)
  })
})
