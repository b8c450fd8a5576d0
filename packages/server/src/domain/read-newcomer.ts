import type { ApplicationSettings } from '@mien/shared/api/applications'
import { payloadText } from '@mien/shared/api/payload'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import type { NewSubject } from './decide-enroll.ts'
import type { Application, Session } from './model.ts'
import type { Pins } from './pins.ts'
import { newFacialId } from './tokens.ts'

interface Enrolment {
  readonly session: Session
  readonly application: Application
  readonly request: SubmissionRequest
}

/**
 * What an enrolment brings beside the face, checked in full before the challenge is spent.
 *
 * @throws MienError CONSENT_REQUIRED, PAYLOAD_TOO_LARGE, PIN_FORMAT, PIN_WEAK, REQUEST_INVALID
 */
export async function readNewcomer({ session, application, request }: Enrolment, pins: Pins): Promise<NewSubject> {
  const { settings } = application
  const { consent, payload = null, pin, of_age: isOfAge = true, details = null } = request
  const isConsentMissing = settings.consent_required && consent === undefined
  if (isConsentMissing || (consent !== undefined && consent.policy_version !== settings.policy_version)) {
    throw new MienError('CONSENT_REQUIRED', { details: { policy_version: settings.policy_version } })
  }
  payloadText(payload)
  checkAttributes(settings, request)
  if (settings.pin_enroll === 'off' && pin !== undefined) throw invalid('This application takes no PINs')
  if (settings.pin_enroll === 'required' && pin === undefined) throw new MienError('PIN_FORMAT')
  const isKnown = session.subjectId !== null
  const subjectId = session.subjectId ?? newFacialId()
  const sealed = pin === undefined ? null : await pins.seal(application, subjectId, pin)
  const { externalRef } = session
  return { subjectId, isKnown, payload, pin: sealed, consent: consent ?? null, isOfAge, details, externalRef }
}

/** @throws MienError REQUEST_INVALID: an authentication brings nothing but a face */
export function refuseEnrollFields({ payload, pin, consent, of_age: isOfAge, details }: SubmissionRequest): void {
  const isBare = [payload, pin, consent, isOfAge, details].every((field) => field === undefined)
  if (!isBare) throw invalid('payload, pin, consent, of_age and details belong to enroll')
}

/** What the page guessed comes exactly as the application has it guessed: nothing is taken that nobody asked for. */
function checkAttributes({ attributes }: ApplicationSettings, { of_age: isOfAge, details }: SubmissionRequest): void {
  const isGate = attributes === 'age_gate'
  if (isGate && isOfAge === undefined) throw invalid('This application asks for of_age')
  if (!isGate && isOfAge !== undefined) throw invalid('This application does not ask for of_age')
  if (attributes !== 'details' && details !== undefined) throw invalid('This application does not ask for details')
}

const invalid = (message: string): MienError => new MienError('REQUEST_INVALID', { message })
