/**
 * What a device that works without a network and the server say to each other. The rules are SY and OF in SPEC.md.
 *
 * Every request of a device is signed: `Mien-Signature: <protected header>..<signature>`, a JWS with detached content (RFC 7515
 * appendix F) over exactly the bytes of its JSON, of type `mien-sync+jws` (`syncHeader` in `device-signature.ts`).
 */
import * as z from 'zod/mini'
import { syncLimits } from '../sync/limits.ts'
import { consentText } from './consent-text.ts'
import {
  activeAction,
  devicePublicKey,
  displayName,
  externalRef,
  galleryName,
  modelId,
  personName,
  sha256Hex,
  timestamp,
  token256,
  uuid,
} from './fields.ts'
import { wireFrame } from './frames.ts'
import { consentStatement } from './submissions.ts'

/** What both sides of the protocol say of themselves; another one is refused as `request_invalid`. */
export const syncProtocol = 2
const protocol = z.literal(syncProtocol)

/** A count that a double holds exactly. */
const counter = z.int().check(z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER))
const milliseconds = counter
/** Milliseconds since 1970 of a moment that every side can write down: until the end of the year 9999. */
const moment = z.int().check(z.minimum(0), z.maximum(253_402_300_799_999))
/** 64 bytes, r and s of 32 each. */
const signatureText = z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/))
/** A SHA-256. */
const hashText = token256

export const offlineDeviceKind = z.enum(['kiosk', 'own_device'])
export type OfflineDeviceKind = z.infer<typeof offlineDeviceKind>

/** `invited`: it has not redeemed its code yet. */
export const offlineDeviceStatus = z.enum(['invited', 'active', 'revoked'])
export type OfflineDeviceStatus = z.infer<typeof offlineDeviceStatus>

/** `POST /v1/offline-devices`, with the secret key: a kiosk that is to hold one gallery. */
export const offlineDeviceRequest = z.strictObject({
  label: displayName,
  /** Default: `default`. */
  gallery: z.optional(galleryName),
})
export type OfflineDeviceRequest = z.infer<typeof offlineDeviceRequest>

/** A device that may work without a network, as the backend sees it. */
export const offlineDevice = z.strictObject({
  device_id: uuid,
  kind: offlineDeviceKind,
  label: z.nullable(displayName),
  gallery: galleryName,
  /** Whose own device it is; null of a kiosk, and once the person was erased. */
  facial_id: z.nullable(uuid),
  status: offlineDeviceStatus,
  /** RFC 7638; null while it is invited, and once an own device of somebody who was erased is known no more. */
  key_id: z.nullable(token256),
  created_at: timestamp,
  registered_at: z.nullable(timestamp),
  revoked_at: z.nullable(timestamp),
  last_seen_at: z.nullable(timestamp),
  /** When what it has applied was the newest that there was; null: never yet. */
  current_at: z.nullable(timestamp),
  /** Epoch of the newest page that it was handed, and of the newest that it said it has applied. */
  epoch: counter,
  applied_epoch: counter,
  /** Two events took one place in its chain: the key works in two places. It gets no tickets any more. */
  forked: z.boolean(),
  /** Highest place in its chain that came in, and how many places below it did not. */
  last_seq: counter,
  missing_events: counter,
})
export type OfflineDevice = z.infer<typeof offlineDevice>

export const offlineDeviceList = z.strictObject({ devices: z.array(offlineDevice) })
export type OfflineDeviceList = z.infer<typeof offlineDeviceList>

/** The code can be read this once, and redeemed by one key, within the hour. */
export const offlineDeviceCreated = z.extend(offlineDevice, { registration_code: token256, code_expires_at: timestamp })
export type OfflineDeviceCreated = z.infer<typeof offlineDeviceCreated>

/**
 * `POST /v1/sync/kiosks`, signed by the key that it names. The same key may redeem its code again while the code lives and no event
 * of the device has come in.
 */
export const kioskRegistration = z.strictObject({
  protocol,
  registration_code: token256,
  public_key: devicePublicKey,
})
export type KioskRegistration = z.infer<typeof kioskRegistration>

