import type { OfflineDevice, OfflineEventEntry, SyncRegistration } from '@mien/shared/api/sync'
import { encodeBase64Url } from '@mien/shared/bytes'
import type { TemplateModel } from '../../domain/model.ts'
import type { ListedEvent } from '../../domain/offline/model.ts'
import type { ListedDevice, Registration } from '../../domain/offline/registrations.ts'

const time = (date: Date): string => date.toISOString()
const timeOrNull = (date: Date | null): string | null => (date === null ? null : time(date))

export const toOfflineDevice = ({ device, galleryName, extent }: ListedDevice): OfflineDevice => ({
  device_id: device.id,
  kind: device.kind,
  label: device.label,
  gallery: galleryName,
  facial_id: device.subjectId,
  status: device.status,
  key_id: device.keyId,
  created_at: time(device.createdAt),
  registered_at: timeOrNull(device.registeredAt),
  revoked_at: timeOrNull(device.revokedAt),
  last_seen_at: timeOrNull(device.lastSeenAt),
  current_at: timeOrNull(device.currentAt),
  epoch: device.epoch,
  applied_epoch: device.appliedEpoch,
  forked: device.isForked,
  last_seq: extent.lastSeq,
  missing_events: extent.lastSeq - extent.places,
})

export const toRegistration = (
  { device, galleryName, rotationKey }: Registration,
  { modelId, pack }: TemplateModel,
  now: Date,
): SyncRegistration => ({
  server_time: time(now),
  device_id: device.id,
  kind: device.kind,
  label: device.label,
  gallery: galleryName,
  facial_id: device.subjectId,
  model_id: modelId,
  pack,
  rotation_key: encodeBase64Url(rotationKey),
})

export const toEventEntry = (event: ListedEvent): OfflineEventEntry => ({
  device_id: event.deviceId,
  event_id: event.id,
  seq: event.seq,
  op: event.op,
  facial_id: event.subjectId,
  level: event.deviceKind === 'kiosk' ? 'A0-offline' : 'A1-offline',
  at: time(event.at),
  received_at: time(event.receivedAt),
  outcome: event.outcome,
  clock_suspect: event.isClockSuspect,
})
