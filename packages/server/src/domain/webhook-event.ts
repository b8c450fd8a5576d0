import type { JsonValue } from '@mien/shared/api/fields'
import type { WebhookCasing } from '@mien/shared/api/webhooks'
import type { DomainEvent } from './model.ts'

interface BodyOptions {
  /** The application's public id. */
  readonly appId: string
  readonly casing: WebhookCasing
  /** Undefined: the endpoint is not sent payloads, or the event has none. */
  readonly payload: JsonValue | undefined
}

interface Body {
  readonly eventName: string
  readonly facialId?: string
  readonly appId: string
  readonly clientIp?: string
  readonly payload?: JsonValue
  readonly reason?: string
  readonly deviceId?: string
  readonly deviceStatus?: string
  readonly details: { readonly timestamp: string; readonly gender?: string; readonly age?: string }
}

const cased = (name: string, casing: WebhookCasing): string => (casing === 'upper' ? name.toUpperCase() : name)

const when = <T>(value: T | null | undefined, as: (value: T) => object): object =>
  value === null || value === undefined ? {} : as(value)

/** The text of a delivery: FACEIO's fields, each only where it is known; `reason` and the device are ours. `gender` and `age` are text there, so here. */
export function eventBody(event: DomainEvent, { appId, casing, payload }: BodyOptions): string {
  const { kind, subjectId, at, clientAddress, details, reason, device } = event
  const body = {
    eventName: cased(kind, casing),
    ...when(subjectId, (facialId) => ({ facialId })),
    appId,
    ...when(clientAddress, (clientIp) => ({ clientIp })),
    ...(payload === undefined ? {} : { payload }),
    ...when(reason, (why) => ({ reason: why })),
    ...when(device, ({ id, status }) => ({ deviceId: id, deviceStatus: status })),
    details: {
      timestamp: at.toISOString(),
      ...when(details?.gender, (gender) => ({ gender })),
      ...when(details?.age, (age) => ({ age: String(age) })),
    },
  }
  return JSON.stringify(body satisfies object)
}

/** An event that says only that the way here works. */
export const testBody = (appId: string, casing: WebhookCasing, at: Date): string =>
  JSON.stringify({ eventName: cased('test', casing), appId, details: { timestamp: at.toISOString() } } satisfies Body)

/** The same event with nothing of the person but the facial id, which the deletion that follows names too. */
export function withoutPerson(body: string): string {
  const { eventName, facialId, appId, details } = JSON.parse(body) as Body
  return JSON.stringify({ eventName, facialId, appId, details: { timestamp: details.timestamp } })
}
