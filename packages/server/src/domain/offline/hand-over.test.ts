import { randomUUID } from 'node:crypto'
import { syncLimits } from '@mien/shared/sync/limits'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import { createSimulatedDevice } from '../../../../../test/contract/simulated-device.ts'
import { openTestApp, type TestApp } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import type { Database, Stores } from '../ports.ts'

/** As many as fill a page, before all others, of which none opens. */
const damaged = Array.from({ length: syncLimits.pageFaces + 1 }, () => ({
  faceId: randomUUID(),
  subjectId: randomUUID(),
}))

const withDamaged = (stores: Stores): Stores => {
  const { offline } = stores
  const living: typeof offline.faces.living = async (...of) => [...damaged, ...(await offline.faces.living(...of))]
  return { ...stores, offline: { ...offline, faces: { ...offline.faces, living } } }
}

describe.each(engines)('what a device is handed, on $name', ({ openOwn }) => {
  let rig: TestApp

  beforeAll(async () => {
    const database = await openOwn()
    const tampered: Database = {
      ...database,
      transaction: (work) => database.transaction((stores) => work(withDamaged(stores))),
    }
    rig = await openTestApp({ database: tampered })
  })
  afterAll(() => rig.close())

  test('[SY10] faces that do not open hold up no others, and a page that goes on has gone on', async () => {
    const shop = await rig.createApplication({ offline: 'both' })
    const ada = syntheticPerson(660_000)
    const facialId = await shop.enroll(ada)
    const kiosk = createSimulatedDevice(
      (path, sent) => rig.send('POST', path, sent),
      () => rig.clock.now(),
      () => rig.services.signer.publicKeys(),
    )
    const { json } = await shop.backend('POST', '/v1/offline-devices', { label: 'Entrance' })
    await kiosk.registerKiosk(json.registration_code)
    const first = await kiosk.pull()
    expect([first.entries.map(({ facial_id }) => facial_id), first.more]).toEqual([[facialId], false])
    const again = await kiosk.pull()
    expect([again.entries, again.cursor, again.snapshot.split('.')[1]]).toEqual([
      [],
      first.cursor,
      first.snapshot.split('.')[1],
    ])
    await kiosk.askTickets()
    expect(await kiosk.recognise(ada)).toMatchObject({ kind: 'recognised', facialId })
  })
})
