import type { DeviceOffer } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { thumbprint } from './device-signatures.ts'
import type { Device } from './model.ts'
import type { Stores } from './ports.ts'
import { rowId } from './tokens.ts'

/** Devices that one person may sign in with, and as many again that wait: of those the oldest gives way, so that nobody's fill the places. */
const maxDevices = 5

/** How long a device waits for its approval. */
export const pendingDeviceMs = 86_400_000

export const isWaiting = ({ status, createdAt }: Device, now: Date): boolean =>
  status === 'pending' && now.getTime() - createdAt.getTime() < pendingDeviceMs

export interface NewDevice {
  readonly applicationId: string
  readonly subjectId: string
  readonly offer: DeviceOffer
  /** `pending`: it waits until the backend approves it. */
  readonly status: 'active' | 'pending'
  readonly now: Date
}

/**
 * Writes an offered key down for a person whose row the transaction holds.
 *
 * @returns the device when it is new or was let in; undefined when nothing changed: it waits already, was taken away, or as many are in
 *   as there may be
 */
export async function enrollDevice(stores: Stores, device: NewDevice): Promise<Device | undefined> {
  const { applicationId, subjectId, offer, status, now } = device
  const keyId = thumbprint(offer.public_key)
  const all = await stores.devices.listOfSubject(applicationId, subjectId)
  const known = all.find((each) => each.keyId === keyId)
  const isFree = known === undefined || (known.status === 'pending' && (status === 'active' || !isWaiting(known, now)))
  const others = all.filter(
    (each) => each !== known && each.status === status && (status === 'active' || isWaiting(each, now)),
  )
  const [oldest] = others
  const isFull = oldest !== undefined && others.length >= maxDevices
  if (!isFree || (isFull && status === 'active')) return undefined
  if (known !== undefined) await stores.devices.remove(applicationId, known.id)
  if (isFull) await stores.devices.remove(applicationId, oldest.id)
  const row: Device = {
    applicationId,
    id: rowId(),
    subjectId,
    keyId,
    publicKey: offer.public_key,
    label: offer.label ?? null,
    status,
    createdAt: now,
    lastUsedAt: status === 'active' ? now : null,
  }
  await stores.devices.insert(row)
  return row
}

/** The backend lets in a device that waits. @throws MienError NOT_FOUND, CONFLICT */
export async function approveDevice(stores: Stores, device: Device, now: Date): Promise<Device> {
  const { applicationId, id, subjectId } = device
  if (device.status === 'revoked') throw new MienError('CONFLICT', { message: 'This device was taken away' })
  if (!isWaiting(device, now)) throw new MienError('NOT_FOUND')
  const all = await stores.devices.listOfSubject(applicationId, subjectId)
  if (all.filter(({ status }) => status === 'active').length >= maxDevices) {
    throw new MienError('CONFLICT', { message: `A person has ${maxDevices} devices at most` })
  }
  await stores.devices.setStatus(applicationId, id, 'active')
  return { ...device, status: 'active' }
}
