import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import { createSimulatedDevice, type SimulatedDevice } from '../../../../../test/contract/simulated-device.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createTestDevice } from '../../../../../test/fixtures/test-device.ts'
import { rowId } from '../../domain/tokens.ts'

let rig: TestApp
let shop: TestApplication
let seed = 650_000
const newPerson = () => syntheticPerson(++seed)
const stale = { status: 'rejected', code: 'stale_gallery' }

const newDevice = (keys = createTestDevice()): SimulatedDevice =>
  createSimulatedDevice(
    (path, sent) => rig.send('POST', path, sent),
    () => rig.clock.now(),
    () => rig.services.signer.publicKeys(),
    { keys },
  )

const disable = (subjectId: string) => {
  const applicationId = shop.credentials.application_id
  const state = { status: 'disabled', sessionId: null, expiresAt: null, createdAt: rig.clock.now() } as const
  return rig.database.stores.authenticators.insert({ applicationId, id: rowId(), subjectId, ...state })
}

/** What a device makes of a name that it was told by somebody else. */
const name = async (device: SimulatedDevice, facial_id: string) => {
  await device.write({ op: 'recognised', facial_id, snapshot_id: device.disk.statement!.id })
  return (await device.sync()).answers[0]
}

/** Nothing that is kept of what devices said is about this person. */
const expectUnnamed = async (facialId: string) => {
  const { events } = (await shop.backend('GET', '/v1/offline-events')).json
  expect(events.map((event: { facial_id: string | null }) => event.facial_id)).not.toContain(facialId)
  const { records } = (await shop.backend('GET', `/v1/audit?subject=${facialId}`)).json
  expect(records.map(({ event }: { event: string }) => event)).not.toContain('offline_event')
}

describe.each(engines)('whom a device may name, on $name', ({ open }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await open() })
  })
  afterAll(() => rig.close())
  beforeEach(async () => {
    shop = await rig.createApplication({ offline: 'both' })
  })

  test('[SY14] [SY22] a kiosk learns nothing of people of another gallery, and nothing that is kept of it names them', async () => {
    await shop.backend('POST', '/v1/galleries', { name: 'branch' })
    const [adaId, bobId] = [await shop.enroll(newPerson()), await shop.enroll(newPerson())]
    await disable(bobId)
    const kiosk = newDevice()
    const invited = await shop.backend('POST', '/v1/offline-devices', { label: 'Branch', gallery: 'branch' })
    await kiosk.registerKiosk(invited.json.registration_code)
    await kiosk.pullAll()
    await kiosk.askTickets()
    for (const id of [adaId, bobId]) expect(await name(kiosk, id)).toEqual(stale)
    for (const id of [adaId, bobId]) await expectUnnamed(id)
  })

  test('[SY14] [SY22] a person’s own device learns nothing of anybody else, and nothing that is kept of it names them', async () => {
    const ceremonies = createDeviceCeremonies(rig, shop)
    const device = newDevice()
    const begun = await ceremonies.begin({ operation: 'enroll' }, device.keys)
    await ceremonies.submit(begun, newPerson(), device.keys)
    const bobId = await shop.enroll(newPerson())
    await disable(bobId)
    await device.registerOwn(begun.session.client_token)
    await device.pullAll()
    await device.askTickets()
    expect(await name(device, bobId)).toEqual(stale)
    await expectUnnamed(bobId)
  })
})
