import type { PageClaims } from '@mien/shared/api/results'
import type { RefusalReason, SubmissionRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { modelMismatch } from '@mien/shared/template/format'
import { refuseBrokenPictures, refuseUnfitPictures } from './announced-pictures.ts'
import { type Assessed, assessDecision } from './assess-decision.ts'
import { type Capture, quantised, readCapture } from './capture.ts'
import type { Compared } from './compared.ts'
import { type ConsumedChallenge, consumeChallenge, refuseUnfitChallenge } from './consume-challenge.ts'
import type { Countries } from './countries.ts'
import { decideAuthenticate } from './decide-authenticate.ts'
import { decideEnroll, type NewSubject } from './decide-enroll.ts'
import { createSpotCheckDecisions } from './decide-spot-check.ts'
import { type Decision, type Outcome, settle } from './decision.ts'
import { type BodySigner, type SignedBody, verifySubmission } from './device-signatures.ts'
import { countSuccess, scopeDigests } from './face-lockouts.ts'
import type { ImageAnalyser } from './image-analyser.ts'
import { isConvincing } from './is-convincing.ts'
import type { Application, Client, Digest, Session, TemplateModel } from './model.ts'
import { neededLevel } from './needed-level.ts'
import { awaitsPasskey } from './passkey-grant.ts'
import type { Pins } from './pins.ts'
import type { Clock, Database, Stores } from './ports.ts'
import { readNewcomer, refuseEnrollFields } from './read-newcomer.ts'
import { refuseImplausible } from './refuse-implausible.ts'
import { refuseUnasked } from './refuse-unasked.ts'
import { settleInvitation } from './settle-invitation.ts'
import {
  findSigningDevice,
  refuseHopeless,
  refuseOtherSigner,
  refuseUnnamedDevice,
  type SignInFacts,
} from './signing-device.ts'
import { drawSpotCheck, refuseUnaskedReveal } from './spot-checks.ts'
import type { CaptureFinding, CaptureVerifier } from './verify-capture.ts'
import type { RevealFinding } from './verify-reveal.ts'
import { announceDecision } from './webhook-outbox.ts'

export interface SubmitInput {
  readonly session: Session
  readonly application: Application
  readonly request: SubmissionRequest
  /** What the request was read from. */
  readonly signed: SignedBody
  /** The pictures that came with it, in their order. */
  readonly crops: readonly Uint8Array[]
  /** Whose browser it is. */
  readonly client: Client
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
}

/** What was read of a submission before the deciding transaction. */
interface Reading {
  readonly capture: Capture
  /** Null when nobody enrolls. */
  readonly newcomer: NewSubject | null
  readonly isFromAllowedCountry: boolean
  /** Digests of templates that were first seen in this submission, once they are committed. */
  readonly remembered: readonly Digest[]
  /** Null: nobody signed. */
  readonly signer: BodySigner | null
}

interface Spent {
  readonly challenge: ConsumedChallenge
  /** One that needs no comparison, or null. */
  readonly decision: Decision | null
  /** Digests of templates that were first seen in this submission. */
  readonly fresh: readonly Digest[]
}

export interface Submissions {
  /**
   * Decides on one capture. Whatever is malformed is refused before anything changes; the challenge, the tries, the decision,
   * the audit record, the result code and what webhooks will say then commit together. Where pictures came, the challenge and a try
   * commit before they are looked at, and the rest afterwards.
   */
  submit(input: SubmitInput): Promise<Outcome>
  /**
   * Looks at the pictures of a submission that was asked for them, and decides by what it sees. Taken once, and committed, before a
   * picture is looked at.
   *
   * @param input the submission as it was sent before, with its pictures
   * @throws MienError CHALLENGE_UNKNOWN, BINDING_MISMATCH, CHALLENGE_USED, SIGNATURE_INVALID, SESSION_EXPIRED
   */
  reveal(input: SubmitInput): Promise<Outcome>
}

export interface SubmissionsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly pins: Pins
  readonly countries: Countries
  readonly captures: CaptureVerifier
  readonly analyser: ImageAnalyser
  readonly model: TemplateModel
}

