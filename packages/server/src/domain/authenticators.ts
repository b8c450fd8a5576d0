import { MienError } from '@mien/shared/errors'
import type { Decision } from './decision.ts'
import type { Application, Authenticator, AuthenticatorStatus, Session, Subject } from './model.ts'
import type { Clock, Database, Stores } from './ports.ts'
import { randomToken, rowId, sha256 } from './tokens.ts'

/** An authenticator as it stands now: time may have ended it. */
export type EffectiveStatus = AuthenticatorStatus | 'expired'

export interface AuthenticatorChanges {
  readonly status?: EffectiveStatus
  /** Null: never. */
  readonly expiresAt?: Date | null
}

export interface Invitation {
  readonly authenticator: Authenticator
  /** Opens the enrolment session; null when it was opened by somebody else, who has its token. Shown this once. */
  readonly clientToken: string | null
}

/**
 * Faces as means to sign in that somebody manages: activated by an invitation, with an expiry, and switched off. A subject has one.
 * A face that was enrolled in another way is one too: active, without expiry, with the subject's id for its own.
 */
export interface Authenticators {
  /**
   * Invites a subject without a face. With `sessionId` by a session that is open for that subject already.
   *
   * @throws MienError NOT_FOUND, CONFLICT (it has a face or waits for one)
   */
  invite(application: Application, subjectId: string, sessionId?: string): Promise<Invitation>
  /** Another invitation instead of the one before. @throws MienError NOT_FOUND, CONFLICT (it is not waiting for one) */
  inviteAgain(application: Application, id: string): Promise<Invitation & { readonly subject: Subject }>
  /** Undefined when the subject has none. @throws MienError NOT_FOUND (no such subject) */
  ofSubject(applicationId: string, subjectId: string): Promise<Authenticator | undefined>
  /** @throws MienError NOT_FOUND, CONFLICT (`active` without a face) */
  change(applicationId: string, subjectId: string, changes: AuthenticatorChanges): Promise<void>
  /** Its faces go with it, the subject stays. @throws MienError NOT_FOUND */
  remove(applicationId: string, id: string): Promise<void>
}

export function effectiveStatus({ status, expiresAt }: Authenticator, now: Date): EffectiveStatus {
  const mayExpire = status === 'activating' || status === 'active' || status === 'review'
  return mayExpire && expiresAt !== null && !(expiresAt > now) ? 'expired' : status
}

/** Whether somebody may sign in by face: whoever has no managed authenticator, or an active one. */
export async function maySignIn(stores: Stores, applicationId: string, subjectId: string, now: Date): Promise<boolean> {
  const authenticator = await stores.authenticators.findBySubject(applicationId, subjectId)
  return authenticator === undefined || effectiveStatus(authenticator, now) === 'active'
}

/** Refusals after which an invitation is of no more use. */
const fatalRefusals: readonly string[] = ['duplicate', 'minor', 'too_many']

/** What a decision means for the invitation that its session belongs to. Inside the deciding transaction. */
export async function settleInvitation(
  stores: Stores,
  { settings }: Application,
  session: Session,
  decision: Decision,
): Promise<void> {
  if (session.operation !== 'enroll' || session.subjectId === null) return
  const authenticator = await stores.authenticators.findBySession(session.applicationId, session.id)
  if (authenticator === undefined) return
  const { applicationId, id } = authenticator
  if (decision.kind === 'granted') {
    const status = settings.review_enrolments ? 'review' : 'active'
    await stores.authenticators.update(applicationId, id, { status, expiresAt: null })
  }
  const isFatal = decision.kind === 'refused' && fatalRefusals.includes(decision.reason)
  if (isFatal && authenticator.status === 'activating') {
    await stores.authenticators.update(applicationId, id, { status: 'failed' })
  }
}

