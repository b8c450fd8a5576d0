import { MienError } from '@mien/shared/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import { openTestApp, type TestApp } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice } from '../../../../../test/fixtures/test-device.ts'
import type { Database, Stores } from '../../domain/ports.ts'

let isTooSlow = false

/** The same stores, whose gallery can be too slow to search. */
const slowed = (stores: Stores): Stores => ({
  ...stores,
  index: {
    nearest: (query) => (isTooSlow ? Promise.reject(new MienError('OVERLOADED')) : stores.index.nearest(query)),
  },
  savepoints: { run: (work) => stores.savepoints.run((within) => work(slowed(within))) },
})

const withSlowed = (database: Database): Database => ({
  ...database,
  transaction: (work) => database.transaction((stores) => work(slowed(stores))),
})

describe.each(engines)('on $name', ({ open }) => {
  let rig: TestApp
  beforeAll(async () => {
    rig = await openTestApp({ database: withSlowed(await open()) })
  })
  afterAll(() => rig.close())

  test('[GU12] whoever is none of a device’s people has guessed at them, though the gallery could not be searched', async () => {
    const shop = await rig.createApplication()
    const ceremonies = createDeviceCeremonies(rig, shop)
    const [ada, device] = [syntheticPerson(660_001), createTestDevice()]
    expect((await ceremonies.run('enroll', ada, device)).json.status).toBe('ok')
    isTooSlow = true
    for (let i = 0; i < 5; i++) {
      const answer = await ceremonies.run('authenticate', syntheticPerson(660_010 + i), device)
      expect(answer.text).toBe('{"status":"retry"}')
    }
    isTooSlow = false
    const locked = await ceremonies.run('authenticate', ada, device)
    expect(locked.text).toBe('{"status":"refused","reason":"not_recognised"}')
    rig.clock.advance(31)
    expect((await ceremonies.run('authenticate', ada, device)).json.status).toBe('ok')
  })

  test('[GU12] without a device nobody was compared, and nothing is spent', async () => {
    const shop = await rig.createApplication()
    await shop.enroll(syntheticPerson(660_019))
    const ceremony = await shop.begin({ operation: 'authenticate' })
    isTooSlow = true
    expect((await shop.submit(ceremony, syntheticPerson(660_020))).status).toBe(503)
    isTooSlow = false
    expect((await shop.submit(ceremony, syntheticPerson(660_020))).json.reason).toBe('not_recognised')
  })
})
