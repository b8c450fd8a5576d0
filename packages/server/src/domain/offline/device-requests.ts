import { syncHeader } from '@mien/shared/api/device-signature'
import type { DevicePublicKey } from '@mien/shared/api/fields'
import type { OfflineDeviceKind } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { syncLimits } from '@mien/shared/sync/limits'
import { detachedSignature, isSignedDetached, type SignedBody, thumbprint } from '../device-signatures.ts'
import type { Application } from '../model.ts'
import type { Stores } from '../ports.ts'
import type { OfflineDevice } from './model.ts'

/** A device that has a key. */
export type RegisteredDevice = OfflineDevice & { readonly keyId: string; readonly publicKey: DevicePublicKey }

/** Who a request comes from: its key signed it. */
export interface DeviceCaller {
  readonly device: RegisteredDevice
  readonly application: Application
}

export const refOf = ({ applicationId, id }: Pick<OfflineDevice, 'applicationId' | 'id'>) => ({
  applicationId,
  deviceId: id,
})

/**
 * Whose key signed a request over its bytes.
 *
 * @throws MienError SIGNATURE_INVALID, also where nobody has registered this device: a stranger learns nothing of which there are
 */
export async function findCaller(stores: Stores, deviceId: string, signed: SignedBody): Promise<DeviceCaller> {
  const device = await stores.offline.devices.find(deviceId)
  if (device === undefined || !isRegistered(device)) throw new MienError('SIGNATURE_INVALID')
  refuseOtherKey(signed, device.publicKey)
  const application = await stores.applications.find(device.applicationId)
  if (application === undefined) throw new MienError('SIGNATURE_INVALID')
  return { device, application }
}

/** @throws MienError SIGNATURE_INVALID; REQUEST_INVALID for what is no key */
export function refuseOtherKey({ bytes, signature }: SignedBody, key: DevicePublicKey): void {
  const detached = detachedSignature(signature, syncHeader(thumbprint(key)))
  if (!isSignedDetached(detached, bytes, key)) throw new MienError('SIGNATURE_INVALID')
}

export const isRegistered = (device: OfflineDevice): device is RegisteredDevice =>
  device.keyId !== null && device.publicKey !== null

/** Whether the application has devices of this kind work without the server. */
export const allowsKind = ({ settings: { offline } }: Application, kind: OfflineDeviceKind): boolean =>
  offline === 'both' || offline === kind

/** An own device works as long as the key is its person's, and like every device until somebody took it away. */
export async function isRevoked(stores: Stores, device: RegisteredDevice): Promise<boolean> {
  if (device.status === 'revoked' || device.kind === 'kiosk') return device.status === 'revoked'
  const rows = await stores.devices.findAll(device.applicationId, device.keyId)
  return !rows.some(({ subjectId, status }) => subjectId === device.subjectId && status === 'active')
}

/** @throws MienError CHALLENGE_EXPIRED: what hands something out was asked for just now, or somebody has kept the request */
export function refuseStale(sentAt: string, now: Date): void {
  if (!(Math.abs(Date.parse(sentAt) - now.getTime()) <= syncLimits.clockSlackMs))
    throw new MienError('CHALLENGE_EXPIRED', { message: 'The request is not of now: ask for the time first' })
}

/** Written down with each request: that the device was there, and what it has applied. */
export async function acknowledge(
  stores: Stores,
  device: OfflineDevice,
  cursor: number | null,
  now: Date,
): Promise<OfflineDevice> {
  const isKnown = cursor !== null && cursor >= device.floorEpoch && cursor <= device.epoch
  const changes = {
    lastSeenAt: now,
    appliedEpoch: isKnown ? Math.max(cursor, device.appliedEpoch) : device.appliedEpoch,
    currentAt: isKnown && cursor === device.epoch ? device.handedAt : device.currentAt,
  }
  await stores.offline.devices.update(refOf(device), changes)
  return { ...device, ...changes }
}

/**
 * The device, while nobody else works for it and nobody changes its gallery; one that may be handed something.
 *
 * @throws MienError FORBIDDEN, GONE
 */
export async function holdDevice(stores: Stores, { application, device }: DeviceCaller): Promise<OfflineDevice> {
  if (!allowsKind(application, device.kind))
    throw new MienError('FORBIDDEN', { message: 'The application has no such devices work offline' })
  await stores.applications.hold(application.id)
  await stores.galleries.lock(application.id, device.galleryId)
  const held = await stores.offline.devices.hold(refOf(device))
  if (held === undefined || !isRegistered(held) || (await isRevoked(stores, held)))
    throw new MienError('GONE', { message: 'This device was revoked' })
  return held
}
