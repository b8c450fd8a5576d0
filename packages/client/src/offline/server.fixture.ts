import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConsentText } from '@mien/shared/api/consent-text'
import type { EventAnswer, OfflineEvent, OfflineTicket, PullResponse } from '@mien/shared/api/sync'
import { decodeBase64Url, encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { eventHash } from '@mien/shared/sync/chain'
import { decodeEvent } from '@mien/shared/sync/event'
import { syncLimits } from '@mien/shared/sync/limits'
import { snapshotDigest } from '@mien/shared/sync/snapshot'
import { encodeTemplate } from '@mien/shared/template/format'
import { rotate, rotationKeyBytes } from '@mien/shared/template/rotation'
import { sha256 } from './apply-pull.ts'
import type { SyncApi } from './sync-api.ts'

const manifest = JSON.parse(readFileSync(new URL('../../../../models/manifest.json', import.meta.url), 'utf8'))
const embedder = manifest.files.find((file: { role: string }) => file.role === 'embedder')
const modelId: string = embedder.id
const dimension = 512

/** A made-up face: not a person's, but as far from others as those of people are. */
export function madeUpFace(seed: number): Float32Array {
  let state = seed * 2654435761 + 1
  const next = () => {
    state = (state * 1664525 + 1013904223) % 4294967296
    return state / 4294967296
  }
  const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next())
  const vector = Float64Array.from({ length: dimension }, normal)
  const norm = Math.hypot(...vector)
  return Float32Array.from(vector, (value) => value / norm)
}

interface Face {
  readonly faceId: string
  readonly facialId: string
  readonly vector: Float32Array
}

