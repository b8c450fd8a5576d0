import { clientAddress } from '../../http/client-address.ts'
import * as wire from './devices-wire.ts'
import * as map from './map.ts'
import type { Parts } from './parts.ts'

/** The devices whose keys sign for a person. */
export function addDevices({ app, auth, services: { devices } }: Parts): void {
  app.openapi(wire.listDevices, async (c) => {
    const { id } = await auth.backend(c)
    const all = await devices.list(id, c.req.valid('param').facial_id)
    return c.json({ devices: all.map(map.toDevice) }, 200)
  })

  app.openapi(wire.approveDevice, async (c) => {
    const { id } = await auth.backend(c)
    const { facial_id: facialId, device_id: deviceId } = c.req.valid('param')
    return c.json(map.toDevice(await devices.approve(id, facialId, deviceId, clientAddress(c))), 200)
  })

  app.openapi(wire.revokeDevice, async (c) => {
    const { id } = await auth.backend(c)
    const { facial_id: facialId, device_id: deviceId } = c.req.valid('param')
    await devices.revoke(id, facialId, deviceId)
    return c.body(null, 204)
  })
}
