import { randomInt } from 'node:crypto'
import type { ApplicationSettings } from '@mien/shared/api/applications'
import type { ChallengeRequest } from '@mien/shared/api/challenges'
import type { Operation, SessionOperation } from '@mien/shared/api/fields'
import type { SessionRequest } from '@mien/shared/api/sessions'
import { MienError } from '@mien/shared/errors'
import { drawScript } from '@mien/shared/policy/active-script'
import { captureLevel, reaches } from '@mien/shared/policy/assurance'
import { drawCaptureScript } from './capture-script.ts'
import { isAfterNow } from './is-after-now.ts'
import type { Application, Challenge, Session, TemplateModel } from './model.ts'
import { isSpotChecked, neededLevel } from './needed-level.ts'
import { parseOrigin } from './origins.ts'
import type { FaceSample } from './pictures.ts'
import type { Clock, Database } from './ports.ts'
import { hindranceOf, unreachable } from './reachable-levels.ts'
import { randomToken, rowId, sha256 } from './tokens.ts'

/** Time for one capture. */
export const challengeSeconds = 120

/** More than the tries of a session and the captures that are begun anew need. */
const maxChallenges = 40

export interface OpenSession {
  readonly application: Application
  readonly opener: Session['opener']
  /** What the browser sent as `Origin`, already allowed, `noOrigin` when it sent none; null from a backend. */
  readonly pageOrigin: string | null
  readonly request: SessionRequest
}

export interface OpenedSession {
  readonly session: Session
  readonly clientToken: string
}

/** A session in which a live face is compared with a photograph, and with nobody else. */
export interface OpenPhotoSession {
  readonly application: Application
  readonly galleryId: string
  readonly sample: FaceSample
  /** Least level that is a match, 1..5. */
  readonly minLevel: number
  readonly seconds: number
}

export interface Sessions {
  open(input: OpenSession): Promise<OpenedSession>
  /** The template of the photograph goes with the session, and so does the picture where the application keeps pictures. */
  openForPhoto(input: OpenPhotoSession): Promise<OpenedSession>
  /** Ends it, with all that it holds. @throws MienError NOT_FOUND */
  remove(applicationId: string, clientToken: string): Promise<void>
  /** The session behind a token, expired or not. @throws MienError NOT_FOUND (of another application too) */
  find(applicationId: string, clientToken: string): Promise<Session>
  /** @throws MienError UNAUTHORIZED, SESSION_EXPIRED */
  authenticate(clientToken: string): Promise<{ session: Session; application: Application }>
  /** @throws MienError CHALLENGE_USED when it has granted something: then it grants nothing else */
  refuseUsed(session: Session): Promise<void>
  /**
   * A fresh one-time challenge; earlier ones stay usable until they expire.
   *
   * @throws MienError ASSURANCE_TOO_LOW where pictures are asked for of somebody who can take part in no script
   */
  challenge(session: Session, application: Application, request: ChallengeRequest): Promise<Challenge>
}

export interface SessionsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
}

const after = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000)

