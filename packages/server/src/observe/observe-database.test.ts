import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { testVault } from '../../../../test/contract/test-vault.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { openNewDatabase } from '../db/new-database.fixture.ts'
import { rowId } from '../domain/tokens.ts'
import type { DecisionFacts } from './decisions.ts'
import { observeDatabase } from './observe-database.ts'

let rig: TestApp
let shop: TestApplication
const told: unknown[] = []
let open = 0
beforeAll(async () => {
  const database = observeDatabase(await openNewDatabase({ vault: testVault }), {
    decided: ({ applicationId: _, ...decision }: DecisionFacts) => told.push(decision),
    locked: (scope) => told.push({ locked: scope }),
    began() {
      open++
      return (outcome) => {
        open--
        if (outcome !== 'committed') told.push({ outcome })
      }
    },
  })
  rig = await openTestApp({ database })
  shop = await rig.createApplication()
})
afterAll(() => rig.close())
beforeEach(() => {
  told.length = 0
})

test('[OB3] what is committed is told once, with the level of what was granted', async () => {
  const somebody = syntheticPerson(1)
  await shop.enroll(somebody)
  expect((await shop.run('authenticate', somebody)).status).toBe('ok')
  expect((await shop.run('authenticate', syntheticPerson(2))).status).toBe('refused')
  expect(told).toEqual([
    { operation: 'enroll', level: 'A0', outcome: 'granted' },
    { operation: 'authenticate', level: 'A0', outcome: 'granted' },
    { operation: 'authenticate', level: 'none', outcome: 'not_recognised' },
  ])
  expect(open).toBe(0)
})

const record = (outcome: string, event: 'authenticate' | 'lockout' | 'session_opened' = 'authenticate') => ({
  applicationId: shop.credentials.application_id,
  event,
  outcome,
  subjectId: null,
  sessionId: null,
  at: rig.clock.now(),
})

test('[OB3] what is rolled back, with its transaction or with its savepoint, is not told', async () => {
  const work = rig.database.transaction(async (stores) => {
    await stores.audit.append(record('granted'))
    throw new Error('no')
  })
  await expect(work).rejects.toThrow('no')
  await rig.database.transaction(async (stores) => {
    const inner = stores.savepoints.run(async (within) => {
      await within.audit.append(record('granted'))
      throw new Error('no')
    })
    await expect(inner).rejects.toThrow()
    await stores.savepoints.run((within) => within.audit.append(record('duplicate')))
  })
  expect(told).toEqual([{ outcome: 'rolled_back' }, { operation: 'authenticate', level: 'none', outcome: 'duplicate' }])
})

test('[OB2] an outcome that nobody thought of is told as other, and what is no decision not at all', async () => {
  const { audit } = rig.database.stores
  await audit.append(record(rowId()))
  await audit.append(record('ok', 'session_opened'))
  await audit.append(record('opened', 'lockout'))
  await audit.append(record('network', 'lockout'))
  expect(told).toEqual([{ operation: 'authenticate', level: 'none', outcome: 'other' }, { locked: 'network' }])
})
