import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMienServerClient } from '../../packages/server/src/client/mien-server-client.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { findLeaks, textCanary, vectorCanary } from '../rig/canaries.ts'
import { colourAnalyser, drawPicture } from './colour-analyser.ts'
import { consentGiven, openTestApp, type TestApp, type TestApplication, testModel, wireTemplate } from './test-app.ts'

let rig: TestApp
beforeAll(async () => {
  rig = await openTestApp({ analyser: colourAnalyser })
})
afterAll(() => rig?.close())

const daySeconds = 86_400

/** As a server that runs: it looks again and again. @returns how many were erased */
async function passDays(days: number): Promise<number> {
  let erased = 0
  for (let day = 0; day < days; day++) {
    rig.clock.advance(daySeconds)
    erased += await rig.services.retention.sweep()
  }
  return erased
}

describe('[PV4] retention', () => {
  const add = async (application: TestApplication, user_ref: string): Promise<string> =>
    (await application.backend('POST', '/v1/subjects', { user_ref })).json.facial_id

  test('erases who was not there for so many days, and nobody else, by the clock', async () => {
    const application = await rig.createApplication({ retention_days: 30 })
    const forever = await rig.createApplication({ retention_days: null })
    const hook = { url: 'https://hooks.example/in', events: ['deletion'] }
    const { webhook_id } = (await application.backend('POST', '/v1/webhooks', hook)).json
    const [ada, ben, cy] = [syntheticPerson(101), syntheticPerson(102), syntheticPerson(103)]
    const [gone, signedIn, compared] = [
      await application.enroll(ada),
      await application.enroll(ben),
      await application.enroll(cy),
    ]
    const many = await Promise.all(Array.from({ length: 105 }, (_, i) => add(application, `user-${i}`)))
    const kept = await forever.enroll(ada)
    expect(await rig.services.retention.sweep()).toBe(0)
    expect(await passDays(20)).toBe(0)
    expect((await application.run('authenticate', ben)).status).toBe('ok')
    const template = wireTemplate(cy)
    const match = await application.backend('POST', '/v1/verify', { facial_id: compared, template })
    expect(match.json).toMatchObject({ match: true })
    // Somebody who is taken for her and is not her is no visit of hers.
    await application.backend('POST', '/v1/verify', { facial_id: gone, template })
    expect(await rig.services.retention.sweep()).toBe(0)
    expect(await passDays(10)).toBe(0)
    const erased = await passDays(1)
    expect(erased).toBe(1 + many.length)
    expect(await rig.services.retention.sweep()).toBe(0)
    const status = async (of: TestApplication, id: string) => (await of.backend('GET', `/v1/subjects/${id}`)).status
    expect(await status(application, gone)).toBe(410)
    expect(await status(application, many[104]!)).toBe(410)
    expect(await status(application, signedIn)).toBe(200)
    expect(await status(application, compared)).toBe(200)
    expect(await status(forever, kept)).toBe(200)
    const { records } = (await application.backend('GET', `/v1/audit?subject=${gone}`)).json
    expect(records[0]).toMatchObject({ event: 'retention', outcome: 'ok', facial_id: gone })
    expect((await application.backend('GET', `/v1/erasures/${gone}`)).status).toBe(200)
    const sent = (await application.backend('GET', `/v1/webhooks/${webhook_id}/deliveries?limit=100`)).json
    expect(sent.deliveries.length).toBe(100)
    expect(sent.deliveries[0]).toMatchObject({ event: 'deletion' })
    expect(await passDays(20)).toBe(2)
    console.log(
      `PRV-03: day 31: ${erased} of ${erased + 2} erased (2 were there on day 20), day 51: 2; without a limit: 0`,
    )
  }, 180_000)

  test('is a year for a new application', async () => {
    const application = await rig.createApplication()
    expect((await application.backend('GET', '/v1/settings')).json.settings.retention_days).toBe(365)
  })

  test('leaves who came back in the same moment', async () => {
    const application = await rig.createApplication({ retention_days: 1 })
    const ada = syntheticPerson(111)
    const id = await application.enroll(ada)
    rig.clock.advance(2 * daySeconds)
    const before = new Date(rig.clock.now().getTime() - daySeconds * 1000)
    await application.run('authenticate', ada)
    await expect(
      rig.services.subjects.removeUnseen(application.credentials.application_id, id, before),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await application.backend('GET', `/v1/subjects/${id}`)).status).toBe(200)
  })
})

