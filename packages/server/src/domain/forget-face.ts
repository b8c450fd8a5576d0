import { openLockouts } from './face-lockouts.ts'
import type { AuditEvent } from './model.ts'
import { takeAwayWithKey } from './offline/take-away.ts'
import type { Stores } from './ports.ts'

/**
 * Takes a face from a person who stays, with all that was registered on the strength of it: nothing of it signs in, or helps another face to.
 * Keys that were taken away before stay written down, so that they do not come back. Within a transaction that holds application and
 * gallery.
 */
export async function forgetFace(stores: Stores, applicationId: string, subjectId: string, now: Date): Promise<void> {
  await openLockouts(stores, applicationId, subjectId)
  await stores.subjects.hold(applicationId, subjectId)
  const record = (event: AuditEvent) =>
    stores.audit.append({ applicationId, event, outcome: 'face_removed', subjectId, sessionId: null, at: now })
  await stores.faces.removeOfSubject(applicationId, subjectId)
  await stores.keptImages.remove(applicationId, subjectId)
  for (const device of await stores.devices.listOfSubject(applicationId, subjectId)) {
    if (device.status === 'revoked') continue
    await takeAwayWithKey(stores, device, now)
    await stores.devices.remove(applicationId, device.id)
    await record('device_removed')
  }
  for (const { id } of await stores.passkeys.listOfSubject(applicationId, subjectId)) {
    await stores.passkeys.remove(applicationId, subjectId, id)
    await record('passkey_removed')
  }
  if (await stores.pins.remove(applicationId, subjectId)) await record('pin_changed')
  await stores.results.endOfSubject(applicationId, subjectId, now)
}
