import type { OfflineDeviceKind } from '@mien/shared/api/sync'
import type { DeviceState } from './device-state.ts'
import type { OfflineStatus } from './offline-device.ts'
import { whyNotReady } from './readiness.ts'

/** @param state its clock was read just now @param kind of a device that is registered nowhere yet */
export function toStatus(state: DeviceState, kind: OfflineDeviceKind, isKept: boolean): OfflineStatus {
  const { registration, statement, outbox, lock } = state
  const { device_id: id, kind: registeredAs, label } = registration ?? {}
  return {
    device: id === undefined ? null : { id, kind: registeredAs ?? kind, label: label ?? null },
    isRevoked: registration?.is_revoked ?? false,
    notReady: whyNotReady(state, 'authenticate'),
    waiting: outbox.entries.length,
    endsAt: statement && new Date(statement.expiresMs).toISOString(),
    isKept,
    protection: lock === null ? 'browser' : 'passkey',
  }
}
