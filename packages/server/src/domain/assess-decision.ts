import { MienError } from '@mien/shared/errors'
import { assuranceOf, type Evidence, enrolsDevice, factorsOf, reaches } from '@mien/shared/policy/assurance'
import type { Decision } from './decision.ts'
import { enrollDevice } from './enroll-device.ts'
import type { Device, Worth } from './model.ts'
import type { Stores } from './ports.ts'
import { ownedBy, type SignInFacts } from './signing-device.ts'

export interface Assessed {
  readonly decision: Decision
  readonly worth: Worth
  /** A device that became this person's, or began to wait for it. */
  readonly newDevice: Device | undefined
}

/**
 * What a decision is worth, by the device that it came from and a second factor, and whether that is enough: the last word on every
 * sign-in and enrolment, inside the deciding transaction.
 */
export async function assessDecision(
  stores: Stores,
  facts: SignInFacts,
  now: Date,
  decision: Decision,
  secondFactor: Evidence['secondFactor'],
): Promise<Assessed> {
  const { session, needed, serverVerified } = facts
  const isOfSomebody = decision.kind === 'granted' && decision.subjectId !== null
  const seen = isOfSomebody ? await lookAtDevice(stores, facts, now, decision.subjectId, secondFactor) : noDevice
  const evidence = { serverVerified, device: seen.state, secondFactor }
  const worth = {
    assurance: assuranceOf(evidence),
    factors: factorsOf(evidence),
    serverVerified,
    deviceId: seen.device?.id ?? null,
  }
  const isEnough = decision.kind !== 'granted' || reaches(worth.assurance, needed)
  // What was enrolled goes again with the transaction.
  if (!isEnough && session.operation === 'enroll') throw new MienError('ASSURANCE_TOO_LOW')
  // The device is this person's from now on, so the next capture is worth more than this one.
  const isWorthAnother = seen.state === 'enrolled' && reaches(assuranceOf({ ...evidence, device: 'known' }), needed)
  const instead: Decision = isWorthAnother ? { kind: 'retry' } : { kind: 'refused', reason: 'not_recognised' }
  return { decision: isEnough ? decision : instead, worth, newDevice: seen.added }
}

interface SeenDevice {
  readonly state: Evidence['device']
  /** Of this person. */
  readonly device?: Device
  readonly added?: Device | undefined
}

const noDevice: SeenDevice = { state: 'none' }

async function lookAtDevice(
  stores: Stores,
  { application, session, serverVerified, device }: SignInFacts,
  now: Date,
  subjectId: string,
  secondFactor: Evidence['secondFactor'],
): Promise<SeenDevice> {
  const own = ownedBy(device, subjectId)
  if (own !== undefined) {
    // It may have been taken away since it was read.
    const isStill = await stores.devices.used(application.id, own.id, now)
    return isStill ? { state: 'known', device: own } : noDevice
  }
  if (device === null || device.offer === null) return noDevice
  const { settings } = application
  // Who is enrolled in this moment has nobody whose place another device could take.
  const isLetIn = session.operation === 'enroll' || enrolsDevice(settings.new_device, { serverVerified, secondFactor })
  const status = isLetIn ? 'active' : 'pending'
  const added = await enrollDevice(stores, {
    applicationId: application.id,
    subjectId,
    offer: device.offer,
    status,
    now,
  })
  if (added === undefined) return noDevice
  const { id: applicationId } = application
  await stores.audit.append({
    applicationId,
    event: 'device_added',
    outcome: status,
    subjectId,
    sessionId: session.id,
    at: now,
  })
  if (!isLetIn) return { state: 'none', added }
  return { state: 'enrolled', device: added, added }
}
