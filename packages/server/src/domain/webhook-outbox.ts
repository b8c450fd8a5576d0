import type { FaceDetails, JsonValue, Operation } from '@mien/shared/api/fields'
import type { Decision } from './decision.ts'
import type { Device, DomainEvent } from './model.ts'
import type { Stores } from './ports.ts'
import { rowId } from './tokens.ts'
import { eventBody, withoutPerson } from './webhook-event.ts'
import type { WebhookEndpoint } from './webhook-ports.ts'

/**
 * Writes events into the outbox, one delivery of each for each endpoint that listens; nothing when none does. Called by the transaction
 * that decided, as its last step: the locks that it takes on the endpoints last until the commit, so numbers handed out under
 * them are in the order of commits, and a transaction that waits here holds up nobody who holds an endpoint.
 */
async function announce(stores: Stores, applicationId: string, events: readonly DomainEvent[]): Promise<void> {
  // All at once: locks that are taken twice are not taken in one order.
  const kinds = events.map(({ kind }) => kind)
  const listening = kinds.length === 0 ? [] : await stores.webhooks.lockListening(applicationId, kinds)
  if (listening.length === 0) return
  const appId = (await stores.applications.find(applicationId))?.publicId
  if (appId === undefined) return
  for (const event of events) {
    await append(
      stores,
      event,
      appId,
      listening.filter((endpoint) => endpoint.events.includes(event.kind)),
    )
  }
}

async function append(
  stores: Stores,
  event: DomainEvent,
  appId: string,
  endpoints: readonly WebhookEndpoint[],
): Promise<void> {
  if (endpoints.length === 0) return
  const { applicationId, kind, subjectId, at } = event
  const payload = endpoints.some((endpoint) => endpoint.includePayload) ? await payloadOf(stores, event) : undefined
  await stores.deliveries.append(
    endpoints.map(({ id: endpointId, casing, includePayload }) => ({
      applicationId,
      endpointId,
      id: rowId(),
      event: kind,
      subjectId,
      body: eventBody(event, { appId, casing, payload: includePayload ? payload : undefined }),
      createdAt: at,
    })),
  )
}

/** As it is now, inside the transaction: what was just enrolled, or what is kept of the one who was recognised. */
async function payloadOf(
  stores: Stores,
  { applicationId, kind, subjectId }: DomainEvent,
): Promise<JsonValue | undefined> {
  if (subjectId === null || (kind !== 'enroll' && kind !== 'auth')) return undefined
  return (await stores.subjects.find(applicationId, subjectId))?.payload
}

export interface DecisionEvent {
  readonly applicationId: string
  readonly operation: Operation
  readonly at: Date
  readonly clientAddress: string | null
  readonly details: FaceDetails | null
  /** One that became somebody's in it, or began to wait for that. */
  readonly newDevice?: Device | undefined
}

const granted = { enroll: 'enroll', authenticate: 'auth' } as const
const failed = { enroll: 'enroll_failed', authenticate: 'auth_failed' } as const

/**
 * What a decision is to those who listen. A retry and a PIN that is asked for are steps on the way, not ends. A session without tries
 * left decides nothing any more: told each time, one page could hold up everybody's events.
 */
export async function announceDecision(stores: Stores, decision: Decision, of: DecisionEvent): Promise<void> {
  const { applicationId, operation, at, clientAddress } = of
  const event = { applicationId, at, clientAddress, reason: null, details: null, device: null }
  const events: DomainEvent[] = []
  // A face that fits a photograph is nobody's event: who asked is told by the result.
  if (decision.kind === 'granted' && decision.subjectId !== null) {
    const details = operation === 'enroll' ? of.details : null
    const { subjectId } = decision
    events.push({ ...event, kind: granted[operation], subjectId, details })
  }
  if (decision.kind === 'refused' && decision.reason !== 'too_many') {
    const { reason } = decision
    events.push({ ...event, kind: failed[operation], subjectId: null, reason })
  }
  if (of.newDevice !== undefined) events.push(deviceAdded(of.newDevice, of))
  await announce(stores, applicationId, events)
}

const deviceAdded = (device: Device, { at, clientAddress }: Pick<DomainEvent, 'at' | 'clientAddress'>): DomainEvent => {
  const { applicationId, subjectId } = device
  return { applicationId, kind: 'device_added', subjectId, at, clientAddress, details: null, reason: null, device }
}

/** A device that the backend let in. */
export const announceDevice = (
  stores: Stores,
  device: Device,
  of: Pick<DomainEvent, 'at' | 'clientAddress'>,
): Promise<void> => announce(stores, device.applicationId, [deviceAdded(device, of)])

export interface Removal {
  readonly applicationId: string
  readonly subjectId: string
  readonly at: Date
  readonly clientAddress: string | null
}

/**
 * Announces that a person was removed and takes the person out of what was kept: a delivered event keeps nothing of its body, one
 * that waits keeps its place without payload, details and address, and nothing at all once it arrived. The announcement comes first: endpoints are locked before
 * their deliveries everywhere, the dispatcher included.
 */
export async function announceRemoval(stores: Stores, removal: Removal): Promise<void> {
  const { applicationId, subjectId } = removal
  const event = { ...removal, kind: 'deletion', details: null, reason: null, device: null } as const
  await announce(stores, applicationId, [event])
  for (const delivery of await stores.deliveries.aboutSubject(applicationId, subjectId)) {
    const isKept = delivery.state === 'pending' && delivery.body !== ''
    await stores.deliveries.rewrite(delivery, isKept ? withoutPerson(delivery.body) : '')
  }
}