/**
 * `POST /v1/sync/own-devices`, `Authorization: Session <client_token>` of a session that enrolled or recognised somebody within the last
 * five minutes, on this device; signed by that person's device key. `consent` is to keeping the template on the device.
 */
export const ownDeviceRegistration = z.strictObject({ protocol, consent: consentStatement })
export type OwnDeviceRegistration = z.infer<typeof ownDeviceRegistration>

/** Handed to the device alone. Templates that it is given, and the probes that it compares them with, are turned by `rotation_key`. */
export const syncRegistration = z.strictObject({
  server_time: timestamp,
  device_id: uuid,
  kind: offlineDeviceKind,
  label: z.nullable(displayName),
  gallery: galleryName,
  /** The one person whom the device may recognise; null of a kiosk. */
  facial_id: z.nullable(uuid),
  model_id: modelId,
  /** The models to load, by the name that the manifest has for them. */
  pack: z.string(),
  /** Key of `template/rotation.ts`, base64url. Of this device alone: nothing else is turned by it. */
  rotation_key: z.string().check(z.regex(/^[A-Za-z0-9_-]{32,2048}$/)),
})
export type SyncRegistration = z.infer<typeof syncRegistration>

const signedRequest = {
  protocol,
  device_id: uuid,
  /** By the server's clock, as well as the device knows it: within five minutes, or `challenge_expired`. */
  sent_at: timestamp,
}

/** `POST /v1/sync/pull`. `cursor` of the newest page that was applied, which this acknowledges; null: none is held. */
export const pullRequest = z.strictObject({ ...signedRequest, cursor: z.nullable(counter) })
export type PullRequest = z.infer<typeof pullRequest>

export const pullEntry = z.strictObject({
  face_id: uuid,
  facial_id: uuid,
  /** Base64url of the binary template format, turned by the device's rotation key. */
  template: z.string().check(z.maxLength(24_000)),
})
export type PullEntry = z.infer<typeof pullEntry>

/** What the device decides by, as it is now: the same that the server decides by. */
export const offlinePolicy = z.strictObject({
  /** Measured operating points, for `policy/threshold.ts`. */
  points: z.array(z.strictObject({ fmr: z.number(), threshold: z.number(), tar: z.number() })),
  pad_threshold: z.nullable(z.number()),
  /** What a person is asked to do before the capture: so many actions of these, drawn by the device itself; 0: none. */
  active_steps: z.int().check(z.minimum(0), z.maximum(4)),
  active_actions: z.array(activeAction).check(z.minLength(1), z.maxLength(4)),
  /** Whether it may write enrolments down, of people who agree to this version of the text. */
  drafts: z.boolean(),
  consent_required: z.boolean(),
  policy_version: z.string(),
  /** The application's own consent texts, where drafts may be made; none: the widget's own words. */
  consent_texts: z.array(consentText).check(z.maxLength(30)),
})
export type OfflinePolicy = z.infer<typeof offlinePolicy>

/** A page of what changed for the device. It counts only where what the device holds is at `since`. */
export const pullResponse = z.strictObject({
  server_time: timestamp,
  /** The cursor that was asked with; null: whatever the device holds goes before this is applied. */
  since: z.nullable(counter),
  cursor: counter,
  /** Whether there is another page: ask again with this cursor. */
  more: z.boolean(),
  /** Faces that are to be forgotten, before anybody is compared again. Face ids: they name nobody. */
  tombstones: z.array(uuid),
  entries: z.array(pullEntry).check(z.maxLength(syncLimits.pageFaces)),
  /** ES256 JWS of type `mien-snapshot+jwt` over what the device holds once this is applied: claims `snapshotClaims`. */
  snapshot: z.string(),
  policy: offlinePolicy,
})
export type PullResponse = z.infer<typeof pullResponse>

/** Claims of the statement of a page. Without a valid one nobody is recognised. Times in seconds since 1970. */
export const snapshotClaims = z.strictObject({
  snapshot_id: uuid,
  device_id: uuid,
  cursor: counter,
  /** Faces held. */
  faces: counter,
  /** `snapshotDigest` in `sync/snapshot.ts`. */
  digest: hashText,
  iat: z.int(),
  /** Nobody is recognised from then on. */
  exp: z.int(),
})
export type SnapshotClaims = z.infer<typeof snapshotClaims>

