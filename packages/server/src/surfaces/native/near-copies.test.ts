import { cosine, meanDirection } from '@mien/shared/template/unit-vector'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import { openTestApp, type TestApp, type TestApplication, wireTemplate } from '../../../../../test/contract/test-app.ts'
import { framesAround, vectorAt } from '../../../../../test/fixtures/frames-around.ts'
import { syntheticFrame, syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let seed = 1
let moves = 1

describe.each(engines)('on $name', ({ open }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await open() })
  })
  beforeEach(async () => {
    shop = await rig.createApplication()
  })
  afterAll(() => rig.close())

  const withFrames = (frames: readonly Float32Array[]) => ({ templates: frames.map((frame) => wireTemplate(frame)) })

  /** What somebody sends who has a template: other frames each time, always the same mean. */
  const around = (vector: Float32Array) => {
    moves += 2
    return withFrames(framesAround(vector, moves))
  }
  const signIn = (changes: object, target = shop) => target.run('authenticate', syntheticPerson(1), changes)
  const audited = async (target = shop) => (await target.backend('GET', '/v1/audit?limit=1')).json.records[0]

  test('[SEC-05] identical, nearly identical and not: replay, denied, let in', async () => {
    const person = syntheticPerson(++seed)
    const facialId = await shop.enroll(person)
    const frames = [1, 2, 3].map((i) => syntheticFrame(person, 1000 + i))
    expect(await signIn(withFrames(frames))).toMatchObject({ status: 'ok' })
    const identical = await shop.submit(await shop.begin({ operation: 'authenticate' }), person, withFrames(frames))
    expect([identical.status, identical.json.error.code]).toEqual([409, 'template_replay'])

    const accepted = meanDirection(frames)
    const sent = { near: vectorAt(0.9996, accepted, 7), far: vectorAt(0.99, accepted, 8) }
    expect(cosine(sent.near, accepted)).toBeGreaterThan(0.9995)
    const denied = await signIn(around(sent.near))
    expect(denied).toEqual(await signIn({}, shop))
    expect(denied).toEqual({ status: 'refused', reason: 'not_recognised' })
    expect(await signIn(around(sent.far))).toMatchObject({ status: 'ok', disclosed: { facial_id: facialId } })
    console.log(
      'SEC-05 identical: 409 template_replay; cosine 0.9996 to an accepted probe: refused; 0.99: let in, as documented',
    )
  })

  test('[PO23] what somebody was enrolled with is a copy too, and the audit log alone says why', async () => {
    const person = syntheticPerson(++seed)
    const frames = [1, 2, 3].map((i) => syntheticFrame(person, 2000 + i))
    const facialId = await shop.enroll(person, withFrames(frames))
    expect(await signIn(around(meanDirection(frames)))).toEqual({ status: 'refused', reason: 'not_recognised' })
    expect(await audited()).toMatchObject({ outcome: 'near_copy', facial_id: null })
    expect(await signIn(withFrames([4, 5, 6].map((i) => syntheticFrame(person, 2000 + i))))).toMatchObject({
      disclosed: { facial_id: facialId },
    })
  })

  test('[PO23] the last twenty count; what a person was recognised by goes with their faces', async () => {
    const person = syntheticPerson(++seed)
    const facialId = await shop.enroll(person)
    const probeOf = (turn: number) => vectorAt(0.95, person, 3000 + turn)
    for (let turn = 0; turn <= 20; turn++) {
      rig.clock.advance(1)
      expect(await signIn(around(probeOf(turn)))).toMatchObject({ status: 'ok' })
    }
    expect(await signIn(around(probeOf(1)))).toMatchObject({ status: 'refused' })
    expect(await signIn(around(probeOf(20)))).toMatchObject({ status: 'refused' })
    expect(await signIn(around(probeOf(0)))).toMatchObject({ status: 'ok' })
    const { application_id: applicationId } = shop.credentials
    const kept = () => rig.database.stores.recentProbes.ofSubjects(applicationId, 'test-512', [facialId])
    expect(await kept()).toHaveLength(20)
    const [{ face_id: faceId }] = (await shop.backend('GET', `/v1/subjects/${facialId}/faces`)).json.faces
    await shop.backend('DELETE', `/v1/subjects/${facialId}/faces/${faceId}`)
    expect(await kept()).toHaveLength(0)
  })

  test('[PO23] [GU8] a copy is a failure like any other: it makes none good, and five of them end in a wait', async () => {
    const person = syntheticPerson(++seed)
    const facialId = await shop.enroll(person)
    const probe = vectorAt(0.95, person, 5000)
    expect(await signIn(around(probe))).toMatchObject({ status: 'ok' })
    const fail = async () => expect(await signIn(around(syntheticPerson(++seed)))).toMatchObject({ status: 'refused' })
    for (let i = 0; i < 3; i++) await fail()
    expect(await signIn(around(probe))).toMatchObject({ status: 'refused' })
    expect(await audited()).toMatchObject({ outcome: 'near_copy' })
    await fail()
    expect((await shop.backend('GET', '/v1/audit?limit=100')).json.records[1]).toMatchObject({ event: 'lockout' })
    expect(await signIn({ ...around(vectorAt(0.9, person, 5001)) })).toMatchObject({ status: 'refused' })
    expect(await audited()).toMatchObject({ outcome: 'locked' })
    rig.clock.advance(30)
    expect(await signIn(around(vectorAt(0.9, person, 5002)))).toMatchObject({ disclosed: { facial_id: facialId } })
    // Which started the count anew: four copies of it are too few for another wait.
    for (let i = 0; i < 4; i++) {
      expect(await signIn(around(vectorAt(0.9, person, 5002)))).toMatchObject({ status: 'refused' })
    }
    expect(await signIn(around(vectorAt(0.9, person, 5003)))).toMatchObject({ status: 'ok' })
  })

  test('[PO23] of two copies at once one is let in, and stored probes are turned', async () => {
    const person = syntheticPerson(++seed)
    const facialId = await shop.enroll(person)
    const probe = vectorAt(0.95, person, 4000)
    const both = await Promise.all([1, 2].map(() => signIn(around(probe))))
    expect(both.map(({ status }) => status).sort()).toEqual(['ok', 'refused'])
    const { application_id: applicationId } = shop.credentials
    const [stored] = await rig.database.stores.recentProbes.ofSubjects(applicationId, 'test-512', [facialId])
    expect(Math.abs(cosine(stored!.vector, probe))).toBeLessThan(0.25)
  })
})
