import { describe, expect, test } from 'vitest'
import { colouredPicture } from '../../../../../test/contract/colour-analyser.ts'
import { testModel } from '../../../../../test/contract/test-app.ts'
import {
  call,
  enrol,
  get,
  key,
  namesOf,
  other,
  otherKey,
  remove,
  rig,
  send,
  shop,
  useUfmeRig,
  withKey,
} from '../../../../../test/contract/ufme-rig.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

useUfmeRig()

const settings = (changes: object) =>
  rig.send('PATCH', `/v1/admin/applications/${shop.credentials.application_id}/settings`, {
    authorization: `Bearer ${rig.adminToken}`,
    body: changes,
  })

describe('[UF1] answers', () => {
  test('enrol, verify, search, delete: the documented elements in their order', async () => {
    const enrolled = await enrol('person-001', 1)
    expect([enrolled.root, enrolled.elements]).toEqual([
      'EnrolResponse',
      [
        ['status', 'OK'],
        ['subject_id', 'person-001'],
        ['quality_score', expect.stringMatching(/^[01]\.\d\d$/)],
        ['model_id', testModel.modelId],
      ],
    ])
    const verified = await call('verify', { person: 1 }, { subject_id: 'person-001', partition: 'default' })
    expect([verified.root, verified.elements]).toEqual([
      'VerifyResponse',
      [
        ['status', 'OK'],
        ['match', 'true'],
        ['score', '1.000'],
        ['subject_id', 'person-001'],
        ['quality_score', expect.stringMatching(/^[01]\.\d\d$/)],
        ['model_id', testModel.modelId],
      ],
    ])
    const found = await call('search', { person: 1 }, { partition: 'default', top_k: 5, threshold: 0.4 })
    expect([found.root, found.elements]).toEqual([
      'SearchResponse',
      [
        ['status', 'OK'],
        ['candidates', { candidate: [{ subject_id: 'person-001', score: '1.000', rank: '1' }] }],
        ['quality_score', expect.stringMatching(/^[01]\.\d\d$/)],
        ['model_id', testModel.modelId],
      ],
    ])
    const deleted = await remove({ subject_id: 'person-001', partition: 'default' })
    expect(deleted.text).toBe('<DeleteResponse><status>OK</status><subject_id>person-001</subject_id></DeleteResponse>')
    expect(namesOf(await call('search', { person: 1 }))).toEqual([])
    expect((await call('verify', { person: 1 }, { subject_id: 'person-001' })).status).toBe(404)
    expect((await remove({ subject_id: 'person-001' })).status).toBe(404)
  })

  test('a stranger is a 200 without a match; a score of what points apart is 0.000', async () => {
    await enrol('somebody', 30)
    for (const person of [31, 32, 33, 34]) {
      const { status, xml } = await call('verify', { person }, { subject_id: 'somebody' })
      expect([status, xml.match]).toEqual([200, 'false'])
      expect(xml.score).toMatch(/^0\.\d{3}$/)
    }
    const none = await call('search', { person: 31 })
    expect(none.text).toContain('<candidates></candidates>')
  })

  test('a threshold changes the match and not the score; nobody below it is found', async () => {
    await enrol('half', 40)
    const probe = { person: 40, blendedWith: 41 }
    const verify = (threshold?: number) =>
      call('verify', probe, { subject_id: 'half', ...(threshold ? { threshold } : {}) })
    const [usual, strict] = [await verify(), await verify(0.99)]
    expect([usual.xml.match, strict.xml.match]).toEqual(['true', 'false'])
    expect(strict.xml.score).toBe(usual.xml.score)
    expect(Number(usual.xml.score)).toBeCloseTo(Math.SQRT1_2, 1)
    expect(namesOf(await call('search', probe, { threshold: 0.99 }))).toEqual([])
    expect(namesOf(await call('search', probe, { threshold: 0.5 }))).toEqual(['half'])
    expect(namesOf(await call('search', probe, { min_score: 0.99 }))).toEqual([])
    expect((await call('search', probe, { min_score: 0.9, threshold: 0.8 })).status).toBe(400)
  })

  test('the best first, ranks from 1, at most top_k', async () => {
    await enrol('first', 50, { partition: 'ranks' })
    await enrol('second', 51, { partition: 'ranks' })
    await enrol('third', 52, { partition: 'ranks' })
    const search = (top_k: number) =>
      call('search', { person: 50, blendedWith: 51 }, { partition: 'ranks', top_k, threshold: 0 })
    const { xml } = await search(2)
    expect(xml.candidates.candidate.map((each: { rank: string }) => each.rank)).toEqual(['1', '2'])
    const scores = xml.candidates.candidate.map((each: { score: string }) => Number(each.score))
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    expect(namesOf(await search(2)).toSorted()).toEqual(['first', 'second'])
    expect(namesOf(await search(1))).toHaveLength(1)
  })

  test.each(['<x/>&"\']]>', 'Zoë', '山田', '🦊', 'a b', 'x'.repeat(128), '"; DROP TABLE faces; --'])(
    'D2 the subject id %s comes back as it was given',
    async (subjectId) => {
      expect((await enrol(subjectId, 60, { partition: 'names' })).xml.subject_id).toBe(subjectId)
      expect(namesOf(await call('search', { person: 60 }, { partition: 'names' }))).toEqual([subjectId])
      expect((await remove({ subject_id: subjectId, partition: 'names' })).xml.subject_id).toBe(subjectId)
    },
  )

  test('the older form: one JSON object with the picture in base64', async () => {
    const image = await colouredPicture({ person: 70 })
    const json = (path: string, body: object) => send('POST', path, { body: { image, ...body }, headers: withKey() })
    expect((await json('enroll', { subject_id: 'old', partition: 'old-form' })).root).toBe('EnrolResponse')
    expect(namesOf(await json('search', { partition: 'old-form', top_k: 5, min_score: 0.45 }))).toEqual(['old'])
    expect((await json('verify', { subject_id: 'old', partition: 'old-form' })).xml.match).toBe('true')
  })

  test('delete takes the form too', async () => {
    await enrol('by-form', 71)
    expect((await call('delete', {}, { subject_id: 'by-form' })).status).toBe(200)
  })
})

