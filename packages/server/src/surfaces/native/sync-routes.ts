import { signatureHeaderName } from '@mien/shared/api/device-signature'
import { uuid } from '@mien/shared/api/fields'
import {
  kioskRegistration,
  ownDeviceRegistration,
  pullRequest,
  syncRequest,
  ticketsRequest,
} from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { syncLimits } from '@mien/shared/sync/limits'
import type { Context, MiddlewareHandler } from 'hono'
import * as z from 'zod/mini'
import type { SignedBody } from '../../domain/device-signatures.ts'
import type { Clock } from '../../domain/ports.ts'
import { isJson, parseJsonObject } from '../../http/json-body.ts'
import { readLimited } from '../../http/read-limited.ts'
import { checked } from './checked.ts'
import type { Parts } from './parts.ts'
import * as map from './sync-map.ts'
import * as wire from './sync-wire.ts'

/** A device signs the bytes of its body, which its handler reads. */
export const unlessSync =
  (middleware: MiddlewareHandler): MiddlewareHandler =>
  (c, next) =>
    c.req.method === 'POST' && /^\/v1\/sync(\/|$)/.test(c.req.path) ? next() : middleware(c, next)

/** Of three fields each, with room for the request's own. */
const maxSeparators = 4 * syncLimits.batchEvents

/** What a device sent, and the bytes that its signature covers. */
async function readSigned(c: Context): Promise<{ body: object; signed: SignedBody }> {
  if (!isJson(c.req.header('content-type') ?? '')) throw new MienError('CONTENT_TYPE_UNSUPPORTED')
  const bytes = await readLimited(c.req.raw, syncLimits.batchBytes)
  const body = parseJsonObject(bytes, maxSeparators)
  return { body, signed: { bytes, signature: c.req.header(signatureHeaderName) } }
}

const named = z.looseObject({ device_id: uuid })

/** What devices that work without the server ask for, and say. */
export function addSync({ app, auth, services }: Parts, clock: Clock): void {
  const { identify, registrations, handOver, tickets, receiver } = services.offline
  /** A request, and the device whose key signed it. Counted as its own only then: a stranger could name any. */
  const readOwn = async <T>(c: Context, schema: z.ZodMiniType<T>) => {
    const { body, signed } = await readSigned(c)
    const caller = await identify(checked(c, named, body, 'json').device_id, signed)
    await auth.deviceCall(caller.device.id)
    return { request: checked(c, schema, body, 'json'), caller }
  }
  const now = () => ({ server_time: clock.now().toISOString() })

  app.openapi(wire.registerKiosk, (c) =>
    auth.signed(c, async () => {
      const { body, signed } = await readSigned(c)
      const request = checked(c, kioskRegistration, body, 'json')
      await auth.deviceCall(request.registration_code)
      const registration = await registrations.redeem(request, signed)
      return c.json(map.toRegistration(registration, services.model, clock.now()), 201)
    }),
  )

  app.openapi(wire.registerOwnDevice, async (c) => {
    const { session, application } = await auth.session(c)
    await auth.deviceCall(session.id)
    const { body, signed } = await readSigned(c)
    const request = checked(c, ownDeviceRegistration, body, 'json')
    const registration = await registrations.registerOwn(session, application, request, signed)
    return c.json(map.toRegistration(registration, services.model, clock.now()), 201)
  })

  app.openapi(wire.pull, (c) =>
    auth.signed(c, async () => {
      const { request, caller } = await readOwn(c, pullRequest)
      const { tombstones, entries, ...page } = await handOver.pull(request, caller)
      return c.json({ ...now(), ...page, tombstones: [...tombstones], entries: [...entries] }, 200)
    }),
  )

  app.openapi(wire.askTickets, (c) =>
    auth.signed(c, async () => {
      const { request, caller } = await readOwn(c, ticketsRequest)
      const handed = await tickets.hand(request, caller)
      return c.json({ ...now(), tickets: [...handed.tickets], statement: handed.statement }, 200)
    }),
  )

  app.openapi(wire.sync, (c) =>
    auth.signed(c, async () => {
      const { request, caller } = await readOwn(c, syncRequest)
      const { answers, isRevoked } = await receiver.receive(request, caller)
      return c.json({ ...now(), answers: [...answers], revoked: isRevoked }, 200)
    }),
  )
}
