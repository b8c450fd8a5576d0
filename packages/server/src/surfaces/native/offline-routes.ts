import type { OfflineDeviceCreated, OfflineDeviceRequest } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import type { Application } from '../../domain/model.ts'
import * as wire from './offline-wire.ts'
import { pageSize } from './paging.ts'
import type { Parts } from './parts.ts'
import * as map from './sync-map.ts'

/** Devices that work without the server, as a backend manages them, and what they say. */
export function addOffline({ app, auth, services, once }: Parts): void {
  const { registrations, events } = services.offline

  const invite = async (application: Application, request: OfflineDeviceRequest): Promise<OfflineDeviceCreated> => {
    const { listed, code, codeExpiresAt } = await registrations.invite(application, request)
    const shown = { registration_code: code, code_expires_at: codeExpiresAt.toISOString() }
    return { ...map.toOfflineDevice(listed), ...shown }
  }
  const list = async (applicationId: string) => ({
    devices: (await registrations.list(applicationId)).map(map.toOfflineDevice),
  })

  app.openapi(wire.inviteDevice, async (c) => {
    const application = await auth.backend(c)
    const request = c.req.valid('json')
    return c.json(await once(c, application.id, request, () => invite(application, request)), 201)
  })

  app.openapi(wire.listDevices, async (c) => {
    const { id } = await auth.backend(c)
    return c.json(await list(id), 200)
  })

  app.openapi(wire.revokeDevice, async (c) => {
    const { id } = await auth.backend(c)
    await registrations.revoke(id, c.req.valid('param').device_id)
    return c.body(null, 204)
  })

  app.openapi(wire.inviteAsOperator, async (c) => {
    await auth.admin(c)
    const { application_id: id } = c.req.valid('param')
    const application = (await services.applications.list()).find((each) => each.id === id)
    if (application === undefined) throw new MienError('NOT_FOUND')
    return c.json(await invite(application, c.req.valid('json')), 201)
  })

  app.openapi(wire.listAsOperator, async (c) => {
    await auth.admin(c)
    return c.json(await list(c.req.valid('param').application_id), 200)
  })

  app.openapi(wire.revokeAsOperator, async (c) => {
    await auth.admin(c)
    const { application_id: applicationId, device_id: deviceId } = c.req.valid('param')
    await registrations.revoke(applicationId, deviceId)
    return c.body(null, 204)
  })

  app.openapi(wire.listEvents, async (c) => {
    const { id } = await auth.backend(c)
    const { device: deviceId, status, limit, cursor: beforeNumber } = c.req.valid('query')
    const size = pageSize(limit)
    const found = await events.list(id, { deviceId, status, beforeNumber, limit: size + 1 })
    const page = found.slice(0, size)
    const last = found.length > size ? page.at(-1) : undefined
    return c.json({ events: page.map(map.toEventEntry), next_cursor: last ? String(last.number) : null }, 200)
  })

  app.openapi(wire.decideEvent, async (c) => {
    const { id: applicationId } = await auth.backend(c)
    const { device_id: deviceId, event_id: eventId } = c.req.valid('param')
    const { accept } = c.req.valid('json')
    return c.json(await events.decide({ applicationId, deviceId }, eventId, accept), 200)
  })
}