describe('[UF2] gates, in this order', () => {
  const bad = { faces: 0, live: 0, sharpness: 0, eyes: 100 }

  test.each(['search', 'verify', 'enrol'])('%s: face 400, attack 451, quality 422', async (path) => {
    if (path === 'verify') await enrol('gated', 80)
    const gate = (drawn: object) => call(path, { ...bad, person: 80, ...drawn }, { subject_id: 'gated' })
    const outcomes = [
      await gate({}),
      await gate({ faces: 2 }),
      await gate({ faces: 1 }),
      await gate({ faces: 1, live: 255 }),
      await gate({ faces: 1, live: 255, sharpness: 255, eyes: 20 }),
    ]
    expect(outcomes.map(({ status, xml }) => [status, xml.code])).toEqual([
      [400, 'NO_FACE'],
      [400, 'MANY_FACES'],
      [451, 'SPOOF_SUSPECTED'],
      [422, 'QUALITY_TOO_LOW'],
      [422, 'FACE_TOO_SMALL'],
    ])
    expect((await gate({ faces: 1, live: 255, sharpness: 255 })).status).toBe(200)
  })

  test('attacks and quality are settings', async () => {
    await settings({ ufme_pad_threshold: null, ufme_quality_threshold: 0 })
    expect((await call('search', { live: 0, sharpness: 0 })).status).toBe(200)
    await settings({ ufme_pad_threshold: 0.15, ufme_quality_threshold: 0.4 })
    expect((await call('search', { live: 0 })).status).toBe(451)
  })

  test('a blend of two who are enrolled is refused, before its quality, and only when enrolling', async () => {
    const partition = 'morphs'
    await enrol('a', 90, { partition })
    await enrol('b', 91, { partition })
    const blend = { person: 90, blendedWith: 91 }
    const refused = await call('enrol', { ...blend, sharpness: 0 }, { subject_id: 'c', partition })
    expect([refused.status, refused.xml.code]).toEqual([422, 'MORPH_SUSPECTED'])
    expect((await call('search', blend, { partition })).status).toBe(200)
    await settings({ refuse_morphs: false, prevent_duplicates: false })
    expect((await call('enrol', blend, { subject_id: 'c', partition })).status).toBe(200)
    await settings({ refuse_morphs: true, prevent_duplicates: true })
  })

  test('I32 somebody else with this face: 409, unless the application allows it', async () => {
    const partition = 'twins'
    await enrol('one', 95, { partition })
    const twin = () => enrol('two', 95, { partition })
    expect((await twin()).xml.code).toBe('FACE_DUPLICATE')
    await settings({ prevent_duplicates: false })
    expect((await twin()).status).toBe(200)
    await settings({ prevent_duplicates: true })
  })

  test('who leaves nothing behind: a refused enrolment makes neither subject nor partition', async () => {
    await call('enrol', { sharpness: 0 }, { subject_id: 'x', partition: 'never' })
    await settings({ max_subjects: 0 })
    expect((await call('enrol', { person: 1 }, { subject_id: 'x', partition: 'never' })).status).toBe(409)
    await settings({ max_subjects: null })
    expect((await get('partitions')).json.partitions).not.toContain('never')
  })
})

