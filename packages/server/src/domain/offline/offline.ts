import type { SignedBody } from '../device-signatures.ts'
import type { TemplateModel } from '../model.ts'
import type { Clock, Database, Signer } from '../ports.ts'
import { type DeviceCaller, findCaller } from './device-requests.ts'
import { createHandOver, type HandOver } from './hand-over.ts'
import { createOfflineEvents, type OfflineEvents } from './quarantine.ts'
import { createOfflineEventReceiver, type OfflineEventReceiver } from './receive-events.ts'
import { createOfflineRegistrations, type OfflineRegistrations } from './registrations.ts'
import { createOfflineTickets, type OfflineTickets } from './tickets.ts'

/** Devices that recognise people without the server, and what they say of it afterwards. */
export interface Offline {
  /** Whose key signed a request over its bytes. @throws MienError SIGNATURE_INVALID */
  identify(deviceId: string, signed: SignedBody): Promise<DeviceCaller>
  readonly registrations: OfflineRegistrations
  readonly handOver: HandOver
  readonly tickets: OfflineTickets
  readonly receiver: OfflineEventReceiver
  readonly events: OfflineEvents
}

export interface OfflineOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
  readonly signer: Signer
}

export const createOffline = (options: OfflineOptions): Offline => ({
  identify: (deviceId, signed) => findCaller(options.database.stores, deviceId, signed),
  registrations: createOfflineRegistrations(options),
  handOver: createHandOver(options),
  tickets: createOfflineTickets(options),
  receiver: createOfflineEventReceiver(options),
  events: createOfflineEvents(options),
})