/** `POST /v1/sync/tickets`. */
export const ticketsRequest = z.strictObject({ ...signedRequest, cursor: z.nullable(counter) })
export type TicketsRequest = z.infer<typeof ticketsRequest>

/** Pays for one event. Times in milliseconds since 1970. */
export const offlineTicket = z.strictObject({
  ticket_id: uuid,
  not_before_ms: milliseconds,
  not_after_ms: milliseconds,
})
export type OfflineTicket = z.infer<typeof offlineTicket>

/** All tickets of the device that no event has come in with, also those that it was handed before. */
export const ticketsResponse = z.strictObject({
  server_time: timestamp,
  tickets: z.array(offlineTicket).check(z.maxLength(syncLimits.tickets)),
  /** ES256 JWS of type `mien-tickets+jwt`: claims `device_id`, `iat`, `exp` and these `tickets`. */
  statement: z.string(),
})
export type TicketsResponse = z.infer<typeof ticketsResponse>

/** Claims of `statement`. */
export const ticketClaims = z.strictObject({
  device_id: uuid,
  tickets: z.array(offlineTicket).check(z.maxLength(syncLimits.tickets)),
  iat: z.int(),
  exp: z.int(),
})
export type TicketClaims = z.infer<typeof ticketClaims>

/** `recognised`: somebody of the snapshot; `refused`: nobody of it; `enroll`: a draft of somebody new. */
export const offlineOperation = z.enum(['recognised', 'refused', 'enroll'])
export type OfflineOperation = z.infer<typeof offlineOperation>

/** What happened on a device: `encodeEvent` in `sync/event.ts` makes the bytes of it that are hashed and signed. */
export const offlineEvent = z.strictObject({
  v: z.literal(1),
  device_id: uuid,
  /** UUIDv7. */
  event_id: uuid,
  /** Place in the device's chain, from 1 on, without gaps. */
  seq: z.int().check(z.minimum(1), z.maximum(Number.MAX_SAFE_INTEGER)),
  /** SHA-256 of the bytes of the event before; 32 zero bytes before the first. */
  prev_hash: hashText,
  ticket_id: uuid,
  /** Server's time as the device estimates it (`sync/clock.ts`), milliseconds since 1970. */
  at_ms: moment,
  /** Monotone clock of the page or process, milliseconds since it began, and which one it is. */
  mono_ms: milliseconds,
  boot_id: uuid,
  op: offlineOperation,
  /** Of `recognised`; else null. */
  facial_id: z.nullable(uuid),
  /** What it was compared with; null of `enroll`. */
  snapshot_id: z.nullable(uuid),
  model_id: modelId,
  /** SHA-256 of the draft's bytes, of `enroll`; else null. */
  draft_sha256: z.nullable(sha256Hex),
})
export type OfflineEvent = z.infer<typeof offlineEvent>

/** An enrolment that was made without the server: UTF-8 of this JSON. Templates and frames as in a submission, not turned. */
export const enrolmentDraft = z.strictObject({
  templates: z.array(z.string().check(z.maxLength(24_000))).check(z.minLength(3), z.maxLength(5)),
  frames: z.array(wireFrame).check(z.minLength(3), z.maxLength(5)),
  consent: z.optional(consentStatement),
  name: z.optional(personName),
  user_ref: z.optional(externalRef),
})
export type EnrolmentDraft = z.infer<typeof enrolmentDraft>

/** An event as it is sent. Its signature is an ES256 JWS of type `mien-event+jws` (`eventHeader`) over `event`'s bytes. */
export const sentEvent = z.strictObject({
  /** Base64url of `encodeEvent`. */
  event: z.string().check(z.maxLength(2048)),
  signature: signatureText,
  /** Base64url of the draft's bytes. */
  draft: z.optional(z.string().check(z.maxLength(160_000))),
})
export type SentEvent = z.infer<typeof sentEvent>

/**
 * `POST /v1/sync`. Without events it tells the time, and what was applied. It may come again: an event counts once, whatever is lost.
 * At most 512 KB.
 */