describe('[PV6] export', () => {
  test('hands out everything of a person but template, PIN and keys, and is written down', async () => {
    const application = await rig.createApplication({ retain_images: true, pin_enroll: 'optional' })
    const { application_id: applicationId } = application.credentials
    const ada = syntheticPerson(60)
    const [payload, pin] = [{ note: 'what we know of Ada' }, '8301945572']
    const hook = { url: 'https://hooks.example/in', events: ['enroll', 'auth'], include_payload: true }
    await application.backend('POST', '/v1/webhooks', hook)
    const id = await application.enroll(ada, { payload, pin })
    const image = Buffer.from(await drawPicture({ person: 60 }).toBuffer()).toString('base64')
    expect((await application.backend('POST', `/v1/subjects/${id}/faces`, { image })).status).toBe(201)
    await application.run('authenticate', ada)
    const { status, json, text } = await application.backend('GET', `/v1/subjects/${id}/export`)
    expect(status).toBe(200)
    expect(json.person).toMatchObject({ facial_id: id, payload, has_pin: true, faces: 2 })
    expect(json.faces).toHaveLength(2)
    expect(Buffer.from(json.image, 'base64').subarray(0, 3).toString('hex')).toBe('ffd8ff')
    expect(json.consents).toMatchObject([{ policy_version: '1', method: 'widget', withdrawn_at: null }])
    expect(json.audit.map((record: { event: string }) => record.event)).toEqual(
      expect.arrayContaining(['enroll', 'authenticate', 'person_exported']),
    )
    expect(json.events).toMatchObject([
      { event: 'enroll', body: { facialId: id, payload } },
      { event: 'enroll' },
      { event: 'auth' },
    ])
    const space = {
      applicationId,
      galleryId: (await rig.database.stores.galleries.list(applicationId))[0]!.id,
      modelId: testModel.modelId,
    }
    const stored = await rig.database.stores.faces.ofSubjects(space, [id])
    expect(stored).toHaveLength(2)
    const canaries = [
      vectorCanary('template', ada),
      textCanary('PIN', pin),
      ...stored.map(({ vector }) => vectorCanary('stored template', vector)),
    ]
    const leaks = findLeaks([{ name: 'export', bytes: Buffer.from(text) }], canaries)
    expect(leaks).toEqual([])
    const client = createMienServerClient({
      baseUrl: 'http://localhost',
      secretKey: application.credentials.secret_key,
      fetch: async (input, init) => rig.fetch(new Request(input, init)),
    })
    expect((await client.subjects.export(id)).person).toEqual(json.person)
    const other = await rig.createApplication()
    expect((await other.backend('GET', `/v1/subjects/${id}/export`)).status).toBe(404)
    await application.backend('DELETE', `/v1/subjects/${id}`)
    expect((await application.backend('GET', `/v1/subjects/${id}/export`)).status).toBe(410)
    expect(await client.subjects.erasure(id)).toMatchObject({ facial_id: id, empty: expect.arrayContaining(['faces']) })
    console.log(
      `PRV-04: ${Object.keys(json).length} parts, ${text.length} bytes; templates and PIN found in it: ${leaks.length}`,
    )
  })
})

describe('[PV7] consent', () => {
  test('nobody is enrolled by themselves without a record of it, whoever opened the session', async () => {
    const application = await rig.createApplication({ pin_enroll: 'optional' })
    const { application_id: applicationId } = application.credentials
    const invited = (await application.backend('POST', '/v1/subjects', { user_ref: 'invited' })).json.facial_id
    const requests = {
      'a page': { operation: 'enroll' },
      'a backend': { operation: 'enroll', user_ref: 'new' },
      'an invitation': { operation: 'enroll', facial_id: invited },
    } as const
    const tries = {
      'no consent': { consent: undefined },
      'another text': { consent: { ...consentGiven(rig.clock.now()), policy_version: '0' } },
    }
    const before = await rig.database.stores.faces.countAll(applicationId)
    let refused = 0
    for (const [who, request] of Object.entries(requests)) {
      for (const [what, changes] of Object.entries(tries)) {
        const person = syntheticPerson(200 + refused)
        const answer = await application.submit(await application.begin(request), person, changes)
        expect(answer.status, `${who}, ${what}`).toBe(422)
        expect(answer.json.error.code).toBe('consent_required')
        refused++
      }
    }
    expect(await rig.database.stores.faces.countAll(applicationId)).toBe(before)
    let recorded = 0
    for (const [i, request] of Object.values(requests).entries()) {
      const outcome = await application.run(request, syntheticPerson(300 + i))
      if (outcome.status !== 'ok' || outcome.disclosed === null) throw new Error(JSON.stringify(outcome))
      const { consents } = (await application.backend('GET', `/v1/subjects/${outcome.disclosed.facial_id}/consents`))
        .json
      recorded += consents.length
    }
    expect(recorded).toBe(3)
    console.log(
      `PRV-01: ${refused} of ${refused} enrolments without consent refused, nobody enrolled; with it ${recorded} of 3, each with its record`,
    )
  })
})
