/** The typed client for backends on Node: everything that the secret key opens. Not for browsers, where no secret key belongs. */
import { type Application, application } from '@mien/shared/api/applications'
import { type ConsentEntry, type ConsentRequest, consentEntry, consentList } from '@mien/shared/api/consents'
import { type Device, device, deviceList } from '@mien/shared/api/devices'
import {
  type Face,
  type FaceAdded,
  type FaceRequest,
  faceAdded,
  faceList,
  type IdentifyRequest,
  type IdentifyResponse,
  identifyResponse,
  type VerifyRequest,
  type VerifyResponse,
  verifyResponse,
} from '@mien/shared/api/faces'
import type { JsonValue } from '@mien/shared/api/fields'
import { type Gallery, type GalleryPatch, gallery, galleryList } from '@mien/shared/api/galleries'
import { type AuditList, auditList, type Health, health, type Stats, stats } from '@mien/shared/api/monitoring'
import { type Passkey, passkeyList } from '@mien/shared/api/passkeys'
import { type Erasure, erasure, type PersonExport, personExport } from '@mien/shared/api/people'
import { type Jwks, jwks, type RedeemRequest, type RedeemResponse, redeemResponse } from '@mien/shared/api/results'
import { type SessionRequest, type SessionResponse, sessionResponse } from '@mien/shared/api/sessions'
import {
  type Subject,
  type SubjectList,
  type SubjectPatch,
  type SubjectRequest,
  subject,
  subjectList,
} from '@mien/shared/api/subjects'
import {
  type EventOutcome,
  eventOutcome,
  type OfflineDevice,
  type OfflineDeviceCreated,
  type OfflineDeviceRequest,
  type OfflineEventList,
  offlineDeviceCreated,
  offlineDeviceList,
  offlineEventList,
} from '@mien/shared/api/sync'
import {
  type Webhook,
  type WebhookCreated,
  type WebhookRequest,
  webhookCreated,
  webhookList,
} from '@mien/shared/api/webhooks'
import { type FaceGiven, faceBody } from './face-form.ts'
import { type CallOptions, createSender, type FetchFunction } from './send-request.ts'

export type { FaceGiven } from './face-form.ts'
export { MienRequestError } from './mien-request-error.ts'
export type { CallOptions, FetchFunction } from './send-request.ts'

export interface MienServerClientOptions {
  /** Address of the server, such as `https://mien.example`. */
  readonly baseUrl: string
  /** `mk_…`. */
  readonly secretKey: string
  /** Default: the global one. */
  readonly fetch?: FetchFunction
  /** Of one call, answer included. Default: 30 seconds. */
  readonly timeoutMs?: number
}

/** A list's next page: what `next_cursor` of the page before said. */
interface PageOptions extends CallOptions {
  readonly limit?: number
  readonly cursor?: string
}

type OfflineEventOptions = PageOptions & { readonly device?: string; readonly status?: EventOutcome['status'] }

type FaceOptions = Pick<FaceRequest, 'mode' | 'consent'> & CallOptions
type Claim = Pick<VerifyRequest, 'facial_id' | 'user_ref' | 'gallery'>
type Search = Pick<IdentifyRequest, 'gallery' | 'limit' | 'min_score'>

