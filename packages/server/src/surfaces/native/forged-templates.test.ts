import { meanDirection } from '@mien/shared/template/unit-vector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  openTestApp,
  type TestApp,
  type TestApplication,
  testModel,
  wireTemplate,
} from '../../../../../test/contract/test-app.ts'
import { badTemplates } from '../../../../../test/fixtures/bad-vectors.ts'
import { framesAround } from '../../../../../test/fixtures/frames-around.ts'
import { syntheticPerson, unitOf } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let facialId: string

const person = syntheticPerson(1)
const population = testModel.plausibility!.population
const meanFace = unitOf(population.mean)

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication({ prevent_duplicates: false })
  facialId = await shop.enroll(person)
})
afterAll(() => rig.close())

type Route = (template: string) => Promise<Answer>

const submitThree =
  (operation: 'enroll' | 'authenticate'): Route =>
  async (template) =>
    shop.submit(await shop.begin({ operation }), person, { templates: [template, template, template] })

/** Everything that takes a template. */
const routes: Record<string, Route> = {
  'enrolment by a page': submitThree('enroll'),
  'sign-in by a page': submitThree('authenticate'),
  'sign-in by a page, 1:1': async (template) => {
    const ceremony = await shop.begin({ operation: 'authenticate', facial_id: facialId })
    return shop.submit(ceremony, person, { templates: [template, template, template] })
  },
  'a face of a backend': (template) => shop.backend('POST', `/v1/subjects/${facialId}/faces`, { template }),
  verify: (template) => shop.backend('POST', '/v1/verify', { template, facial_id: facialId }),
  identify: (template) => shop.backend('POST', '/v1/identify', { template }),
}

const faceCount = async () => (await shop.backend('GET', `/v1/subjects/${facialId}/faces`)).json.faces.length

const isAccepted = ({ status, json }: Answer): boolean =>
  status < 300 && json.status !== 'refused' && json.match !== false && json.candidates?.length !== 0

test('[TF2] [SEC-09] whatever is no template is refused on every route, and no comparison fails open', async () => {
  const templates = badTemplates(testModel.modelId)
  const answers: Answer[] = []
  for (const route of Object.values(routes)) for (const bad of templates.values()) answers.push(await route(bad))
  const accepted = answers.filter(isAccepted).length
  const failed = answers.filter(({ status }) => status >= 500).length
  expect(answers.every(({ status }) => status === 422 || status === 400)).toBe(true)
  expect([accepted, failed, await faceCount(), rig.failures]).toEqual([0, 0, 1, []])
  const { length } = answers
  console.log(
    `SEC-09 ${templates.size} bad vectors on ${Object.keys(routes).length} routes: ${length} requests, ${accepted} accepted, ${failed} 5xx`,
  )
})

test('[SEC-09] in JSON the same numbers do not get that far', async () => {
  const { challenge, session } = await shop.begin({ operation: 'authenticate' })
  for (const templates of ['[[1e999, 0]]', '[null, null, null]', '[{"0":1}]', '[1e999]']) {
    const raw = `{"challenge_id":"${challenge.challenge_id}","templates":${templates}}`
    const authorization = `Session ${session.client_token}`
    const answer = await rig.send('POST', '/v1/submissions', {
      authorization,
      raw,
      headers: { origin: 'https://shop.example' },
    })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  }
})

describe('[PO22] [SEC-27] what no face gives is enrolled by nobody', () => {
  const centroid = (count: number) =>
    unitOf(
      Array.from({ length: count }, (_, i) => faceOf(i + 1)).reduce((sum, face) =>
        sum.map((value, i) => value + face[i]!),
      ),
    )
  /** Somebody who has as much of what all share as people have on average. */
  const faceOf = (seed: number) => unitOf(syntheticPerson(seed + 500).map((value, i) => value + population.mean[i]!))
  const forged: readonly (readonly [string, Float32Array])[] = [
    ['mean face', meanFace],
    ['centroid of 50 people', centroid(50)],
    ['almost the mean face', unitOf(meanFace.map((value, i) => value + 0.5 * person[i]!))],
  ]

  test('from a page: refused, and the challenge stays good for a real face', async () => {
    for (const [, vector] of forged) {
      const ceremony = await shop.begin({ operation: 'enroll' })
      const frames = framesAround(vector, 1)
      expect(meanDirection(frames)[0]).toBeCloseTo(vector[0]!, 2)
      const refused = await shop.submit(ceremony, person, { templates: frames.map((frame) => wireTemplate(frame)) })
      expect([refused.status, refused.json.error.code]).toEqual([422, 'template_implausible'])
      expect((await shop.submit(ceremony, syntheticPerson(77))).json).toMatchObject({ status: 'ok' })
    }
  })

  test('from a backend: refused, and the audit log says so', async () => {
    let enrolled = 0
    for (const [, vector] of forged) {
      const answer = await shop.backend('POST', `/v1/subjects/${facialId}/faces`, { template: wireTemplate(vector) })
      expect([answer.status, answer.json.error.code]).toEqual([422, 'template_implausible'])
      if (answer.status < 300) enrolled++
    }
    const [record] = (await shop.backend('GET', '/v1/audit?limit=1')).json.records
    expect(record).toMatchObject({ event: 'enroll', outcome: 'implausible' })
    expect(await faceCount()).toBe(1)
    console.log(`SEC-27 ${forged.map(([name]) => name).join(', ')}; page and backend: ${enrolled} enrolled`)
  })

  test('a probe is no enrolment: comparing with it is harmless', async () => {
    const answer = await shop.backend('POST', '/v1/verify', { template: wireTemplate(meanFace), facial_id: facialId })
    expect([answer.status, answer.json.match]).toEqual([200, false])
  })
})
