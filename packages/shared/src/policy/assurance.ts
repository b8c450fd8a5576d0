import type { ApplicationSettings } from '../api/applications.ts'
import { type AssuranceLevel, assuranceLevels, type Factor } from '../api/fields.ts'

/** What a decision rests on, beside a face that fits. */
export interface Evidence {
  /** The server looked itself at pictures that were taken under its script. */
  readonly serverVerified: boolean
  /**
   * Whose the key is that signed. `known`: it was this person's before. `enrolled`: it became this person's in this very ceremony.
   * `none`: it is not this person's, or nothing was signed.
   */
  readonly device: 'known' | 'enrolled' | 'none'
  readonly secondFactor: 'pin' | 'passkey' | null
}

/**
 * The level of a result. A key that was made in the same moment as the template says nothing about whose face it is, so without the
 * server's own look it is worth nothing: whoever forges a template from a photograph gets A0.
 */
export function assuranceOf({ serverVerified, device, secondFactor }: Evidence): AssuranceLevel {
  if (serverVerified && device !== 'none') return secondFactor === null ? 'A2' : 'A3'
  return device === 'known' ? 'A1' : 'A0'
}

/** What was used of face, device key, PIN and passkey. A key that a face alone enrolled is no factor beside that face. */
export function factorsOf({ device, secondFactor }: Evidence): readonly Factor[] {
  const isDeviceProof = device === 'known' || (device === 'enrolled' && secondFactor !== null)
  return ['face', ...(isDeviceProof ? (['device'] as const) : []), ...(secondFactor === null ? [] : [secondFactor])]
}

export const reaches = (level: AssuranceLevel, needed: AssuranceLevel): boolean =>
  assuranceLevels.indexOf(level) >= assuranceLevels.indexOf(needed)

export const higherOf = (a: AssuranceLevel, b: AssuranceLevel): AssuranceLevel => (reaches(a, b) ? a : b)

/** What is asked of a capture, where so much is needed: an A3's second factor comes after it. */
export function captureLevel(needed: AssuranceLevel, isKeyKnown: boolean): AssuranceLevel {
  if (reaches(needed, 'A2')) return 'A2'
  return isKeyKnown ? 'A1' : 'A0'
}

/** Whether a device that is not this person's yet becomes theirs. A face alone never makes it so. */
export function enrolsDevice(
  rule: ApplicationSettings['new_device'],
  { serverVerified, secondFactor }: Pick<Evidence, 'serverVerified' | 'secondFactor'>,
): boolean {
  if (rule === 'approval' || secondFactor === null) return false
  return rule === 'second_factor' || serverVerified
}