/** Every method throws MienRequestError. Names of fields are those of the wire. */
export interface MienServerClient {
  readonly subjects: {
    create(request: SubjectRequest, options?: CallOptions): Promise<Subject>
    list(options?: PageOptions & { readonly gallery?: string; readonly userRef?: string }): Promise<SubjectList>
    get(facialId: string, options?: CallOptions): Promise<Subject>
    update(facialId: string, patch: SubjectPatch, options?: CallOptions): Promise<Subject>
    /** Erases template, picture, PIN and payload, and withdraws consent. */
    remove(facialId: string, options?: CallOptions): Promise<void>
    /** Everything that is kept of a person, without templates, PIN and keys. */
    export(facialId: string, options?: CallOptions): Promise<PersonExport>
    /** A signed certificate that somebody was erased, also in another dialect. Code NOT_FOUND for whoever was not. */
    erasure(facialId: string, options?: CallOptions): Promise<Erasure>
    setPayload(facialId: string, payload: JsonValue, options?: CallOptions): Promise<void>
    setPin(facialId: string, pin: string, options?: CallOptions): Promise<void>
    removePin(facialId: string, options?: CallOptions): Promise<void>
    /** Lets a person try again, on every device, whose face was refused too often. */
    removeLockouts(facialId: string, options?: CallOptions): Promise<void>
    /** JPEG. Code IMAGE_NOT_KEPT where the application keeps none. */
    image(facialId: string, options?: CallOptions): Promise<Uint8Array>
    removeImage(facialId: string, options?: CallOptions): Promise<void>
  }
  readonly faces: {
    add(facialId: string, face: FaceGiven, options?: FaceOptions): Promise<FaceAdded>
    list(facialId: string, options?: CallOptions): Promise<readonly Face[]>
    remove(facialId: string, faceId: string, options?: CallOptions): Promise<void>
  }
  /** Whose keys sign for a person. */
  readonly devices: {
    /** With those that wait for approval, and those that were taken away. */
    list(facialId: string, options?: CallOptions): Promise<readonly Device[]>
    /** Lets one in that waits. Ask the person first: whoever asked for it had a face like theirs, or a photograph of it. */
    approve(facialId: string, deviceId: string, options?: CallOptions): Promise<Device>
    /** Its key signs no more, and cannot become this person's again. */
    revoke(facialId: string, deviceId: string, options?: CallOptions): Promise<void>
  }
  /** What a person may sign with beside a face. */
  readonly passkeys: {
    list(facialId: string, options?: CallOptions): Promise<readonly Passkey[]>
    /** It signs no more. */
    revoke(facialId: string, passkeyId: string, options?: CallOptions): Promise<void>
  }
  /** Devices that recognise people without the server, and what they say: claims, which sign nobody in. */
  readonly offline: {
    /** A kiosk; its registration code is in this answer alone. */
    invite(request: OfflineDeviceRequest, options?: CallOptions): Promise<OfflineDeviceCreated>
    /** With those that were revoked. */
    devices(options?: CallOptions): Promise<readonly OfflineDevice[]>
    /** It is handed nothing more, and forgets what it holds of people when it next asks. */
    revoke(deviceId: string, options?: CallOptions): Promise<void>
    /** Newest first. */
    events(options?: OfflineEventOptions): Promise<OfflineEventList>
    /** Of an event that is quarantined. */
    decide(deviceId: string, eventId: string, accept: boolean, options?: CallOptions): Promise<EventOutcome>
  }
  /** A comparison, not a sign-in: nobody looked whether the face was live. */
  verify(claim: Claim, face: FaceGiven, options?: CallOptions): Promise<VerifyResponse>
  identify(face: FaceGiven, search?: Search, options?: CallOptions): Promise<IdentifyResponse>
  readonly consents: {
    list(facialId: string, options?: CallOptions): Promise<readonly ConsentEntry[]>
    add(facialId: string, statement: ConsentRequest, options?: CallOptions): Promise<ConsentEntry>
  }
  readonly galleries: {
    list(options?: CallOptions): Promise<readonly Gallery[]>
    get(name: string, options?: CallOptions): Promise<Gallery>
    create(name: string, options?: CallOptions): Promise<Gallery>
    /** What searches it. Only what is given changes. */
    choose(name: string, choice: GalleryPatch, options?: CallOptions): Promise<Gallery>
    remove(name: string, options?: CallOptions): Promise<void>
  }
  readonly sessions: { open(request: SessionRequest, options?: CallOptions): Promise<SessionResponse> }
  readonly results: { redeem(request: RedeemRequest, options?: CallOptions): Promise<RedeemResponse> }
  readonly webhooks: {
    list(options?: CallOptions): Promise<readonly Webhook[]>
    create(request: WebhookRequest, options?: CallOptions): Promise<WebhookCreated>
    remove(webhookId: string, options?: CallOptions): Promise<void>
  }
  /** The keys that sign assertions. */
  keys(options?: CallOptions): Promise<Jwks>
  settings(options?: CallOptions): Promise<Application>
  audit(options?: PageOptions & { readonly subject?: string }): Promise<AuditList>
  stats(options?: CallOptions): Promise<Stats>
  /** Answers also when something is down, as long as the server can look the key up. */
  health(options?: CallOptions): Promise<Health>
}