export function createSubmissions(options: SubmissionsOptions): Submissions {
  const { database, clock, pins, countries, captures, model } = options

  /** Refuses only when every frame was sent before: neighbouring frames of a still head may well repeat. */
  const refuseReplay = async (stores: Stores, applicationId: string, capture: Capture): Promise<readonly Digest[]> => {
    const digests = await digestsOf(stores, applicationId, capture)
    const fresh = await stores.digests.remember(applicationId, digests, clock.now())
    if (fresh.length === 0) throw new MienError('TEMPLATE_REPLAY')
    return fresh
  }

  /**
   * What the transaction would refuse and spend nothing for, in so far as it is cheap to know: else one challenge would pay for any number of
   * hashes.
   */
  const refuseBeforeHashing = async (input: SubmitInput, capture: Capture, signer: BodySigner | null) => {
    const { stores } = database
    const { session, application, request } = input
    const challenge = await refuseUnfitChallenge(stores, session, request, clock.now())
    refuseOtherSigner(challenge, signer)
    refuseUnasked(challenge, input)
    const facts = await signInFacts(stores, input, { signer }, false)
    refuseUnnamedDevice(challenge, facts)
    refuseHopeless(facts, true)
    const digests = await digestsOf(stores, application.id, capture)
    if (await stores.digests.hasAll(application.id, digests)) throw new MienError('TEMPLATE_REPLAY')
    if (challenge.captureScript === null && capture.isOnePerson) refuseImplausible(capture.probe, model)
  }

  /** Spends the challenge and a try, and looks at all that needs no comparison. */
  const spend = async (stores: Stores, input: SubmitInput, reading: Reading): Promise<Spent> => {
    const { session, application, request } = input
    const { capture, newcomer } = reading
    await stores.applications.hold(application.id)
    const challenge = await consumeChallenge(stores, session, request, clock.now())
    refuseOtherSigner(challenge, reading.signer)
    const spent = (decision: Decision | null, fresh: readonly Digest[] = []): Spent => ({ challenge, decision, fresh })
    refuseUnasked(challenge, input)
    if (challenge.captureScript !== null) refuseUnfitPictures(challenge.captureScript, input.crops)
    const facts = await signInFacts(stores, input, reading, false)
    refuseUnnamedDevice(challenge, facts)
    refuseHopeless(facts, newcomer?.pin != null)
    if (!(await stores.sessions.reserveTry(application.id, session.id, 'face', application.settings.max_tries))) {
      return spent(refused('too_many'))
    }
    if (!reading.isFromAllowedCountry) return spent(refused('country'))
    if (await isPinTaken(stores, application, newcomer)) {
      // Challenge and templates stay good for another PIN; the try is gone, so that nobody finds out PINs one by one.
      await stores.challenges.release(application.id, request.challenge_id)
      return spent(refused('pin_not_unique'))
    }
    const fresh = await refuseReplay(stores, application.id, capture)
    return spent(isConvincing(challenge, request, capture, application, clock.now()) ? null : { kind: 'retry' }, fresh)
  }

  /** Compares. */
  const decide = async (
    stores: Stores,
    input: SubmitInput,
    { capture, newcomer }: Reading,
    signIn: SignInFacts,
  ): Promise<Decision> => {
    const { session, application, request } = input
    const { modelId } = model
    if (newcomer !== null && capture.isOnePerson) refuseImplausible(capture.probe, model)
    const space = {
      applicationId: application.id,
      galleryId: session.galleryId,
      modelId,
    }
    const keys = await stores.applicationKeys.of(application.id)
    const probe = keys.protect(modelId, capture.probe)
    const facts = {
      ...signIn,
      stores,
      space,
      probe,
      points: model.points,
      isOnePerson: capture.isOnePerson,
      pageClaims: pageClaimsOf(request),
      now: clock.now(),
    }
    if (newcomer !== null) return decideEnroll({ ...facts, newcomer })
    return decideAuthenticate({
      ...facts,
      origin: request.origin,
      clientAddress: input.client.address,
      scopeDigest: scopeDigests(keys),
    })
  }

  /** Writes down what was decided, as the last step of the transaction that did. */
  const conclude = async (stores: Stores, input: SubmitInput, assessed: Assessed): Promise<Outcome> => {
    const { session, application, request, client } = input
    const { decision, worth, newDevice } = assessed
    await settleInvitation(stores, application, session, decision)
    const outcome = await settle(stores, decision, {
      session,
      operation: request.operation,
      worth,
      origin: request.origin,
      pageClaims: pageClaimsOf(request),
      mayAddPasskey: awaitsPasskey(application, session, request.origin, worth),
      at: clock.now(),
    })
    await stores.audit.append({
      applicationId: application.id,
      event: request.operation,
      outcome: decision.kind === 'refused' ? (decision.audited ?? decision.reason) : decision.kind,
      subjectId: 'subjectId' in decision ? decision.subjectId : null,
      sessionId: session.id,
      at: clock.now(),
    })
    await announceDecision(stores, decision, {
      applicationId: application.id,
      operation: request.operation,
      at: clock.now(),
      clientAddress: client.address,
      details: request.details ?? null,
      newDevice,
    })
    return outcome
  }

  const read = async (input: SubmitInput): Promise<Reading> => {
    const { session, application, request, client } = input
    checkBinding(session, request, model)
    const signer = await verifySubmission(input.signed, request.device, (keyId) =>
      database.stores.devices.findAll(application.id, keyId),
    )
    const capture = readCapture(request, model)
    // A PIN is hashed before the transaction, which must not wait for that; not for anybody who is refused anyway.
    if (request.pin !== undefined) await refuseBeforeHashing(input, capture, signer)
    const newcomer = session.operation === 'enroll' ? await readNewcomer(input, pins) : null
    if (newcomer === null) refuseEnrollFields(request)
    const isFromAllowedCountry = await countries.allows(application, client)
    return { capture, newcomer, signer, isFromAllowedCountry, remembered: [] }
  }

  /** @param early a decision that needs no comparison, or null */
  const finish = async (
    stores: Stores,
    input: SubmitInput,
    reading: Reading,
    early: Decision | null,
    serverVerified: boolean,
  ): Promise<Outcome> => {
    const facts = await signInFacts(stores, input, reading, serverVerified)
    const decision = early ?? (await decide(stores, input, reading, facts))
    const secondFactor = reading.newcomer?.pin == null ? null : 'pin'
    const assessed = await assessDecision(stores, facts, clock.now(), decision, secondFactor)
    if (assessed.decision.kind === 'granted')
      await endFailures(stores, input, facts, clock.now(), assessed.decision.clears)
    return conclude(stores, input, assessed)
  }

  /** The second transaction: the pictures were looked at, and the session may have gone on meanwhile. */
  const finishSeen = async (
    stores: Stores,
    input: SubmitInput,
    reading: Reading,
    finding: CaptureFinding | RevealFinding,
    serverVerified: boolean,
  ): Promise<Outcome> => {
    const { applicationId, id } = input.session
    await stores.applications.hold(applicationId)
    const isOpen = await stores.sessions.holdUnused(applicationId, id)
    if (!isOpen && (await stores.sessions.find(applicationId, id)) === undefined) throw new MienError('SESSION_EXPIRED')
    if (!isOpen) return finish(stores, input, reading, refused('too_many'), false)
    if (finding.kind === 'verified' && (await isPinTaken(stores, input.application, reading.newcomer))) {
      // Somebody took it meanwhile. As before anybody looked: the same capture is good for another PIN.
      await stores.challenges.release(applicationId, input.request.challenge_id)
      await stores.digests.forget(applicationId, reading.remembered)
      return finish(stores, input, reading, refused('pin_not_unique'), false)
    }
    if (finding.kind === 'verified') {
      return finish(stores, input, { ...reading, capture: finding.capture }, null, serverVerified)
    }
    const decision: Decision =
      finding.kind === 'retry' ? finding : { kind: 'refused', reason: 'spoof', audited: finding.fault }
    return finish(stores, input, reading, decision, false)
  }

  const spotChecks = createSpotCheckDecisions<SubmitInput, Reading>({
    database,
    clock,
    analyser: options.analyser,
    finish: (stores, input, reading, finding) => finishSeen(stores, input, reading, finding, false),
  })

  return {
    async submit(input) {
      refuseBrokenPictures(input.crops, input.request.crops)
      const reading = await read(input)
      const { application, request, crops, signal } = input
      const spent = await database.transaction(async (stores) => {
        const { challenge, decision, fresh } = await spend(stores, input, reading)
        const { captureScript: script } = challenge
        if (script !== null && decision === null) return { script, fresh }
        const drawn = decision === null ? await drawSpotCheck(stores, application, challenge) : undefined
        if (drawn !== undefined) return { outcome: await spotChecks.decideOrAsk(stores, input, reading, drawn) }
        return { outcome: await finish(stores, input, reading, decision, false) }
      })
      if (spent.outcome !== undefined) return spent.outcome
      const finding = await captures.verify({
        script: spent.script,
        crops,
        statements: request.crops ?? [],
        claimed: reading.capture,
        padThreshold: application.settings.pad_threshold,
        signal,
      })
      const remembered = { ...reading, remembered: spent.fresh }
      return database.transaction((stores) => finishSeen(stores, input, remembered, finding, true))
    },

    async reveal(input) {
      await refuseUnaskedReveal(database.stores, input)
      return spotChecks.decideRevealed(input, await read(input))
    },
  }
}

