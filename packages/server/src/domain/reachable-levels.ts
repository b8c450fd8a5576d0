import type { ApplicationSettings } from '@mien/shared/api/applications'
import type { AssuranceLevel, Operation } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { reaches } from '@mien/shared/policy/assurance'

type Setting = keyof ApplicationSettings

/** The setting that keeps everybody from a level, whatever they do; undefined: somebody may reach it. */
export function hindranceOf(
  settings: ApplicationSettings,
  operation: Operation,
  level: AssuranceLevel,
): Setting | undefined {
  if (reaches(level, 'A1') && !settings.device_keys) return 'device_keys'
  // Whoever is enrolled has no second factor yet, and brings one.
  if (level === 'A3' && operation === 'enroll' && settings.pin_enroll === 'off') return 'pin_enroll'
  const mayAskFurther = settings.pin_authenticate !== 'off' || settings.passkeys === 'optional'
  return level === 'A3' && operation === 'authenticate' && !mayAskFurther ? 'pin_authenticate' : undefined
}

/** @throws MienError REQUEST_INVALID, naming two settings of which one asks for a level that the other keeps everybody from */
export function refuseUnreachable(settings: ApplicationSettings): void {
  for (const operation of ['enroll', 'authenticate'] as const) {
    const asking = `min_assurance_${operation}` as const
    const hindrance = hindranceOf(settings, operation, settings[asking])
    if (hindrance !== undefined) throw unreachable(asking, settings[asking], hindrance, settings)
  }
}

export function unreachable(
  asking: string,
  level: AssuranceLevel,
  hindrance: Setting,
  settings: ApplicationSettings,
): MienError {
  const message = `Nobody reaches ${level}, which ${asking} asks for, while ${hindrance} is ${String(settings[hindrance])}`
  return new MienError('REQUEST_INVALID', { message, details: { fields: [asking, hindrance] } })
}
