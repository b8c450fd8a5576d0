import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { openNewDatabase } from '../db/new-database.fixture.ts'
import type { IndexHit } from './ports.ts'

/** An index that answers what the test tells it to, whatever is stored. */
let answers: IndexHit[] = []
let rig: TestApp
let shop: TestApplication

beforeAll(async () => {
  const database = await openNewDatabase({ vault, createIndex: () => ({ nearest: async () => answers }) })
  rig = await openTestApp({ database })
  shop = await rig.createApplication()
})
afterAll(() => rig.close())

test('[ST24] an index that is stale or lies finds nobody who is not there', async () => {
  const [ada, bob] = [syntheticPerson(1), syntheticPerson(2)]
  const facialId = await shop.enroll(ada)
  answers = [{ subjectId: facialId, score: 1 }]
  expect(await shop.run('authenticate', bob)).toEqual({ status: 'refused', reason: 'not_recognised' })
  expect(await shop.run('authenticate', ada)).toMatchObject({ status: 'ok' })
  answers = [{ subjectId: facialId, score: Number.NaN }]
  expect(await shop.run('authenticate', ada)).toMatchObject({ status: 'ok' })
  await shop.enroll(bob)
  await shop.backend('DELETE', `/v1/subjects/${facialId}`)
  answers = [{ subjectId: facialId, score: 1 }]
  expect(await shop.run('authenticate', ada)).toEqual({ status: 'refused', reason: 'not_recognised' })
})
