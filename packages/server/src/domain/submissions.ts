import { payloadText } from '@mien/shared/api/payload'
import type { PageClaims } from '@mien/shared/api/results'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { modelMismatch } from '@mien/shared/template/format'
import { type Capture, quantised, readCapture } from './capture.ts'
import { consumeChallenge } from './consume-challenge.ts'
import { decideAuthenticate } from './decide-authenticate.ts'
import { decideEnroll, type NewSubject } from './decide-enroll.ts'
import { type Decision, type Outcome, settle } from './decision.ts'
import type { Application, Session, TemplateModel } from './model.ts'
import type { Pins } from './pins.ts'
import type { Clock, Database, Stores } from './ports.ts'
import { newFacialId } from './tokens.ts'
import { currentKeyVersion, type Vault } from './vault.ts'

export interface SubmitInput {
  readonly session: Session
  readonly application: Application
  readonly request: SubmissionRequest
}

export interface Submissions {
  /**
   * Decides on one capture. Whatever is malformed is refused before anything changes; the challenge, the tries, the decision,
   * the audit record and the result code then commit together.
   */
  submit(input: SubmitInput): Promise<Outcome>
}

export interface SubmissionsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Vault
  readonly pins: Pins
  readonly model: TemplateModel
}

export function createSubmissions({ database, clock, vault, pins, model }: SubmissionsOptions): Submissions {
  /** Refuses only when every frame was sent before: neighbouring frames of a still head may well repeat. */
  const refuseReplay = async (stores: Stores, applicationId: string, capture: Capture): Promise<void> => {
    const digests = capture.vectors.map((vector) => vault.digest('replay', applicationId, quantised(vector)))
    const fresh = await stores.digests.remember(applicationId, digests, clock.now())
    if (fresh === 0) throw new MienError('TEMPLATE_REPLAY')
  }

  const decide = async (stores: Stores, input: SubmitInput, capture: Capture, newcomer: NewSubject | null) => {
    const { session, application, request } = input
    await consumeChallenge(stores, session, request, clock.now())
    if (!(await stores.sessions.reserveTry(application.id, session.id, 'face', application.settings.max_tries))) {
      return { kind: 'refused', reason: 'too_many' } satisfies Decision
    }
    await refuseReplay(stores, application.id, capture)
    if (!passesPad(capture, application)) return { kind: 'retry' } satisfies Decision
    const { modelId } = model
    const space = {
      applicationId: application.id,
      galleryId: session.galleryId,
      modelId,
      keyVersion: currentKeyVersion,
    }
    const probe = vault.protect(application.id, modelId, capture.probe)
    const facts = {
      stores,
      application,
      session,
      space,
      probe,
      points: model.points,
      pageClaims: pageClaimsOf(request),
      now: clock.now(),
    }
    return newcomer === null
      ? decideAuthenticate({ ...facts, isOnePerson: capture.isOnePerson, origin: request.origin })
      : decideEnroll({ ...facts, isOnePerson: capture.isOnePerson, newcomer })
  }

  return {
    async submit(input) {
      const { session, application, request } = input
      checkBinding(session, request, model)
      const capture = readCapture(request, model)
      const newcomer = session.operation === 'enroll' ? await readNewcomer(input, pins) : null
      if (newcomer === null) refuseEnrollFields(request)
      return database.transaction(async (stores) => {
        const decision = await decide(stores, input, capture, newcomer)
        const outcome = await settle(stores, decision, {
          session,
          operation: request.operation,
          factors: ['face'],
          origin: request.origin,
          pageClaims: pageClaimsOf(request),
          at: clock.now(),
        })
        await stores.audit.append({
          applicationId: application.id,
          event: request.operation,
          outcome: decision.kind === 'refused' ? decision.reason : decision.kind,
          subjectId: 'subjectId' in decision ? decision.subjectId : null,
          sessionId: session.id,
          at: clock.now(),
        })
        return outcome
      })
    },
  }
}

/** The client's own claim can only hurt it: an honest page that saw no live face is asked to try again. */
const passesPad = (capture: Capture, { settings }: Application): boolean =>
  settings.pad_threshold === null || capture.live === null || capture.live >= settings.pad_threshold

const pageClaimsOf = ({ script_response: response, camera }: SubmissionRequest): PageClaims => ({
  active_check: response?.variant ?? 'none',
  camera: camera ?? null,
})

function checkBinding(session: Session, request: SubmissionRequest, model: TemplateModel): void {
  if (request.model_id !== model.modelId) throw modelMismatch(model.modelId)
  const isBound =
    request.operation === session.operation && (session.origin === null || session.origin === request.origin)
  if (!isBound) throw new MienError('BINDING_MISMATCH')
}

/** What an enrolment brings beside the face, checked in full before the challenge is spent. */
async function readNewcomer({ session, application, request }: SubmitInput, pins: Pins): Promise<NewSubject> {
  const { settings } = application
  const { consent, payload = null, pin } = request
  const isConsentMissing = settings.consent_required && consent === undefined
  if (isConsentMissing || (consent !== undefined && consent.policy_version !== settings.policy_version)) {
    throw new MienError('CONSENT_REQUIRED', { details: { policy_version: settings.policy_version } })
  }
  payloadText(payload)
  if (settings.pin_enroll === 'off' && pin !== undefined) {
    throw new MienError('REQUEST_INVALID', { message: 'This application takes no PINs' })
  }
  if (settings.pin_enroll === 'required' && pin === undefined) throw new MienError('PIN_FORMAT')
  const subjectId = newFacialId()
  const pinHash = pin === undefined ? null : await pins.hash(application.id, subjectId, pin, settings.reject_weak_pins)
  return { subjectId, payload, pinHash, consent: consent ?? null, externalRef: session.externalRef }
}

function refuseEnrollFields(request: SubmissionRequest): void {
  const isEnrollOnly = request.payload !== undefined || request.pin !== undefined || request.consent !== undefined
  if (isEnrollOnly) throw new MienError('REQUEST_INVALID', { message: 'payload, pin and consent belong to enroll' })
}