export const syncRequest = z.strictObject({
  protocol,
  device_id: uuid,
  /** As in a pull: acknowledges what was applied. */
  cursor: z.nullable(counter),
  events: z.array(sentEvent).check(z.maxLength(syncLimits.batchEvents)),
})
export type SyncRequest = z.infer<typeof syncRequest>

/** Why an event does not count. */
export const syncRejection = z.enum([
  // What was sent is no event of this device
  'malformed',
  'signature',
  'event_mismatch',
  // Its ticket does not pay for it
  'ticket_unknown',
  'ticket_used',
  'too_early',
  'too_late',
  'from_the_future',
  // The device, or what it compared with
  'device_revoked',
  'not_allowed',
  'snapshot_unknown',
  'snapshot_expired',
  'stale_gallery',
  // The draft
  'draft_mismatch',
  'capture',
  'consent',
  'implausible',
  'replay',
  'quota',
  // The backend looked at it
  'declined',
])
export type SyncRejection = z.infer<typeof syncRejection>

/** What stands against an event on the server. `enrolled`: the face, or the reference, is somebody's already. */
export const serverState = z.enum(['deleted', 'disabled', 'enrolled'])
export type ServerState = z.infer<typeof serverState>

/** Why an event waits for the backend. */
export const quarantineReason = z.enum(['device_revoked', 'chain_fork', 'review'])
export type QuarantineReason = z.infer<typeof quarantineReason>

const settled = [
  /** `facial_id` of whom a draft became; else null. */
  z.strictObject({ status: z.literal('accepted'), facial_id: z.nullable(uuid) }),
  z.strictObject({ status: z.literal('rejected'), code: syncRejection }),
  z.strictObject({ status: z.literal('conflict'), server_state: serverState }),
  z.strictObject({ status: z.literal('quarantined'), reason: quarantineReason }),
] as const

/** What became of an event. */
export const eventOutcome = z.discriminatedUnion('status', settled)
export type EventOutcome = z.infer<typeof eventOutcome>

/**
 * `duplicate`: it came before, and this is what has become of it. `deferred`: nothing has become of it, since as much waits as may: it is
 * sent again after so many seconds.
 */
export const eventAnswer = z.discriminatedUnion('status', [
  ...settled,
  z.strictObject({ status: z.literal('duplicate'), outcome: eventOutcome }),
  z.strictObject({ status: z.literal('deferred'), retry_after: z.int().check(z.minimum(1), z.maximum(86_400)) }),
])
export type EventAnswer = z.infer<typeof eventAnswer>

/** `answers[i]` is for `events[i]`. Whatever it says but `deferred`, the event is settled and need not be sent again. */
export const syncResponse = z.strictObject({
  server_time: timestamp,
  answers: z.array(eventAnswer),
  /** Whether the server has taken the device's rights away: what it holds of people goes at once. */
  revoked: z.boolean(),
})
export type SyncResponse = z.infer<typeof syncResponse>

/** An event as the backend reads it. */
export const offlineEventEntry = z.strictObject({
  device_id: uuid,
  event_id: uuid,
  seq: counter,
  op: offlineOperation,
  /** Whom the device says it recognised, or whom a draft became; null: nobody, or erased since. */
  facial_id: z.nullable(uuid),
  /** `A0-offline`: a face alone; `A1-offline`: on the person's own device. The device's word either way. */
  level: z.enum(['A0-offline', 'A1-offline']),
  /** By the device's clock. */
  at: timestamp,
  received_at: timestamp,
  outcome: eventOutcome,
  /** The device's clocks contradict each other between this event and one beside it. */
  clock_suspect: z.boolean(),
})
export type OfflineEventEntry = z.infer<typeof offlineEventEntry>

/** `GET /v1/offline-events`. Newest first by when they came in. */
export const offlineEventList = z.strictObject({
  events: z.array(offlineEventEntry),
  next_cursor: z.nullable(z.string()),
})
export type OfflineEventList = z.infer<typeof offlineEventList>

/** `POST /v1/offline-devices/{device_id}/events/{event_id}/decision`, of one that is quarantined. */
export const quarantineDecision = z.strictObject({ accept: z.boolean() })
export type QuarantineDecision = z.infer<typeof quarantineDecision>
