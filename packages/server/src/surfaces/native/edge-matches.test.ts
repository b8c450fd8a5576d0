import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication, wireTemplate } from '../../../../../test/contract/test-app.ts'
import { framesAround, vectorAt } from '../../../../../test/fixtures/frames-around.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let seed = 990_000

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication()
})
afterAll(() => rig.close())

/** @returns whether they are let in, at this score of their mean frame */
async function tryAt(cosine: number, person: Float32Array, facialId: string): Promise<boolean> {
  seed += 10
  const frames = framesAround(vectorAt(cosine, person, seed), seed + 1)
  const templates = frames.map((frame) => wireTemplate(frame))
  const outcome = await shop.run({ operation: 'authenticate', facial_id: facialId }, person, { templates })
  return outcome.status === 'ok'
}

test.each([
  { title: 'a match at the edge makes no failures good', cosine: 0.47, isStopped: true },
  { title: 'a clear one does', cosine: 0.8, isStopped: false },
])('[GU2] [SEC-23] $title', async ({ cosine, isStopped }) => {
  const person = syntheticPerson(++seed)
  const facialId = await shop.enroll(person)
  for (const failures of [2, 1]) {
    for (let failure = 0; failure < failures; failure++) expect(await tryAt(0.1, person, facialId)).toBe(false)
    expect(await tryAt(cosine, person, facialId)).toBe(true)
  }
  for (let failure = 0; failure < 2; failure++) expect(await tryAt(0.1, person, facialId)).toBe(false)
  expect(await tryAt(0.8, person, facialId)).toBe(!isStopped)
})

test('[GU2] [SEC-23] after four failures in a row a match at the edge is none, until a clear one', async () => {
  const person = syntheticPerson(++seed)
  const facialId = await shop.enroll(person)
  for (let failure = 0; failure < 4; failure++) expect(await tryAt(0.1, person, facialId)).toBe(false)
  expect(await tryAt(0.47, person, facialId)).toBe(false)
  const { records } = (await shop.backend('GET', '/v1/audit?limit=2')).json
  expect(records.map(({ outcome }: { outcome: string }) => outcome).sort()).toEqual(['new_device', 'unclear'])
  rig.clock.advance(30)
  expect(await tryAt(0.8, person, facialId)).toBe(true)
  expect(await tryAt(0.47, person, facialId)).toBe(true)
})
