import type { AssuranceLevel } from '@mien/shared/api/fields'
import type { DeviceOffer } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { reaches } from '@mien/shared/policy/assurance'
import type { BodySigner } from './device-signatures.ts'
import type { Application, Challenge, Device, Session } from './model.ts'
import { isSpotChecked } from './needed-level.ts'
import type { Stores } from './ports.ts'
import { mayAskFurther } from './step-up-methods.ts'

/** The device that a submission comes from, as it stands in the deciding transaction. */
export interface SigningDevice {
  readonly keyId: string
  /** The rows of those whose device it is. */
  readonly owners: readonly Device[]
  /** Null: nobody asks for it to become somebody's. */
  readonly offer: DeviceOffer | null
}

/** @returns null where nothing was signed, or where the application has no devices */
export async function findSigningDevice(
  stores: Stores,
  { id, settings }: Application,
  signer: BodySigner | null,
): Promise<SigningDevice | null> {
  if (signer === null || !settings.device_keys) return null
  const devices = await stores.devices.findAll(id, signer.keyId)
  return { ...signer, owners: devices.filter(({ status }) => status === 'active') }
}

/** @throws MienError SIGNATURE_INVALID (nobody signed), BINDING_MISMATCH (somebody else did): the challenge is one device's */
export function refuseOtherSigner({ deviceKeyId }: Pick<Challenge, 'deviceKeyId'>, signer: BodySigner | null): void {
  if (deviceKeyId === null || deviceKeyId === signer?.keyId) return
  throw new MienError(signer === null ? 'SIGNATURE_INVALID' : 'BINDING_MISMATCH')
}

/**
 * Where spot checks may come, whose device it is names it when asking for the challenge: one that names none commits to no pictures, and
 * a known device would get around the checks by keeping silent. A key that is yet to be somebody's may sign any.
 *
 * @throws MienError BINDING_MISMATCH
 */
export function refuseUnnamedDevice(
  { deviceKeyId }: Pick<Challenge, 'deviceKeyId'>,
  { application, session, device }: SignInFacts,
): void {
  const isKnown = device !== null && device.owners.length > 0
  if (isKnown && isSpotChecked(application, session) && deviceKeyId !== device.keyId)
    throw new MienError('BINDING_MISMATCH')
}

/** What is asked of a sign-in, and what it came from. */
export interface SignInFacts {
  readonly application: Application
  readonly session: Session
  readonly needed: AssuranceLevel
  readonly serverVerified: boolean
  readonly device: SigningDevice | null
}

/**
 * A device that can come to nothing is told so before anybody is compared, so that the answer tells nothing of anybody.
 *
 * @throws MienError ASSURANCE_TOO_LOW
 */
export function refuseHopeless(facts: SignInFacts, bringsPin: boolean): void {
  const { session, needed } = facts
  if (!reaches(needed, 'A1')) return
  const isHopeless = session.operation === 'enroll' ? isHopelessEnrolment(facts, bringsPin) : isHopelessSignIn(facts)
  if (isHopeless) throw new MienError('ASSURANCE_TOO_LOW')
}

function isHopelessSignIn({ application, needed, device }: SignInFacts): boolean {
  const isKnown = device !== null && device.owners.length > 0
  // One that waits for the backend's approval gets no further either, but it has to be seen whose it would be.
  const mayBecomeKnown =
    device?.offer != null && (mayAskFurther(application) || application.settings.new_device !== 'second_factor')
  const lacksFactor = needed === 'A3' && !mayAskFurther(application)
  return (!isKnown && !mayBecomeKnown) || lacksFactor
}

/** Whoever is enrolled is so on this device, and at A3 with a PIN. */
const isHopelessEnrolment = ({ needed, device }: SignInFacts, bringsPin: boolean): boolean =>
  device?.offer == null || (needed === 'A3' && !bringsPin)

export const ownedBy = (device: SigningDevice | null, subjectId: string): Device | undefined =>
  device?.owners.find((owner) => owner.subjectId === subjectId)

/** Whether a face alone is too little for this person, whatever the application does with faces that are close. */
export function needsSecondFactor(facts: SignInFacts, subjectId: string): boolean {
  const { application, needed, serverVerified, device } = facts
  if (needed === 'A3') return true
  if (!reaches(needed, 'A1') || ownedBy(device, subjectId) !== undefined) return false
  const { new_device: rule } = application.settings
  // Where it would not enroll the device, asking would be for nothing.
  return mayAskFurther(application) && (rule === 'second_factor' || (rule === 'a3' && serverVerified))
}