/** Ceremonies: who opened one, for what, and the challenges inside. */
export function createSessions({ database, clock, model }: SessionsOptions): Sessions {
  const stores = database.stores

  const find: Sessions['find'] = async (applicationId, clientToken) => {
    const session = await stores.sessions.findByToken(sha256(clientToken))
    if (session?.applicationId !== applicationId) throw new MienError('NOT_FOUND')
    return session
  }

  return {
    async open({ application, opener, pageOrigin, request }) {
      checkOpener(opener, request, application.settings)
      const galleryId = await galleryOf(application.id, request)
      const now = clock.now()
      const clientToken = randomToken()
      const session: Session = {
        applicationId: application.id,
        id: rowId(),
        galleryId,
        operation: request.operation,
        opener,
        tokenDigest: sha256(clientToken),
        origin: request.origin === undefined ? pageOrigin : parseOrigin(request.origin),
        externalRef: request.user_ref ?? null,
        subjectId: request.facial_id ?? null,
        hasPhoto: false,
        nonce: request.nonce ?? null,
        codeChallenge: request.code_challenge ?? null,
        minAssurance: request.min_assurance ?? 'A0',
        expiresAt: after(now, application.settings.session_seconds),
        createdAt: now,
      }
      refuseUnreachableLevel(application, session, request)
      await stores.sessions.insert(session)
      return { session, clientToken }
    },

    openForPhoto: ({ application, galleryId, sample, minLevel, seconds }) =>
      database.transaction(async (within) => {
        const now = clock.now()
        const clientToken = randomToken()
        const session: Session = {
          applicationId: application.id,
          id: rowId(),
          galleryId,
          operation: 'authenticate',
          opener: 'backend',
          tokenDigest: sha256(clientToken),
          origin: null,
          externalRef: null,
          subjectId: null,
          hasPhoto: true,
          nonce: null,
          codeChallenge: null,
          minAssurance: 'A0',
          expiresAt: after(now, seconds),
          createdAt: now,
        }
        const { applicationId, id: sessionId } = session
        // From here on no key is replaced: the row refers to the application.
        await within.sessions.insert(session)
        const keys = await within.applicationKeys.of(applicationId)
        const turned = keys.protect(model.modelId, sample.face.template.vector).at(-1)!
        const photo = {
          applicationId,
          sessionId,
          modelId: model.modelId,
          ...turned,
          minLevel,
        }
        await within.sessionPhotos.insert(photo)
        if (application.settings.retain_images && sample.kept !== undefined) {
          await within.keptImages.put({ applicationId, kind: 'session', id: sessionId }, sample.kept, now)
        }
        const event = { applicationId, event: 'session_opened', outcome: 'photo', subjectId: null, sessionId } as const
        await within.audit.append({ ...event, at: now })
        return { session, clientToken }
      }),

    async remove(applicationId, clientToken) {
      const { id: sessionId } = await find(applicationId, clientToken)
      await database.transaction(async (within) => {
        if (!(await within.sessions.remove(applicationId, sessionId))) throw new MienError('NOT_FOUND')
        const event = { applicationId, event: 'session_removed', outcome: 'ok', subjectId: null, sessionId } as const
        await within.audit.append({ ...event, at: clock.now() })
      })
    },

    find,

    async authenticate(clientToken) {
      const session = await stores.sessions.findByToken(sha256(clientToken))
      if (session === undefined) throw new MienError('UNAUTHORIZED')
      const now = clock.now()
      if (!(session.expiresAt > now) || isAfterNow(session.createdAt, now)) throw new MienError('SESSION_EXPIRED')
      const application = await stores.applications.find(session.applicationId)
      if (application === undefined) throw new MienError('UNAUTHORIZED')
      return { session, application }
    },

    async refuseUsed({ applicationId, id }) {
      if (!(await stores.sessions.isUsedUp(applicationId, id))) return
      throw new MienError('CHALLENGE_USED', { message: 'The session was already used' })
    },

    async challenge(session, application, { device_key_id: keyId, flashes = true, motion = true }) {
      const deviceKeyId = keyId !== undefined && (await isDeviceOf(session, application, keyId)) ? keyId : null
      const level = captureLevel(neededLevel(application, session), deviceKeyId !== null)
      const { settings } = application
      const captureScript = reaches(level, 'A2')
        ? drawCaptureScript({ flashes: flashes && settings.flashes, motion })
        : null
      const challenge: Challenge = {
        applicationId: session.applicationId,
        id: rowId(),
        sessionId: session.id,
        nonce: randomToken(),
        operation: session.operation,
        level,
        modelId: model.modelId,
        script: captureScript === null ? drawScript(settings, (end) => randomInt(end)) : null,
        captureScript,
        commitsCrops: deviceKeyId !== null && !reaches(level, 'A2') && isSpotChecked(application, session),
        deviceKeyId,
        expiresAt: after(clock.now(), challengeSeconds),
        usedAt: null,
      }
      await insertChallenge(challenge, session)
      return challenge
    },
  }

  /** One after the other within a session, and so many: nobody waits for a script that fits a recording. */
  function insertChallenge(challenge: Challenge, { applicationId, id, expiresAt }: Session): Promise<void> {
    return database.transaction(async (within) => {
      if (!(await within.sessions.holdUnused(applicationId, id))) {
        throw new MienError('CHALLENGE_USED', { message: 'The session was already used' })
      }
      if ((await within.challenges.count(applicationId, id)) >= maxChallenges) {
        const seconds = Math.ceil((expiresAt.getTime() - clock.now().getTime()) / 1000)
        throw new MienError('RATE_LIMITED', { details: { retry_after: seconds } })
      }
      await within.challenges.insert(challenge)
    })
  }

  /** Whether a sign-in can be bound to this key. Nobody has a device before being enrolled. */
  async function isDeviceOf({ operation }: Session, { id, settings }: Application, keyId: string): Promise<boolean> {
    if (operation !== 'authenticate' || !settings.device_keys) return false
    return (await stores.devices.findAll(id, keyId)).some(({ status }) => status === 'active')
  }

  /** @throws MienError NOT_FOUND */
  async function galleryOf(applicationId: string, request: SessionRequest): Promise<string> {
    const { operation, facial_id: facialId, gallery: name } = request
    // Whoever gets a face stays in the gallery that a backend put them in.
    if (operation === 'enroll' && facialId !== undefined && name === undefined) {
      const subject = await stores.subjects.find(applicationId, facialId)
      if (subject === undefined) throw new MienError('NOT_FOUND')
      return subject.galleryId
    }
    const gallery = await stores.galleries.findByName(applicationId, name ?? 'default')
    if (gallery === undefined) throw new MienError('NOT_FOUND', { message: 'There is no such gallery' })
    return gallery.id
  }
}