describe('[UF3] subjects', () => {
  test.each([
    ['replace', ['200', '100.1']],
    ['add', ['200', '100.1 101.1']],
    ['refuse', ['409', '100.1']],
  ] as const)('enrolling a subject who is there: %s', async (how, [status, known]) => {
    const partition = `existing-${how}`
    await settings({ ufme_on_existing: how })
    await enrol('again', how === 'replace' ? 101 : 100, { partition })
    const second = await enrol('again', how === 'replace' ? 100 : 101, { partition })
    expect(String(second.status)).toBe(status)
    const found = []
    for (const person of [100, 101]) {
      const names = namesOf(await call('search', { person }, { partition }))
      if (names.length > 0) found.push(`${person}.${names.length}`)
    }
    expect(found.join(' ')).toBe(known)
    await settings({ ufme_on_existing: 'replace' })
  })

  test('who was enrolled by the widget has the facial id for a name', async () => {
    const facialId = await shop.enroll(syntheticPerson(110))
    expect(namesOf(await call('search', { person: 110 }))).toEqual([facialId])
    expect((await call('verify', { person: 110 }, { subject_id: facialId })).xml.match).toBe('true')
    expect((await enrol(facialId, 111)).xml.subject_id).toBe(facialId)
    expect(namesOf(await call('search', { person: 111 }))).toEqual([facialId])
    await settings({ ufme_on_existing: 'refuse' })
    expect((await enrol(facialId, 110)).status).toBe(409)
    await settings({ ufme_on_existing: 'replace' })
    expect((await remove({ subject_id: facialId })).xml.subject_id).toBe(facialId)
    expect((await shop.backend('GET', `/v1/subjects/${facialId}`)).status).toBe(410)
  })

  test('who has a name of the backend has no other', async () => {
    await enrol('named', 112)
    const { subjects } = (await shop.backend('GET', '/v1/subjects?limit=100')).json
    const { facial_id } = subjects.find((each: { user_ref: string }) => each.user_ref === 'named')
    expect((await remove({ subject_id: facial_id })).status).toBe(404)
  })

  test('ten faces a subject', async () => {
    await settings({ ufme_on_existing: 'add' })
    for (let i = 0; i < 10; i++) expect((await enrol('many', 120 + i)).status).toBe(200)
    expect((await enrol('many', 130)).xml.code).toBe('CONFLICT')
    await settings({ ufme_on_existing: 'replace' })
  })
})

describe('[UF4] partitions', () => {
  test('are galleries: enrolling makes one, elsewhere one that is not there is empty or 404', async () => {
    expect((await call('search', { person: 140 }, { partition: 'watchlist' })).status).toBe(200)
    expect((await call('verify', { person: 140 }, { partition: 'watchlist', subject_id: 'x' })).status).toBe(404)
    expect((await remove({ partition: 'watchlist', subject_id: 'x' })).status).toBe(404)
    expect((await get('partitions')).json.partitions).not.toContain('watchlist')
    const before = (await get('stats')).json
    await enrol('x', 140, { partition: 'watchlist' })
    const after = (await get('api/v1/stats')).json
    expect(after.partitions).toEqual({ ...before.partitions, watchlist: 1 })
    expect(after.total_subjects).toBe(before.total_subjects + 1)
    expect((await get('partitions')).json).toEqual((await get('api/v1/partitions')).json)
    expect((await get('partitions')).json.partitions).toEqual(Object.keys(after.partitions))
    expect(namesOf(await call('search', { person: 140 }))).toEqual([])
    expect(namesOf(await call('search', { person: 140 }, { partition: 'watchlist' }))).toEqual(['x'])
  })

  test('two enrolments at once make one', async () => {
    const both = await Promise.all([
      enrol('left', 145, { partition: 'at-once' }),
      enrol('right', 146, { partition: 'at-once' }),
    ])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect((await get('stats')).json.partitions['at-once']).toBe(2)
  })

  test('a credential on another gallery calls that one default', async () => {
    await shop.backend('POST', '/v1/galleries', { name: 'staff' })
    const admin = { authorization: `Bearer ${rig.adminToken}` }
    const path = `/v1/admin/applications/${shop.credentials.application_id}/keys`
    const issued = await rig.send('POST', path, { ...admin, body: { kind: 'ufme', name: 'door', gallery: 'staff' } })
    const door: string = issued.json.secret
    expect((await enrol('guard', 150, {}, door)).status).toBe(200)
    expect((await get('stats', door)).json.partitions.default).toBe(1)
    expect(namesOf(await call('search', { person: 150 }, {}, door))).toEqual(['guard'])
    expect(namesOf(await call('search', { person: 150 }, { partition: 'staff' }))).toEqual(['guard'])
    expect(namesOf(await call('search', { person: 150 }))).toEqual([])
  })

  test('another application is not there, whatever is asked', async () => {
    await enrol('ours', 160, { partition: 'secret' })
    const theirs = { subject_id: 'ours', partition: 'secret' }
    expect((await call('verify', { person: 160 }, theirs, otherKey)).status).toBe(404)
    expect((await remove(theirs, otherKey)).status).toBe(404)
    expect(namesOf(await call('search', { person: 160 }, { partition: 'secret' }, otherKey))).toEqual([])
    expect((await get('partitions', otherKey)).json.partitions).toEqual(['default'])
    expect(other.credentials.ufme.api_key).not.toBe(key)
  })
})