const signInFacts = async (
  stores: Stores,
  { session, application }: SubmitInput,
  { signer }: Pick<Reading, 'signer'>,
  serverVerified: boolean,
): Promise<SignInFacts> => ({
  application,
  session,
  needed: neededLevel(application, session),
  serverVerified,
  device: await findSigningDevice(stores, application, signer),
})

/** Of whom the person was compared as, once that let them in. */
async function endFailures(
  stores: Stores,
  { application, session, client }: SubmitInput,
  { device }: SignInFacts,
  now: Date,
  compared: Compared | null | undefined,
): Promise<void> {
  if (compared == null) return
  const scopeDigest = scopeDigests(await stores.applicationKeys.of(application.id))
  await countSuccess(
    { stores, application, session, now, clientAddress: client.address, device, scopeDigest },
    compared,
  )
}

/** From here on no other enrolment of the application looks: of two with one PIN, the second finds the first one's. */
async function isPinTaken(stores: Stores, { id }: Application, newcomer: NewSubject | null): Promise<boolean> {
  const digest = newcomer?.pin?.uniqueDigest ?? null
  if (digest === null) return false
  await stores.applications.lock(id)
  return stores.pins.isTaken(id, digest)
}

async function digestsOf(stores: Stores, applicationId: string, { vectors }: Capture): Promise<readonly Digest[]> {
  const keys = await stores.applicationKeys.of(applicationId)
  return vectors.map((vector) => keys.digest('replay', quantised(vector)))
}

const refused = (reason: RefusalReason): Decision => ({ kind: 'refused', reason })

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
