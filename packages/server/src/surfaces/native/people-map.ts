import type { PersonExport, Erasure as WireErasure } from '@mien/shared/api/people'
import type { Erasure } from '../../domain/erasures.ts'
import type { PersonExport as Person } from '../../domain/person-exports.ts'
import * as map from './map.ts'

const time = (date: Date): string => date.toISOString()
const timeOrNull = (date: Date | null): string | null => (date === null ? null : time(date))

export const toErasure = ({ facialId, erasedAt, emptyTables, keptTables, certificate }: Erasure): WireErasure => ({
  facial_id: facialId,
  erased_at: time(erasedAt),
  empty: [...emptyTables],
  kept: [...keptTables],
  certificate,
})

export function toPersonExport(person: Person, now: Date): PersonExport {
  const { subject, gallery, faces, image, consents, authenticator, devices, passkeys, audit, events } = person
  const { offlineDevices, offlineEvents } = person
  const standing = consents.find(({ withdrawnAt, purpose }) => withdrawnAt === null && purpose === 'enrolment') ?? null
  return {
    exported_at: time(now),
    person: map.toSubject(subject, { gallery, faces: faces.length, consent: standing }),
    faces: faces.map(map.toFace),
    image: image === null ? null : Buffer.from(image).toString('base64'),
    consents: consents.map(map.toConsentEntry),
    authenticator:
      authenticator === null
        ? null
        : {
            status: authenticator.status,
            expires_at: timeOrNull(authenticator.expiresAt),
            created_at: time(authenticator.createdAt),
          },
    devices: devices.map(({ keyId, label, status, createdAt, lastUsedAt }) => ({
      key_id: keyId,
      label,
      status,
      created_at: time(createdAt),
      last_used_at: timeOrNull(lastUsedAt),
    })),
    passkeys: passkeys.map(({ credentialId, relyingParty, createdAt, lastUsedAt }) => ({
      credential_id: credentialId,
      relying_party: relyingParty,
      created_at: time(createdAt),
      last_used_at: timeOrNull(lastUsedAt),
    })),
    offline_devices: offlineDevices.map(({ keyId, status, createdAt }) => ({
      key_id: keyId,
      status,
      created_at: time(createdAt),
    })),
    offline_events: offlineEvents.map(({ deviceId, op, at, receivedAt, outcome }) => ({
      device_id: deviceId,
      op,
      at: time(at),
      received_at: time(receivedAt),
      outcome,
    })),
    audit: audit.map(map.toAuditRecord),
    events: events.map(({ event, state, createdAt, body }) => ({
      event,
      state,
      created_at: time(createdAt),
      body: body === '' ? null : JSON.parse(body),
    })),
  }
}
