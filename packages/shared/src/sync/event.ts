import { type OfflineEvent, offlineEvent } from '../api/sync.ts'
import { bytesEqual } from '../bytes.ts'
import { MienError } from '../errors.ts'

/**
 * The one spelling of an event: JSON without white space, keys in this order. All of it is ASCII.
 *
 * @throws MienError REQUEST_INVALID for what is no event
 */
export function encodeEvent(event: OfflineEvent): Uint8Array<ArrayBuffer> {
  const { v, device_id, event_id, seq, prev_hash, ticket_id, at_ms, mono_ms, boot_id } = checked(event)
  const { op, facial_id, snapshot_id, model_id, draft_sha256 } = event
  const place = { v, device_id, event_id, seq, prev_hash, ticket_id, at_ms, mono_ms, boot_id }
  const text = JSON.stringify({ ...place, op, facial_id, snapshot_id, model_id, draft_sha256 })
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/**
 * Reads what anybody may have sent; takes nothing but what `encodeEvent` writes, byte for byte.
 *
 * @throws MienError REQUEST_INVALID
 */
export function decodeEvent(bytes: Uint8Array): OfflineEvent {
  let value: unknown
  try {
    value = JSON.parse(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  } catch (cause) {
    throw new MienError('REQUEST_INVALID', { message: 'This is no event', cause })
  }
  const event = checked(value)
  if (!bytesEqual(encodeEvent(event), bytes)) throw new MienError('REQUEST_INVALID', { message: 'This is no event' })
  return event
}

/** What an operation has to name, and what it must not. */
const named = {
  recognised: { facial_id: true, snapshot_id: true, draft_sha256: false },
  refused: { facial_id: false, snapshot_id: true, draft_sha256: false },
  enroll: { facial_id: false, snapshot_id: false, draft_sha256: true },
} as const

function checked(value: unknown): OfflineEvent {
  const result = offlineEvent.safeParse(value)
  if (!result.success) throw new MienError('REQUEST_INVALID', { message: 'This is no event' })
  const event = result.data
  const rules = Object.entries(named[event.op]) as readonly [keyof (typeof named)['enroll'], boolean][]
  if (rules.some(([field, isNamed]) => (event[field] !== null) !== isNamed))
    throw new MienError('REQUEST_INVALID', { message: `An event of ${event.op} names something else` })
  return event
}
