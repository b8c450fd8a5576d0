import { MienError } from '@mien/shared/errors'
import { approveDevice, isWaiting } from './enroll-device.ts'
import type { AuditEvent, Device } from './model.ts'
import { takeAwayWithKey } from './offline/take-away.ts'
import type { Clock, Database, Stores } from './ports.ts'
import type { Subjects } from './subjects.ts'
import { announceDevice } from './webhook-outbox.ts'

/** The devices of a person, as a backend manages them. All throw MienError NOT_FOUND and GONE for people who are not there. */
export interface Devices {
  /** Oldest first, with those that wait and those that were taken away. */
  list(applicationId: string, subjectId: string): Promise<readonly Device[]>
  /** Lets in one that waits; one that is in already stays so. @throws MienError NOT_FOUND, CONFLICT (taken away, or too many) */
  approve(applicationId: string, subjectId: string, id: string, clientAddress: string | null): Promise<Device>
  /**
   * Its key signs for this person no more, and cannot become theirs again; what they were granted before is worth nothing.
   *
   * @throws MienError NOT_FOUND
   */
  revoke(applicationId: string, subjectId: string, id: string): Promise<void>
}

export interface DevicesOptions {
  readonly database: Database
  readonly clock: Clock
  readonly subjects: Pick<Subjects, 'find'>
}

export function createDevices({ database, clock, subjects }: DevicesOptions): Devices {
  /** Whoever changes a person's devices, by a sign-in too, takes turns. */
  const change = async <T>(
    applicationId: string,
    subjectId: string,
    id: string,
    work: (stores: Stores, device: Device) => Promise<T>,
  ): Promise<T> => {
    await subjects.find(applicationId, subjectId)
    return database.transaction(async (stores) => {
      await stores.applications.hold(applicationId)
      const galleryId = await stores.subjects.galleryOf(applicationId, subjectId)
      if (galleryId === undefined) throw new MienError('GONE')
      // Comes before the person, and is what keeps others from the devices of theirs that work offline.
      await stores.galleries.lock(applicationId, galleryId)
      if (!(await stores.subjects.hold(applicationId, subjectId))) throw new MienError('GONE')
      const device = (await stores.devices.listOfSubject(applicationId, subjectId)).find((each) => each.id === id)
      if (device === undefined) throw new MienError('NOT_FOUND')
      return work(stores, device)
    })
  }

  const record = (stores: Stores, { applicationId, subjectId }: Device, event: AuditEvent, outcome: string) =>
    stores.audit.append({ applicationId, event, outcome, subjectId, sessionId: null, at: clock.now() })

  return {
    async list(applicationId, subjectId) {
      await subjects.find(applicationId, subjectId)
      const all = await database.stores.devices.listOfSubject(applicationId, subjectId)
      return all.filter((device) => device.status !== 'pending' || isWaiting(device, clock.now()))
    },

    approve: (applicationId, subjectId, id, clientAddress) =>
      change(applicationId, subjectId, id, async (stores, device) => {
        if (device.status === 'active') return device
        const approved = await approveDevice(stores, device, clock.now())
        await record(stores, approved, 'device_added', 'approved')
        await announceDevice(stores, approved, { at: clock.now(), clientAddress })
        return approved
      }),

    revoke: (applicationId, subjectId, id) =>
      change(applicationId, subjectId, id, async (stores, device) => {
        if (device.status === 'revoked') return
        await stores.devices.setStatus(applicationId, id, 'revoked')
        await takeAwayWithKey(stores, device, clock.now())
        await stores.results.endOfSubject(applicationId, subjectId, clock.now())
        await record(stores, device, 'device_removed', 'ok')
      }),
  }
}
