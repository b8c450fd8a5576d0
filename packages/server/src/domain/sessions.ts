import type { SessionOperation } from '@mien/shared/api/fields'
import type { SessionRequest } from '@mien/shared/api/sessions'
import { MienError } from '@mien/shared/errors'
import { drawScript } from './active-script.ts'
import type { Application, Challenge, Gallery, Session, TemplateModel } from './model.ts'
import { parseOrigin } from './origins.ts'
import type { Clock, Database } from './ports.ts'
import { randomToken, rowId, sha256 } from './tokens.ts'

/** Time for one capture. */
export const challengeSeconds = 120

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

export interface Sessions {
  open(input: OpenSession): Promise<OpenedSession>
  /** @throws MienError UNAUTHORIZED, SESSION_EXPIRED */
  authenticate(clientToken: string): Promise<{ session: Session; application: Application }>
  /** A fresh one-time challenge; earlier ones stay usable until they expire. */
  challenge(session: Session, application: Application): Promise<Challenge>
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

  return {
    async open({ application, opener, pageOrigin, request }) {
      checkOpener(opener, request)
      const gallery = await findGallery(request.gallery ?? 'default', application.id)
      const now = clock.now()
      const clientToken = randomToken()
      const session: Session = {
        applicationId: application.id,
        id: rowId(),
        galleryId: gallery.id,
        operation: request.operation,
        opener,
        tokenDigest: sha256(clientToken),
        origin: request.origin === undefined ? pageOrigin : parseOrigin(request.origin),
        externalRef: request.user_ref ?? null,
        subjectId: request.facial_id ?? null,
        nonce: request.nonce ?? null,
        codeChallenge: request.code_challenge ?? null,
        expiresAt: after(now, application.settings.session_seconds),
        createdAt: now,
      }
      await stores.sessions.insert(session)
      return { session, clientToken }
    },

    async authenticate(clientToken) {
      const session = await stores.sessions.findByToken(sha256(clientToken))
      if (session === undefined) throw new MienError('UNAUTHORIZED')
      if (!(session.expiresAt > clock.now())) throw new MienError('SESSION_EXPIRED')
      const application = await stores.applications.find(session.applicationId)
      if (application === undefined) throw new MienError('UNAUTHORIZED')
      return { session, application }
    },

    async challenge(session, application) {
      const challenge: Challenge = {
        applicationId: session.applicationId,
        id: rowId(),
        sessionId: session.id,
        nonce: randomToken(),
        operation: session.operation,
        level: 'A0',
        modelId: model.modelId,
        script: drawScript(application.settings),
        expiresAt: after(clock.now(), challengeSeconds),
        usedAt: null,
      }
      await stores.challenges.insert(challenge)
      return challenge
    },
  }

  async function findGallery(name: string, applicationId: string): Promise<Gallery> {
    const gallery = await stores.galleries.findByName(applicationId, name)
    if (gallery === undefined) throw new MienError('NOT_FOUND', { message: 'There is no such gallery' })
    return gallery
  }
}

/** Liveness and age are looked at on the device; nothing of it is submitted. */
const isDecided = (operation: SessionOperation): boolean => operation === 'enroll' || operation === 'authenticate'

/** Who a face belongs to is a backend's to say: a page that could would bind its own face to another's account. */
function checkOpener(opener: Session['opener'], request: SessionRequest): void {
  const { origin, user_ref: userRef, facial_id: facialId, nonce, code_challenge: codeChallenge } = request
  const isBackendOnly = [origin, userRef, facialId].some((field) => field !== undefined)
  if (opener === 'page' && isBackendOnly) throw new MienError('FORBIDDEN')
  const isAboutSomeone = [userRef, facialId, nonce, codeChallenge].some((field) => field !== undefined)
  if (!isDecided(request.operation) && isAboutSomeone) {
    throw new MienError('REQUEST_INVALID', { message: 'This operation recognises nobody and signs nothing' })
  }
  if (request.operation === 'enroll' && facialId !== undefined) {
    throw new MienError('REQUEST_INVALID', { message: 'facial_id is chosen by the server when enrolling' })
  }
  if (facialId !== undefined && userRef !== undefined) {
    throw new MienError('REQUEST_INVALID', { message: 'Give facial_id or user_ref, not both' })
  }
}
