import { randomUUID } from 'node:crypto'
import type { OfflineTicket, TicketsRequest } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { syncLimits } from '@mien/shared/sync/limits'
import type { Clock, Database, Signer } from '../ports.ts'
import { acknowledge, type DeviceCaller, holdDevice, refOf, refuseStale } from './device-requests.ts'
import type { HandedTicket, OfflineDevice } from './model.ts'

export interface OfflineTickets {
  /**
   * All that the device has unused, filled up to as many as it may have.
   *
   * @throws MienError CHALLENGE_EXPIRED, GONE (revoked), FORBIDDEN (switched off, or its chain has forked), CONFLICT (it
   *   has not applied what there is for too long)
   */
  hand(
    request: TicketsRequest,
    caller: DeviceCaller,
  ): Promise<{
    readonly tickets: readonly OfflineTicket[]
    readonly statement: string
  }>
}

export interface TicketsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly signer: Signer
}

export function createOfflineTickets({ database, clock, signer }: TicketsOptions): OfflineTickets {
  return {
    async hand(request, caller) {
      const now = clock.now()
      refuseStale(request.sent_at, now)
      const open = await database.transaction(async (stores) => {
        const held = await holdDevice(stores, caller)
        const device = await acknowledge(stores, held, request.cursor, now)
        refuseLate(device, now)
        const unused = await stores.offline.tickets.open(refOf(device), now)
        const more = Array.from({ length: Math.max(0, syncLimits.tickets - unused.length) }, () =>
          newTicket(device, now),
        )
        await stores.offline.tickets.insert(more)
        return [...unused, ...more]
      })
      const tickets = open.map(toTicket)
      const [iat, exp] = [now.getTime(), now.getTime() + syncLimits.ticketMs].map((ms) => Math.floor(ms / 1000))
      const claims = { device_id: caller.device.id, tickets, iat, exp }
      return { tickets, statement: await signer.sign(claims, 'mien-tickets+jwt') }
    },
  }
}

/** Whoever has not heard of who went for so long recognises nobody. @throws MienError FORBIDDEN, CONFLICT */
function refuseLate({ isForked, currentAt, registeredAt }: OfflineDevice, now: Date): void {
  if (isForked) throw new MienError('FORBIDDEN', { message: 'The key of this device works in two places' })
  const since = (currentAt ?? registeredAt ?? new Date(0)).getTime()
  if (!(now.getTime() - since <= syncLimits.lagMs))
    throw new MienError('CONFLICT', { message: 'Pull and apply what there is first' })
}

const newTicket = (device: OfflineDevice, now: Date): HandedTicket => ({
  ...refOf(device),
  id: randomUUID(),
  notBefore: now,
  notAfter: new Date(now.getTime() + syncLimits.ticketMs),
  usedAt: null,
})

export const toTicket = ({ id, notBefore, notAfter }: HandedTicket): OfflineTicket => ({
  ticket_id: id,
  not_before_ms: notBefore.getTime(),
  not_after_ms: notAfter.getTime(),
})
