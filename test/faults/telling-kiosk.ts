import { createSimulatedDevice } from '../contract/simulated-device.ts'
import type { TestApp, TestApplication } from '../contract/test-app.ts'

/** A registered kiosk that has recognised somebody of its gallery without the server, and what it will tell of it. */
export async function openTellingKiosk(rig: TestApp, shop: TestApplication, person: Float32Array) {
  const kiosk = createSimulatedDevice(
    (path, sent) => rig.send('POST', path, sent),
    () => rig.clock.now(),
    () => rig.services.signer.publicKeys(),
  )
  const invited = await shop.backend('POST', '/v1/offline-devices', { label: 'Entrance' })
  await kiosk.registerKiosk(invited.json.registration_code)
  await kiosk.pullAll()
  await kiosk.askTickets()
  await kiosk.recognise(person)
  const { device_id } = kiosk.disk.registration!
  return { kiosk, device_id, events: kiosk.disk.outbox.entries.map(({ sent }) => sent) }
}