export function createAuthenticators({ database, clock }: { database: Database; clock: Clock }): Authenticators {
  const after = (seconds: number): Date => new Date(clock.now().getTime() + seconds * 1000)

  const record = (stores: Stores, applicationId: string, subjectId: string, outcome: string) =>
    stores.audit.append({
      applicationId,
      event: 'authenticator_changed',
      outcome,
      subjectId,
      sessionId: null,
      at: clock.now(),
    })

  /** Nobody else changes the subject's face or authenticator until the end of the transaction. */
  const hold = async (stores: Stores, applicationId: string, subjectId: string): Promise<Subject> => {
    await stores.applications.hold(applicationId)
    const subject = await stores.subjects.find(applicationId, subjectId)
    if (subject === undefined) throw new MienError('NOT_FOUND')
    await stores.galleries.lock(applicationId, subject.galleryId)
    const held = await stores.subjects.find(applicationId, subjectId)
    if (held === undefined) throw new MienError('NOT_FOUND')
    return held
  }

  const hasFace = async (stores: Stores, { applicationId, id }: Subject): Promise<boolean> =>
    (await stores.faces.listOfSubject(applicationId, id)).length > 0

  /** The row, or what a face that was enrolled in another way amounts to. */
  const find = async (stores: Stores, subject: Subject): Promise<Authenticator | undefined> => {
    const { applicationId, id, createdAt } = subject
    const row = await stores.authenticators.findBySubject(applicationId, id)
    if (row !== undefined || !(await hasFace(stores, subject))) return row
    return { applicationId, id, subjectId: id, sessionId: null, status: 'active', expiresAt: null, createdAt }
  }

  const openSession = async (stores: Stores, application: Application, subject: Subject) => {
    const clientToken = randomToken()
    const session: Session = {
      applicationId: application.id,
      id: rowId(),
      galleryId: subject.galleryId,
      operation: 'enroll',
      opener: 'backend',
      tokenDigest: sha256(clientToken),
      origin: null,
      externalRef: null,
      subjectId: subject.id,
      hasPhoto: false,
      nonce: null,
      codeChallenge: null,
      expiresAt: after(application.settings.activation_seconds),
      createdAt: clock.now(),
    }
    await stores.sessions.insert(session)
    return { session, clientToken }
  }

  /** @throws MienError NOT_FOUND when it is not open for this subject */
  const givenSession = async (stores: Stores, subject: Subject, sessionId: string) => {
    const session = await stores.sessions.find(subject.applicationId, sessionId)
    const isForSubject = session?.operation === 'enroll' && session.subjectId === subject.id
    if (!isForSubject || !(session.expiresAt > clock.now())) throw new MienError('NOT_FOUND')
    return { session, clientToken: null }
  }

  return {
    invite: (application, subjectId, sessionId) =>
      database.transaction(async (stores) => {
        const subject = await hold(stores, application.id, subjectId)
        if ((await find(stores, subject)) !== undefined) throw new MienError('CONFLICT')
        const { session, clientToken } = await (sessionId === undefined
          ? openSession(stores, application, subject)
          : givenSession(stores, subject, sessionId))
        const authenticator: Authenticator = {
          applicationId: application.id,
          id: rowId(),
          subjectId,
          sessionId: session.id,
          status: 'activating',
          expiresAt: session.expiresAt,
          createdAt: clock.now(),
        }
        await stores.authenticators.insert(authenticator)
        await record(stores, application.id, subjectId, 'activating')
        return { authenticator, clientToken }
      }),

    inviteAgain: (application, id) =>
      database.transaction(async (stores) => {
        const known = await stores.authenticators.find(application.id, id)
        if (known === undefined) throw new MienError('NOT_FOUND')
        const subject = await hold(stores, application.id, known.subjectId)
        const before = await stores.authenticators.find(application.id, id)
        if (before === undefined) throw new MienError('NOT_FOUND')
        const isWaiting = before.status === 'activating' || before.status === 'failed'
        if (!isWaiting || (await hasFace(stores, subject))) throw new MienError('CONFLICT')
        // The invitation before stops working: one person, one way in.
        if (before.sessionId !== null) await stores.sessions.remove(application.id, before.sessionId)
        const { session, clientToken } = await openSession(stores, application, subject)
        const changes = { status: 'activating', sessionId: session.id, expiresAt: session.expiresAt } as const
        await stores.authenticators.update(application.id, id, changes)
        await record(stores, application.id, subject.id, 'invited_again')
        return { authenticator: { ...before, ...changes }, clientToken, subject }
      }),

    async ofSubject(applicationId, subjectId) {
      const { stores } = database
      const subject = await stores.subjects.find(applicationId, subjectId)
      if (subject === undefined) throw new MienError('NOT_FOUND')
      return find(stores, subject)
    },

    change: (applicationId, subjectId, { status, expiresAt }) =>
      database.transaction(async (stores) => {
        const subject = await hold(stores, applicationId, subjectId)
        const known = await find(stores, subject)
        if (known === undefined) throw new MienError('NOT_FOUND')
        if (status === 'active' && !(await hasFace(stores, subject))) throw new MienError('CONFLICT')
        const isRow = (await stores.authenticators.find(applicationId, known.id)) !== undefined
        if (!isRow) await stores.authenticators.insert(known)
        await stores.authenticators.update(applicationId, known.id, {
          ...(expiresAt === undefined ? {} : { expiresAt }),
          ...(status === 'expired' ? { expiresAt: clock.now() } : {}),
          ...(status === undefined || status === 'expired' ? {} : { status }),
          // Nothing to change is no error; an update of nothing would be one.
          ...(status === undefined && expiresAt === undefined ? { status: known.status } : {}),
        })
        await record(stores, applicationId, subjectId, status ?? 'expiry')
      }),

    remove: (applicationId, id) =>
      database.transaction(async (stores) => {
        const known = await stores.authenticators.find(applicationId, id)
        const subject = await hold(stores, applicationId, known?.subjectId ?? id)
        const authenticator = await find(stores, subject)
        if (authenticator?.id !== id) throw new MienError('NOT_FOUND')
        await stores.authenticators.remove(applicationId, id)
        await stores.faces.removeOfSubject(applicationId, subject.id)
        await stores.keptImages.remove(applicationId, subject.id)
        if (authenticator.sessionId !== null) await stores.sessions.remove(applicationId, authenticator.sessionId)
        await record(stores, applicationId, subject.id, 'removed')
      }),
  }
}
