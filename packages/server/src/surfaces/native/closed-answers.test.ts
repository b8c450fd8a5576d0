import { type ChallengeResponse, challengeResponse } from '@mien/shared/api/challenges'
import { type SessionRequest, type SessionResponse, sessionResponse } from '@mien/shared/api/sessions'
import { submissionResponse } from '@mien/shared/api/submissions'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Answer,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
  wireTemplate,
} from '../../../../../test/contract/test-app.ts'
import { framesAround, vectorAt } from '../../../../../test/fixtures/frames-around.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let seed = 1
const newPerson = () => syntheticPerson(770_000 + ++seed)

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication({ pad_threshold: null, prevent_duplicates: false })
})
afterAll(() => rig.close())

const submit = async (request: SessionRequest, person: Float32Array, changes: object = {}) =>
  shop.submit(await shop.begin(request), person, changes)
const named = (facialId: string): SessionRequest => ({ operation: 'authenticate', facial_id: facialId })
const around = (vector: Float32Array) => ({
  templates: framesAround(vector, 880_000 + ++seed).map((frame) => wireTemplate(frame)),
})

/** Every number of an answer that is no whole one. */
const fractions = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return Number.isInteger(value) ? [] : [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(fractions) : []
}

/** All that ends with nobody being recognised, whatever the reason. */
async function denials(): Promise<ReadonlyMap<string, Answer>> {
  const [ada, eve] = [newPerson(), newPerson()]
  const adaId = await shop.enroll(ada)
  const elsewhere = await rig.createApplication()
  const foreignId = await elsewhere.enroll(ada)
  const gone = await shop.enroll(eve)
  await shop.backend('DELETE', `/v1/subjects/${gone}`)
  const accepted = vectorAt(0.95, ada, 5)
  expect((await submit(named(adaId), ada, around(accepted))).json.status).toBe('ok')
  const all = new Map([
    ['a stranger', await submit({ operation: 'authenticate' }, newPerson())],
    ['a stranger who claims to be somebody', await submit(named(adaId), newPerson())],
    ['just below the threshold', await submit(named(adaId), ada, around(vectorAt(0.39, ada, 6)))],
    ['an id that never was', await submit(named('00000000-0000-4000-8000-000000000000'), ada)],
    ['an id of another application', await submit(named(foreignId), ada)],
    ['an id that was deleted', await submit(named(gone), eve)],
    ['a copy of an accepted probe', await submit(named(adaId), ada, around(vectorAt(0.9997, accepted, 7)))],
  ])
  for (let i = 1; i <= 8; i++) all.set(`failure ${i} in a row`, await submit(named(adaId), newPerson()))
  return all.set('the right person while it is locked', await submit(named(adaId), ada))
}

test('[CE2] [CE8] [SEC-24] every denial is the same bytes, with the same headers', async () => {
  const all = await denials()
  const bodies = new Set([...all.values()].map(({ text }) => text))
  expect([...bodies]).toEqual(['{"status":"refused","reason":"not_recognised"}'])
  const shapes = new Set([...all.values()].map(({ status, headers }) => `${status} ${[...headers.keys()].sort()}`))
  expect(shapes.size).toBe(1)
  console.log(`SEC-24 ${all.size} denials (${[...all.keys()].slice(0, 7).join('; ')}; locked): ${bodies.size} body`)
})

test('[CE8] [SEC-24] answers to a page have no field beyond the contract and no number that a face could move', async () => {
  const ada = newPerson()
  const opened: Answer[] = []
  const answered: Answer[] = []
  for (const operation of ['enroll', 'authenticate'] as const) {
    for (const person of [ada, newPerson()]) {
      const session = await shop.openSession({ operation })
      const { client_token: token } = session.json as SessionResponse
      const authorization = `Session ${token}`
      const read = await rig.send('GET', '/v1/sessions/current', { authorization, headers: { origin: pageOrigin } })
      const challenge = await rig.send('POST', '/v1/challenges', { authorization, body: {} })
      for (const answer of [session, read]) sessionResponse.parse(answer.json)
      challengeResponse.parse(challenge.json)
      opened.push(session, read, challenge)
      const ceremony = { session: session.json as SessionResponse, challenge: challenge.json as ChallengeResponse }
      answered.push(await shop.submit(ceremony, person))
    }
  }
  const mixed = () => ({ templates: [1, 2, 3].map(() => wireTemplate(newPerson())) })
  answered.push(
    await submit({ operation: 'authenticate' }, ada, mixed()),
    await submit({ operation: 'enroll' }, ada, mixed()),
  )
  const pinned = await rig.createApplication({ pin_authenticate: 'always' })
  const eve = newPerson()
  await pinned.enroll(eve, { pin: '4827' })
  const ceremony = await pinned.begin({ operation: 'authenticate' })
  const asked = await pinned.submit(ceremony, eve)
  const authorization = `Session ${ceremony.session.client_token}`
  const stepUp = (pin: string) =>
    rig.send('POST', '/v1/step-ups', { authorization, body: { submission_id: asked.json.submission_id, pin } })
  answered.push(asked, await stepUp('0000'), await stepUp('4827'))
  for (const { json } of answered) submissionResponse.parse(json)
  const kinds = new Set(answered.map(({ json }) => json.reason ?? json.status))
  expect([...kinds].sort()).toEqual(['mismatch', 'not_recognised', 'ok', 'pin_wrong', 'retry', 'step_up'].sort())
  const answers = [...opened, ...answered]
  expect(answers.flatMap(({ json }) => fractions(json))).toEqual([])
  console.log(`SEC-24 ${answers.length} answers to pages of ${kinds.size} kinds: 0 fields beyond the schema, 0 floats`)
})