/** Liveness and age are looked at on the device; nothing of it is submitted. */
const isDecided = (operation: SessionOperation): operation is Operation =>
  operation === 'enroll' || operation === 'authenticate'

/** @throws MienError REQUEST_INVALID when the backend asks for a level that the application's settings keep everybody from */
function refuseUnreachableLevel(application: Application, session: Session, { min_assurance: asked }: SessionRequest) {
  if (asked === undefined || !isDecided(session.operation)) return
  const needed = neededLevel(application, session)
  const hindrance = hindranceOf(application.settings, session.operation, needed)
  if (hindrance !== undefined) throw unreachable('min_assurance', needed, hindrance, application.settings)
}

/** Who a face belongs to is a backend's to say: a page that could would bind its own face to another's account. */
function checkOpener(opener: Session['opener'], request: SessionRequest, settings: ApplicationSettings): void {
  const { origin, user_ref: userRef, facial_id: facialId, nonce, code_challenge: codeChallenge } = request
  const isBackendOnly = [origin, userRef, facialId, request.min_assurance].some((field) => field !== undefined)
  const mayPage = {
    enroll: settings.page_enroll,
    authenticate: settings.page_authenticate,
    liveness: true,
    age_verify: true,
  }
  if (opener === 'page' && (isBackendOnly || !mayPage[request.operation])) throw new MienError('FORBIDDEN')
  const isAboutSomeone = [userRef, facialId, nonce, codeChallenge].some((field) => field !== undefined)
  if (!isDecided(request.operation) && isAboutSomeone) {
    throw new MienError('REQUEST_INVALID', { message: 'This operation recognises nobody and signs nothing' })
  }
  if (facialId !== undefined && userRef !== undefined) {
    throw new MienError('REQUEST_INVALID', { message: 'Give facial_id or user_ref, not both' })
  }
}