/** What the rules ask of the server, for one device. */
export async function startFakeServer(kind: 'kiosk' | 'own_device' = 'kiosk') {
  const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', key.publicKey)
  const kid = 'server key'
  const rotationKey = crypto.getRandomValues(new Uint8Array(rotationKeyBytes(dimension)))
  const deviceId: string = randomUUID()
  const faces: Face[] = []
  const tombstones: string[] = []
  const tickets: OfflineTicket[] = []
  const events = new Map<string, OfflineEvent>()
  const hashes = new Map<number, string>()
  const server = {
    faces,
    tombstones,
    tickets,
    events,
    nowMs: Date.UTC(2026, 10, 21),
    cursor: 1,
    isReachable: true,
    isRevoked: false,
    drafts: true,
    activeSteps: 0,
    consentTexts: [] as ConsentText[],
    /** Whoever names the newest cursor is handed no faces. */
    answersDeltas: false,
    /** Whether there is no room for a draft that waits for the backend. */
    isFull: false,
    /** The key that tickets are signed with: snapshots that were signed before a renewal are handed out for a while. */
    ticketKid: kid,
    /** Answers that never arrive. */
    lostAnswers: 0,
    requests: 0,
    enroll(seed: number) {
      const face = { faceId: randomUUID(), facialId: randomUUID(), vector: madeUpFace(seed) }
      faces.push(face)
      server.cursor += 1
      return face
    },
    remove({ faceId }: Face) {
      faces.splice(
        faces.findIndex((face) => face.faceId === faceId),
        1,
      )
      tombstones.push(faceId)
      server.cursor += 1
    },
  }

  const sign = async (claims: unknown, typ: string, by = kid): Promise<string> => {
    const encode = (value: unknown) => encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)))
    const input = `${encode({ alg: 'ES256', kid: by, typ })}.${encode(claims)}`
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
    const signed = await crypto.subtle.sign(algorithm, key.privateKey, new TextEncoder().encode(input))
    return `${input}.${encodeBase64Url(new Uint8Array(signed))}`
  }

  const templateOf = ({ vector }: Face) => encodeTemplate({ modelId, vector: rotate(vector, rotationKey) })

  const meet = async () => {
    server.requests += 1
    if (!server.isReachable) throw new MienError('NETWORK_IO')
  }
  const refuseRevoked = () => {
    if (server.isRevoked) throw new MienError('GONE', { details: { status: 410 } })
  }
  const server_time = () => new Date(server.nowMs).toISOString()

  async function settle(bytes: Uint8Array<ArrayBuffer>): Promise<EventAnswer> {
    const event = decodeEvent(bytes)
    const outcome = { status: 'accepted', facial_id: event.op === 'enroll' ? randomUUID() : null } as const
    if (events.has(event.event_id)) return { status: 'duplicate', outcome }
    const before = hashes.get(event.seq - 1)
    if (before !== undefined && before !== event.prev_hash) return { status: 'quarantined', reason: 'chain_fork' }
    if (hashes.has(event.seq)) return { status: 'quarantined', reason: 'chain_fork' }
    if (server.isFull && event.op === 'enroll') return { status: 'deferred', retry_after: 3600 }
    const at = tickets.findIndex(({ ticket_id }) => ticket_id === event.ticket_id)
    if (at < 0) return { status: 'rejected', code: 'ticket_used' }
    tickets.splice(at, 1)
    hashes.set(event.seq, await eventHash(bytes, sha256))
    events.set(event.event_id, event)
    return outcome
  }

  const register = async () => {
    await meet()
    return {
      server_time: server_time(),
      device_id: deviceId,
      kind,
      label: 'Door',
      gallery: 'default',
      facial_id: kind === 'kiosk' ? null : faces[0]!.facialId,
      model_id: modelId,
      pack: 'standard',
      rotation_key: encodeBase64Url(rotationKey),
    }
  }

  const api: SyncApi = {
    registerKiosk: register,
    registerOwn: register,
    async sync({ events: sent }) {
      await meet()
      const answers: EventAnswer[] = []
      for (const { event } of sent) answers.push(await settle(decodeBase64Url(event)))
      if (server.lostAnswers > 0) {
        server.lostAnswers -= 1
        throw new MienError('NETWORK_IO')
      }
      return { server_time: server_time(), answers, revoked: server.isRevoked }
    },
    async pull({ cursor }): Promise<PullResponse> {
      await meet()
      refuseRevoked()
      const isNewest = server.answersDeltas && cursor === server.cursor
      const entries = (isNewest ? [] : faces).map((face) => ({
        face_id: face.faceId,
        facial_id: face.facialId,
        template: encodeBase64Url(templateOf(face)),
      }))
      const held = await Promise.all(
        faces.map(async (face) => ({ ...face, templateHash: encodeBase64Url(await sha256(templateOf(face))) })),
      )
      const claims = {
        snapshot_id: randomUUID(),
        device_id: deviceId,
        cursor: server.cursor,
        faces: faces.length,
        digest: await snapshotDigest(held, sha256),
        iat: Math.floor(server.nowMs / 1000),
        exp: Math.floor((server.nowMs + syncLimits.kioskMs) / 1000),
      }
      return {
        server_time: server_time(),
        since: cursor,
        cursor: server.cursor,
        more: false,
        tombstones: [...tombstones],
        entries,
        snapshot: await sign(claims, 'mien-snapshot+jwt'),
        policy: {
          points: embedder.calibration.points,
          pad_threshold: null,
          active_steps: server.activeSteps,
          active_actions: ['blink', 'turn_left'],
          drafts: server.drafts,
          consent_required: false,
          policy_version: '1',
          consent_texts: server.consentTexts,
        },
      }
    },
    async tickets() {
      await meet()
      refuseRevoked()
      while (tickets.length < syncLimits.tickets) {
        const not_before_ms = server.nowMs
        tickets.push({ ticket_id: randomUUID(), not_before_ms, not_after_ms: not_before_ms + syncLimits.ticketMs })
      }
      const iat = Math.floor(server.nowMs / 1000)
      const claims = { device_id: deviceId, tickets: [...tickets], iat, exp: iat + 3600 }
      const statement = await sign(claims, 'mien-tickets+jwt', server.ticketKid)
      return { server_time: server_time(), tickets: [...tickets], statement }
    },
    serverKeys: async () =>
      [...new Set([kid, server.ticketKid])].map((each) => {
        return { kty: 'EC', crv: 'P-256', x: x!, y: y!, alg: 'ES256', use: 'sig', kid: each }
      }),
  }
  return { server, api }
}
