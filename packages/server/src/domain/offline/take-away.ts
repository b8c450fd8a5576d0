import type { Device } from '../model.ts'
import type { Stores } from '../ports.ts'
import { refOf } from './device-requests.ts'
import type { OfflineDevice } from './model.ts'

/** From then on nothing that the device says counts, and it is handed nothing more. */
export async function takeAway(stores: Stores, device: OfflineDevice, at: Date): Promise<void> {
  await stores.offline.devices.update(refOf(device), { status: 'revoked', revokedAt: at })
  const { applicationId, subjectId } = device
  if (subjectId !== null) await withdrawConsent(stores, applicationId, subjectId, at)
  await stores.audit.append({
    applicationId,
    event: 'offline_device_removed',
    outcome: 'ok',
    subjectId,
    sessionId: null,
    at,
  })
}

/** With the last of a person's own devices goes what they agreed to for them. */
async function withdrawConsent(stores: Stores, applicationId: string, subjectId: string, at: Date): Promise<void> {
  const own = await stores.offline.devices.listOfSubject(applicationId, subjectId)
  if (own.every(({ status }) => status === 'revoked'))
    await stores.consents.withdraw(applicationId, subjectId, at, 'offline')
}

/** With a person's key goes what works without the server with it. Within a transaction that holds the person's gallery. */
export async function takeAwayWithKey(stores: Stores, key: Device, at: Date): Promise<void> {
  const own = await stores.offline.devices.listOfSubject(key.applicationId, key.subjectId)
  for (const device of own)
    if (device.keyId === key.keyId && device.status !== 'revoked') await takeAway(stores, device, at)
}
