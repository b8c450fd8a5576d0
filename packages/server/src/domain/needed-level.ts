import type { AssuranceLevel } from '@mien/shared/api/fields'
import { higherOf, reaches } from '@mien/shared/policy/assurance'
import type { Application, Session } from './model.ts'

/**
 * The least level of what a session may grant: what the application asks for, or more where a backend asked for more.
 *
 * At an enrolment a key proves nothing about the face, so A1 asks for A2. A look that decides nothing, and a face that is only compared
 * with a photograph, are of no level.
 */
export function neededLevel({ settings }: Application, session: Session): AssuranceLevel {
  if (session.hasPhoto) return 'A0'
  if (session.operation === 'authenticate') return higherOf(settings.min_assurance_authenticate, session.minAssurance)
  if (session.operation !== 'enroll') return 'A0'
  const needed = higherOf(settings.min_assurance_enroll, session.minAssurance)
  return reaches(needed, 'A1') ? higherOf(needed, 'A2') : needed
}

/** What a page is shown anybody with a photograph obtains, so only where that is all that is asked for. */
export const disclosesToPage = (application: Application, session: Session): boolean =>
  application.settings.disclose_to_page && neededLevel(application, session) === 'A0'

/** Pictures may be asked for after a sign-in that a device signs, and the person has to be told before the camera opens. */
export const isSpotChecked = (application: Application, session: Session): boolean =>
  application.settings.spot_check_percent > 0 &&
  application.settings.device_keys &&
  session.operation === 'authenticate' &&
  !session.hasPhoto &&
  !isServerVerified(application, session)

/** Pictures are asked for, and the person has to be told before the camera opens. */
export const isServerVerified = (application: Application, session: Session): boolean =>
  reaches(neededLevel(application, session), 'A2')