const defaultTimeoutMs = 30_000

export function createMienServerClient(options: MienServerClientOptions): MienServerClient {
  const { fetch = globalThis.fetch, timeoutMs = defaultTimeoutMs, ...rest } = options
  const { json, bytes, nothing } = createSender({ ...rest, fetch, timeoutMs })
  const person = (facialId: string, part = '') => `/v1/subjects/${encodeURIComponent(facialId)}${part}`
  const offlineDevice = (id: string, part = '') => `/v1/offline-devices/${encodeURIComponent(id)}${part}`
  const named = (name: string) => `/v1/galleries/${encodeURIComponent(name)}`

  return {
    subjects: {
      create: (body, call) => json(subject, { method: 'POST', path: '/v1/subjects', body, ...call }),
      list: ({ limit, cursor, gallery: name, userRef, ...call } = {}) =>
        json(subjectList, {
          method: 'GET',
          path: '/v1/subjects',
          query: { limit, cursor, gallery: name, user_ref: userRef },
          ...call,
        }),
      get: (id, call) => json(subject, { method: 'GET', path: person(id), ...call }),
      update: (id, body, call) => json(subject, { method: 'PATCH', path: person(id), body, ...call }),
      remove: (id, call) => nothing({ method: 'DELETE', path: person(id), ...call }),
      export: (id, call) => json(personExport, { method: 'GET', path: person(id, '/export'), ...call }),
      erasure: (id, call) => json(erasure, { method: 'GET', path: `/v1/erasures/${encodeURIComponent(id)}`, ...call }),
      setPayload: (id, payload, call) =>
        nothing({ method: 'PUT', path: person(id, '/payload'), body: { payload }, ...call }),
      setPin: (id, pin, call) => nothing({ method: 'PUT', path: person(id, '/pin'), body: { pin }, ...call }),
      removePin: (id, call) => nothing({ method: 'DELETE', path: person(id, '/pin'), ...call }),
      removeLockouts: (id, call) => nothing({ method: 'DELETE', path: person(id, '/lockouts'), ...call }),
      image: (id, call) => bytes({ method: 'GET', path: person(id, '/image'), ...call }),
      removeImage: (id, call) => nothing({ method: 'DELETE', path: person(id, '/image'), ...call }),
    },
    faces: {
      add: (id, face, { mode, consent, ...call } = {}) =>
        json(faceAdded, {
          method: 'POST',
          path: person(id, '/faces'),
          body: faceBody(face, { mode, consent }),
          ...call,
        }),
      list: async (id, call) => (await json(faceList, { method: 'GET', path: person(id, '/faces'), ...call })).faces,
      remove: (id, faceId, call) =>
        nothing({ method: 'DELETE', path: person(id, `/faces/${encodeURIComponent(faceId)}`), ...call }),
    },
    devices: {
      list: async (id, call) =>
        (await json(deviceList, { method: 'GET', path: person(id, '/devices'), ...call })).devices,
      approve: (id, deviceId, call) =>
        json(device, {
          method: 'POST',
          path: person(id, `/devices/${encodeURIComponent(deviceId)}/approve`),
          body: {},
          ...call,
        }),
      revoke: (id, deviceId, call) =>
        nothing({ method: 'DELETE', path: person(id, `/devices/${encodeURIComponent(deviceId)}`), ...call }),
    },
    passkeys: {
      list: async (id, call) =>
        (await json(passkeyList, { method: 'GET', path: person(id, '/passkeys'), ...call })).passkeys,
      revoke: (id, passkeyId, call) =>
        nothing({ method: 'DELETE', path: person(id, `/passkeys/${encodeURIComponent(passkeyId)}`), ...call }),
    },
    offline: {
      invite: (body, call) =>
        json(offlineDeviceCreated, { method: 'POST', path: '/v1/offline-devices', body, ...call }),
      devices: async (call) =>
        (await json(offlineDeviceList, { method: 'GET', path: '/v1/offline-devices', ...call })).devices,
      revoke: (id, call) => nothing({ method: 'DELETE', path: offlineDevice(id), ...call }),
      events: ({ limit, cursor, device: from, status, ...call } = {}) =>
        json(offlineEventList, {
          method: 'GET',
          path: '/v1/offline-events',
          query: { limit, cursor, device: from, status },
          ...call,
        }),
      decide: (id, eventId, accept, call) =>
        json(eventOutcome, {
          method: 'POST',
          path: offlineDevice(id, `/events/${encodeURIComponent(eventId)}/decision`),
          body: { accept },
          ...call,
        }),
    },
    verify: (claim, face, call) =>
      json(verifyResponse, { method: 'POST', path: '/v1/verify', body: faceBody(face, claim), ...call }),
    identify: (face, search = {}, call = {}) =>
      json(identifyResponse, { method: 'POST', path: '/v1/identify', body: faceBody(face, search), ...call }),
    consents: {
      list: async (id, call) =>
        (await json(consentList, { method: 'GET', path: person(id, '/consents'), ...call })).consents,
      add: (id, body, call) => json(consentEntry, { method: 'POST', path: person(id, '/consents'), body, ...call }),
    },
    galleries: {
      list: async (call) => (await json(galleryList, { method: 'GET', path: '/v1/galleries', ...call })).galleries,
      get: (name, call) => json(gallery, { method: 'GET', path: named(name), ...call }),
      create: (name, call) => json(gallery, { method: 'POST', path: '/v1/galleries', body: { name }, ...call }),
      choose: (name, body, call) => json(gallery, { method: 'PATCH', path: named(name), body, ...call }),
      remove: (name, call) => nothing({ method: 'DELETE', path: named(name), ...call }),
    },
    sessions: {
      open: (body, call) => json(sessionResponse, { method: 'POST', path: '/v1/sessions', body, ...call }),
    },
    results: {
      redeem: (body, call) => json(redeemResponse, { method: 'POST', path: '/v1/results/redeem', body, ...call }),
    },
    webhooks: {
      list: async (call) => (await json(webhookList, { method: 'GET', path: '/v1/webhooks', ...call })).webhooks,
      create: (body, call) => json(webhookCreated, { method: 'POST', path: '/v1/webhooks', body, ...call }),
      remove: (id, call) => nothing({ method: 'DELETE', path: `/v1/webhooks/${encodeURIComponent(id)}`, ...call }),
    },
    keys: (call) => json(jwks, { method: 'GET', path: '/.well-known/jwks.json', ...call }),
    settings: (call) => json(application, { method: 'GET', path: '/v1/settings', ...call }),
    audit: ({ limit, cursor, subject: about, ...call } = {}) =>
      json(auditList, { method: 'GET', path: '/v1/audit', query: { limit, cursor, subject: about }, ...call }),
    stats: (call) => json(stats, { method: 'GET', path: '/v1/stats', ...call }),
    health: (call) => json(health, { method: 'GET', path: '/v1/health', answersWith: 503, ...call }),
  }
}
