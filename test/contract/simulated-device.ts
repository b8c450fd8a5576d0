import { createHash, createPublicKey, randomUUID, sign as signBytes, verify } from 'node:crypto'
import { eventHeader, signingInput, syncHeader } from '@mien/shared/api/device-signature'
import {
  type EnrolmentDraft,
  type EventAnswer,
  type OfflineEvent,
  type OfflinePolicy,
  type OfflineTicket,
  type PullResponse,
  pullResponse,
  type SyncRegistration,
  type SyncResponse,
  snapshotClaims,
  syncProtocol,
  syncRegistration,
  syncResponse,
  ticketClaims,
  ticketsResponse,
} from '@mien/shared/api/sync'
import { decodeBase64Url, encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { identify, verifies } from '@mien/shared/policy/identify'
import { eventHash, noHash } from '@mien/shared/sync/chain'
import { type ClockReading, type DeviceClock, readClock, setClock } from '@mien/shared/sync/clock'
import { encodeEvent } from '@mien/shared/sync/event'
import { appendEntry, emptyOutbox, nextBatch, type Outbox, refuseFull, settleBatch } from '@mien/shared/sync/outbox'
import { snapshotDigest } from '@mien/shared/sync/snapshot'
import { chooseTicket } from '@mien/shared/sync/ticket'
import {
  applyPage,
  emptyGallery,
  type HeldGallery,
  type HeldStatement,
  mayRecognise,
} from '@mien/shared/sync/tombstone'
import { decodeTemplate } from '@mien/shared/template/format'
import { rotate } from '@mien/shared/template/rotation'
import { cosine } from '@mien/shared/template/unit-vector'
import { goodFrame } from '../fixtures/good-frame.ts'
import { syntheticFrame } from '../fixtures/synthetic-templates.ts'
import { createTestDevice, detachedSignature, type TestDevice } from '../fixtures/test-device.ts'
import { type Answer, consentGiven, type Sent, testModel, wireTemplate } from './test-app.ts'

/** How a request gets to the server; throws `lost` when it, or its answer, does not arrive. */
export type Transport = (path: string, sent: Sent) => Promise<Answer>

export const lost = new Error('lost on the way')

interface HeldFace {
  readonly facialId: string
  readonly templateHash: string
  readonly vector: Float32Array
}

/** What is on the device's disk: replaced as a whole, never in part. */
interface Disk {
  readonly registration: SyncRegistration | null
  readonly clock: DeviceClock | null
  readonly gallery: HeldGallery<HeldFace>
  readonly statement: (HeldStatement & { readonly id: string }) | null
  readonly policy: OfflinePolicy | null
  readonly tickets: readonly OfflineTicket[]
  readonly usedTickets: ReadonlySet<string>
  readonly outbox: Outbox
}

const emptyDisk: Disk = {
  registration: null,
  clock: null,
  gallery: emptyGallery(),
  statement: null,
  policy: null,
  tickets: [],
  usedTickets: new Set(),
  outbox: emptyOutbox,
}

export type Recognition =
  | { readonly kind: 'recognised'; readonly facialId: string; readonly eventId: string }
  | { readonly kind: 'refused'; readonly eventId: string }
  /** Nobody is compared. */
  | { readonly kind: 'closed' }

export interface SimulatedDevice {
  readonly keys: TestDevice
  disk: Disk
  /** Of the wall clock to the true time, milliseconds. */
  clockSkewMs: number
  readonly answers: { readonly eventId: string; readonly answer: EventAnswer }[]
  registerKiosk(code: string): Promise<SyncRegistration>
  registerOwn(clientToken: string): Promise<SyncRegistration>
  /** One page. */
  pull(changes?: object): Promise<PullResponse>
  pullAll(): Promise<void>
  askTickets(changes?: object): Promise<void>
  recognise(person: Float32Array): Promise<Recognition>
  /** @returns the event's id; null where nothing more happens offline */
  enroll(person: Float32Array, draft?: Partial<EnrolmentDraft>): Promise<string | null>
  /** One batch. */
  sync(): Promise<SyncResponse>
  syncAll(): Promise<void>
  /** The page is loaded anew: what was on the disk is there, and the monotone clock starts again. */
  reload(): void
  /** Signs a request as this device does. */
  post(path: string, body: object, authorization?: string): Promise<Answer>
  /** Writes an event down. @param changes what a forger would say instead */
  write(fields: Partial<OfflineEvent>, draft?: Uint8Array<ArrayBuffer>): Promise<string | null>
}

/** No two frames are one, of any device or page. */
let frames = 10_000_000

const sha256 = async (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/**
 * A device without a network, in memory: all that it decides, it decides with what the widget decides with.
 *
 * @param from keys of a device that is known, or another's disk that was copied
 */
export function createSimulatedDevice(
  transport: Transport,
  now: () => Date,
  publicKeys: () => Promise<readonly Readonly<Record<string, unknown>>[]>,
  from: Partial<Pick<SimulatedDevice, 'keys' | 'disk'>> = {},
): SimulatedDevice {
  const keys = from.keys ?? createTestDevice()
  let boot = { id: randomUUID(), at: now().getTime() }

  const reading = (): ClockReading => ({
    wallMs: now().getTime() + device.clockSkewMs,
    monoMs: Math.max(0, now().getTime() - boot.at),
    bootId: boot.id,
  })

  const post: SimulatedDevice['post'] = (path, body, authorization) => {
    const raw = JSON.stringify(body)
    const signature = detachedSignature(keys.privateKey, syncHeader(keys.keyId), raw)
    const headers = { 'mien-signature': signature }
    return transport(path, { raw, headers, ...(authorization === undefined ? {} : { authorization }) })
  }

  const told = <T extends { readonly server_time: string }>(answer: Answer, parse: (json: unknown) => T): T => {
    if (answer.status >= 300) throw new Error(`${answer.status} ${answer.json?.error?.code}`)
    const value = parse(answer.json)
    device.disk = { ...device.disk, clock: setClock(Date.parse(value.server_time), reading()) }
    return value
  }

  const ensureClock = (): DeviceClock | null => {
    const { clock } = device.disk
    if (clock !== null) device.disk = { ...device.disk, clock: readClock(clock, reading()) }
    return device.disk.clock
  }

  const signedRequest = () => ({
    protocol: syncProtocol,
    device_id: device.disk.registration?.device_id,
    sent_at: new Date(ensureClock()?.seenMs ?? 0).toISOString(),
  })

  const write: SimulatedDevice['write'] = async (fields, draft) => {
    const clock = ensureClock()
    const { tickets, usedTickets, outbox, registration } = device.disk
    if (clock === null || clock.isLocked || registration === null) return null
    const ticket = chooseTicket(tickets, usedTickets, clock.seenMs)
    if (ticket === undefined) return null
    refuseFull(outbox)
    const { monoMs, bootId } = reading()
    const event: OfflineEvent = {
      v: 1,
      device_id: registration.device_id,
      event_id: randomUUID(),
      seq: outbox.seq + 1,
      prev_hash: outbox.seq === 0 ? noHash : outbox.hash,
      ticket_id: ticket.ticket_id,
      at_ms: clock.seenMs,
      mono_ms: monoMs,
      boot_id: bootId,
      op: 'refused',
      facial_id: null,
      snapshot_id: null,
      model_id: testModel.modelId,
      draft_sha256: null,
      ...fields,
    }
    const bytes = encodeEvent(event)
    const input = signingInput(encodeBase64Url(Buffer.from(eventHeader(keys.keyId))), bytes)
    const options = { key: keys.privateKey, dsaEncoding: 'ieee-p1363' } as const
    const signature = signBytes('sha256', Buffer.from(input), options).toString('base64url')
    const sent = {
      event: encodeBase64Url(bytes),
      signature,
      ...(draft === undefined ? {} : { draft: encodeBase64Url(draft) }),
    }
    const entry = { eventId: event.event_id, seq: event.seq, ticketId: event.ticket_id, sent }
    // Outbox, chain and ticket change together.
    device.disk = {
      ...device.disk,
      outbox: appendEntry(outbox, entry, await eventHash(bytes, sha256)),
      usedTickets: new Set([...usedTickets, ticket.ticket_id]),
    }
    return event.event_id
  }

  const applyPulled = async (page: PullResponse): Promise<void> => {
    const claims = snapshotClaims.parse(await verified(page.snapshot, 'mien-snapshot+jwt', publicKeys))
    const modelOf = { modelId: testModel.modelId, dimension: testModel.dimension }
    const entries = page.entries.map(({ face_id, facial_id, template }) => {
      const bytes = decodeBase64Url(template)
      const templateHash = createHash('sha256').update(bytes).digest('base64url')
      return [face_id, { facialId: facial_id, templateHash, vector: decodeTemplate(bytes, modelOf).vector }] as const
    })
    const gallery = applyPage(device.disk.gallery, { ...page, entries })
    if (gallery === device.disk.gallery) return
    const held = [...gallery.faces].map(([faceId, face]) => ({ faceId, ...face }))
    const digest = await snapshotDigest(held, sha256)
    if (digest !== claims.digest || claims.device_id !== device.disk.registration?.device_id)
      throw new Error('the statement is over something else')
    const statement = {
      id: claims.snapshot_id,
      cursor: claims.cursor,
      faces: claims.faces,
      expiresMs: claims.exp * 1000,
    }
    device.disk = { ...device.disk, gallery, statement, policy: page.policy }
  }

  const decide = (person: Float32Array): string | null => {
    const { registration, gallery, policy } = device.disk
    const probe = rotate(person, decodeBase64Url(registration!.rotation_key))
    const best = new Map<string, number>()
    for (const { facialId, vector } of gallery.faces.values())
      best.set(facialId, Math.max(best.get(facialId) ?? -1, cosine(probe, vector)))
    const candidates = [...best].map(([subjectId, score]) => ({ subjectId, score }))
    if (registration!.facial_id !== null)
      return candidates.find(({ score }) => verifies(score, policy!.points))?.subjectId ?? null
    const verdict = identify({ candidates, gallerySize: gallery.faces.size }, policy!.points)
    return verdict.kind === 'match' ? verdict.subjectId : null
  }

  const device: SimulatedDevice = {
    keys,
    disk: from.disk ?? emptyDisk,
    clockSkewMs: 0,
    answers: [],
    post,
    write,

    async registerKiosk(code) {
      const body = { protocol: syncProtocol, registration_code: code, public_key: keys.publicKey }
      const registration = told(await post('/v1/sync/kiosks', body), (json) => syncRegistration.parse(json))
      device.disk = { ...device.disk, registration }
      return registration
    },

    async registerOwn(clientToken) {
      const body = { protocol: syncProtocol, consent: consentGiven(now()) }
      const answer = await post('/v1/sync/own-devices', body, `Session ${clientToken}`)
      const registration = told(answer, (json) => syncRegistration.parse(json))
      device.disk = { ...device.disk, registration }
      return registration
    },

    async pull(changes = {}) {
      const body = { ...signedRequest(), cursor: device.disk.gallery.cursor, ...changes }
      const page = told(await post('/v1/sync/pull', body), (json) => pullResponse.parse(json))
      await applyPulled(page)
      return page
    },

    async pullAll() {
      while ((await device.pull()).more);
    },

    async askTickets(changes = {}) {
      const body = { ...signedRequest(), cursor: device.disk.gallery.cursor, ...changes }
      const handed = told(await post('/v1/sync/tickets', body), (json) => ticketsResponse.parse(json))
      const claims = ticketClaims.parse(await verified(handed.statement, 'mien-tickets+jwt', publicKeys))
      device.disk = { ...device.disk, tickets: claims.tickets }
    },

    async recognise(person) {
      const clock = ensureClock()
      const { gallery, statement, registration } = device.disk
      if (clock === null || registration === null || !mayRecognise(gallery, statement, clock)) return { kind: 'closed' }
      const facialId = decide(syntheticFrame(person, frames++))
      const about = { op: facialId === null ? 'refused' : 'recognised', facial_id: facialId } as const
      const eventId = await write({ ...about, snapshot_id: statement!.id })
      if (eventId === null) return { kind: 'closed' }
      return facialId === null ? { kind: 'refused', eventId } : { kind: 'recognised', facialId, eventId }
    },

    async enroll(person, changes = {}) {
      if (device.disk.policy?.drafts !== true) return null
      const templates = [0, 1, 2].map(() => wireTemplate(syntheticFrame(person, frames++)))
      const captured = templates.map((_, i) => ({ ...goodFrame, at_ms: i * 200 }))
      const draft: EnrolmentDraft = { templates, frames: captured, consent: consentGiven(now()), ...changes }
      const bytes = new TextEncoder().encode(JSON.stringify(draft))
      const hash = createHash('sha256').update(bytes).digest('hex')
      return write({ op: 'enroll', draft_sha256: hash }, bytes)
    },

    async sync() {
      const batch = nextBatch(device.disk.outbox, ensureClock()?.seenMs ?? 0)
      const { registration, gallery } = device.disk
      const events = batch.map(({ sent }) => sent)
      const body = { protocol: syncProtocol, device_id: registration?.device_id, cursor: gallery.cursor, events }
      const response = told(await post('/v1/sync', body), (json) => syncResponse.parse(json))
      const { outbox, settled } = settleBatch(
        device.disk.outbox,
        batch,
        response.answers,
        Date.parse(response.server_time),
      )
      device.disk = { ...device.disk, outbox }
      device.answers.push(...settled.map(({ entry, answer }) => ({ eventId: entry.eventId, answer })))
      if (response.revoked) device.disk = { ...device.disk, gallery: emptyGallery(), statement: null, tickets: [] }
      return response
    },

    async syncAll() {
      do await device.sync()
      while (nextBatch(device.disk.outbox, ensureClock()?.seenMs ?? 0).length > 0)
    },

    reload() {
      boot = { id: randomUUID(), at: now().getTime() }
    },
  }
  return device
}

/** Claims of an ES256 JWS of this type by one of the server's keys. */
async function verified(
  token: string,
  type: string,
  publicKeys: () => Promise<readonly Readonly<Record<string, unknown>>[]>,
): Promise<unknown> {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const { kid, typ } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const jwk = (await publicKeys()).find((each) => each.kid === kid)
  if (typ !== type || jwk === undefined) throw new MienError('SIGNATURE_INVALID')
  const key = createPublicKey({ key: jwk as never, format: 'jwk' })
  const input = Buffer.from(`${header}.${payload}`)
  const isGood = verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))
  if (!isGood) throw new MienError('SIGNATURE_INVALID')
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}
