import { MienError } from '@mien/shared/errors'
import { effectiveStatus, hasFace, isWaiting } from './authenticator-status.ts'
import { type AuthenticatorChanges, changeAuthenticator } from './change-authenticator.ts'
import { forgetFace } from './forget-face.ts'
import type { Application, Authenticator, Session, Subject } from './model.ts'
import type { Clock, Database, Stores } from './ports.ts'
import { randomToken, rowId, sha256 } from './tokens.ts'

export interface Invitation {
  readonly authenticator: Authenticator
  readonly subject: Subject
  /** Opens the enrolment session; null when it was opened by somebody else, who has its token. Shown this once. */
  readonly clientToken: string | null
}

/** Brings an invitation to the person. What it throws takes the invitation back. */
export type Deliver = (invitation: Invitation) => Promise<void>

export interface InviteOptions {
  /** Of an enrolment session that is open for the subject already. Default: a new one. */
  readonly sessionId?: string
  readonly deliver?: Deliver
}

/**
 * Faces as means to sign in that somebody manages: activated by an invitation, with an expiry, and switched off. A subject has one.
 * A face that was enrolled in another way is one too: active, without expiry, with the subject's id for its own.
 */
export interface Authenticators {
  /**
   * Invites a subject without a face.
   *
   * @throws MienError NOT_FOUND, CONFLICT (it has a face or waits for one), and what `deliver` throws: then nobody is invited
   */
  invite(application: Application, subjectId: string, options?: InviteOptions): Promise<Invitation>
  /**
   * Another invitation instead of the one before, which ends once this one is delivered.
   *
   * @throws MienError NOT_FOUND, CONFLICT (it is not waiting for one), and what `deliver` throws: then the one before stays
   */
  inviteAgain(application: Application, id: string, deliver: Deliver): Promise<Invitation>
  /** Undefined when the subject has none. @throws MienError NOT_FOUND (no such subject) */
  ofSubject(applicationId: string, subjectId: string): Promise<Authenticator | undefined>
  /** @throws MienError NOT_FOUND */
  find(applicationId: string, id: string): Promise<Pick<Invitation, 'authenticator' | 'subject'>>
  /**
   * An expiry is that of the invitation while it waits, and of the face afterwards. An invitation ends with any status but `activating`.
   *
   * @throws MienError NOT_FOUND; CONFLICT (`active` or `review` without a face, `activating` with one, an invitation that is over)
   */
  change(applicationId: string, subjectId: string, changes: AuthenticatorChanges): Promise<void>
  /**
   * Its faces go with it, and the devices, passkeys and PIN that would help another face; the subject stays.
   *
   * @throws MienError NOT_FOUND, CONFLICT (invited anew at the same moment)
   */
  remove(applicationId: string, id: string): Promise<void>
}

/**
 * Locks: the application, then the session of the invitation, then the gallery; whoever enrolls takes them in this order too.
 */
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

  const existing = async (stores: Stores, applicationId: string, subjectId: string): Promise<Subject> => {
    const subject = await stores.subjects.find(applicationId, subjectId)
    if (subject === undefined) throw new MienError('NOT_FOUND')
    return subject
  }

  /** Nobody else changes the subject's face or authenticator until the end of the transaction. */
  const hold = async (stores: Stores, applicationId: string, subjectId: string): Promise<Subject> => {
    await stores.applications.hold(applicationId)
    const { galleryId } = await existing(stores, applicationId, subjectId)
    await stores.galleries.lock(applicationId, galleryId)
    return existing(stores, applicationId, subjectId)
  }

  /** The row, or what a face that was enrolled in another way amounts to. A row whose face was taken away since says nothing. */
  const find = async (
    stores: Stores,
    { applicationId, id, createdAt }: Subject,
  ): Promise<Authenticator | undefined> => {
    const row = await stores.authenticators.findBySubject(applicationId, id)
    const isActivated = row === undefined || row.status === 'active' || row.status === 'review'
    if (!isActivated) return row
    if (!(await hasFace(stores, applicationId, id))) return undefined
    return row ?? { applicationId, id, subjectId: id, sessionId: null, status: 'active', expiresAt: null, createdAt }
  }

  /** @throws MienError NOT_FOUND */
  const findById = async (stores: Stores, applicationId: string, id: string) => {
    const row = await stores.authenticators.find(applicationId, id)
    const subject = await existing(stores, applicationId, row?.subjectId ?? id)
    const authenticator = await find(stores, subject)
    if (authenticator?.id !== id) throw new MienError('NOT_FOUND')
    return { authenticator, subject }
  }

  const removeSession = async (stores: Stores, { applicationId, sessionId }: Authenticator): Promise<void> => {
    if (sessionId !== null) await stores.sessions.remove(applicationId, sessionId)
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
      minAssurance: 'A0',
      expiresAt: after(application.settings.activation_seconds),
      createdAt: clock.now(),
    }
    await stores.sessions.insert(session)
    return { session, clientToken }
  }

  /** @throws MienError NOT_FOUND when it is not open for this subject */
  const givenSession = async (stores: Stores, { applicationId, id }: Subject, sessionId: string) => {
    const session = await stores.sessions.find(applicationId, sessionId)
    const isForSubject = session?.operation === 'enroll' && session.subjectId === id
    const isOpen = isForSubject && session.expiresAt > clock.now()
    if (!isOpen || (await stores.sessions.isUsedUp(applicationId, sessionId))) {
      throw new MienError('NOT_FOUND', { message: 'No enrolment session of this id is open for this person' })
    }
    return { session, clientToken: null }
  }

  const refuseUnlessWaiting = async (stores: Stores, authenticator: Authenticator): Promise<void> => {
    const { applicationId, subjectId } = authenticator
    const isFree = isWaiting(authenticator) && !(await hasFace(stores, applicationId, subjectId))
    if (!isFree) throw new MienError('CONFLICT', { message: 'This face does not wait for an invitation' })
  }

  const insert = (application: Application, subjectId: string, sessionId: string | undefined): Promise<Invitation> =>
    database.transaction(async (stores) => {
      const subject = await hold(stores, application.id, subjectId)
      if ((await find(stores, subject)) !== undefined) {
        throw new MienError('CONFLICT', { message: 'This person has a face already, or waits for one' })
      }
      const stale = await stores.authenticators.findBySubject(application.id, subjectId)
      if (stale !== undefined) await stores.authenticators.remove(application.id, stale.id)
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
      return { authenticator, subject, clientToken }
    })

  /** An invitation that never arrived. */
  const withdraw = (invited: Authenticator): Promise<void> =>
    database.transaction(async (stores) => {
      const { applicationId, id, subjectId, sessionId } = invited
      await stores.applications.hold(applicationId)
      await removeSession(stores, invited)
      await hold(stores, applicationId, subjectId)
      const now = await stores.authenticators.find(applicationId, id)
      if (now?.sessionId !== sessionId || now.status !== 'activating') return
      await stores.authenticators.remove(applicationId, id)
      await record(stores, applicationId, subjectId, 'withdrawn')
    })

  /** @throws MienError NOT_FOUND, CONFLICT */
  const replaceSession = ({ applicationId, id, ...changes }: Authenticator): Promise<void> =>
    database.transaction(async (stores) => {
      await stores.applications.hold(applicationId)
      const before = await stores.authenticators.find(applicationId, id)
      if (before === undefined) throw new MienError('NOT_FOUND')
      await removeSession(stores, before)
      await hold(stores, applicationId, before.subjectId)
      const now = await stores.authenticators.find(applicationId, id)
      if (now?.sessionId !== before.sessionId) throw changedMeanwhile()
      await refuseUnlessWaiting(stores, now)
      const { status, sessionId, expiresAt } = changes
      await stores.authenticators.update(applicationId, id, { status, sessionId, expiresAt })
      await record(stores, applicationId, before.subjectId, 'invited_again')
    })

  /** Who signs in at this moment is waited for: what it grants ends too. */
  const endGrants = async (stores: Stores, applicationId: string, subjectId: string): Promise<void> => {
    await stores.subjects.hold(applicationId, subjectId)
    await stores.results.endOfSubject(applicationId, subjectId, clock.now())
  }

  return {
    async invite(application, subjectId, { sessionId, deliver } = {}) {
      const invitation = await insert(application, subjectId, sessionId)
      try {
        await deliver?.(invitation)
      } catch (error) {
        await withdraw(invitation.authenticator)
        throw error
      }
      return invitation
    },

    async inviteAgain(application, id, deliver) {
      const invitation = await database.transaction(async (stores) => {
        await stores.applications.hold(application.id)
        const { authenticator, subject } = await findById(stores, application.id, id)
        await refuseUnlessWaiting(stores, authenticator)
        const { session, clientToken } = await openSession(stores, application, subject)
        const changes = { status: 'activating', sessionId: session.id, expiresAt: session.expiresAt } as const
        return { authenticator: { ...authenticator, ...changes }, subject, clientToken }
      })
      try {
        await deliver(invitation)
        await replaceSession(invitation.authenticator)
      } catch (error) {
        await removeSession(database.stores, invitation.authenticator)
        throw error
      }
      return invitation
    },

    ofSubject: async (applicationId, subjectId) =>
      find(database.stores, await existing(database.stores, applicationId, subjectId)),

    find: (applicationId, id) => findById(database.stores, applicationId, id),

    change: (applicationId, subjectId, changes) =>
      database.transaction(async (stores) => {
        await stores.applications.hold(applicationId)
        const before = await stores.authenticators.findBySubject(applicationId, subjectId)
        if (before?.status === 'activating') await changeInvitation(stores, before, changes)
        const subject = await hold(stores, applicationId, subjectId)
        const known = await find(stores, subject)
        if (known === undefined) throw new MienError('NOT_FOUND')
        if (known.sessionId !== (before?.sessionId ?? null)) throw changedMeanwhile()
        const isActivated = await hasFace(stores, applicationId, subjectId)
        const changed = changeAuthenticator(known, changes, isActivated, clock.now())
        const { status, expiresAt } = changed
        if (effectiveStatus(changed, clock.now()) !== 'active') await endGrants(stores, applicationId, subjectId)
        if (before === undefined) await stores.authenticators.insert(changed)
        else await stores.authenticators.update(applicationId, known.id, { status, expiresAt })
        await record(stores, applicationId, subjectId, changes.status ?? 'expiry')
      }),

    remove: (applicationId, id) =>
      database.transaction(async (stores) => {
        await stores.applications.hold(applicationId)
        const { authenticator: before } = await findById(stores, applicationId, id)
        await removeSession(stores, before)
        const subject = await hold(stores, applicationId, before.subjectId)
        const now = await find(stores, subject)
        if (now?.id !== id) throw new MienError('NOT_FOUND')
        if (now.sessionId !== before.sessionId) throw changedMeanwhile()
        await forgetFace(stores, applicationId, subject.id, clock.now())
        await stores.authenticators.remove(applicationId, id)
        await record(stores, applicationId, subject.id, 'removed')
      }),
  }
}

const changedMeanwhile = () => new MienError('CONFLICT', { message: 'Somebody else changed it at the same time' })

/** @throws MienError CONFLICT when an invitation that is over is to last longer */
async function changeInvitation(
  stores: Stores,
  { applicationId, sessionId }: Authenticator,
  { status = 'activating', expiresAt }: AuthenticatorChanges,
): Promise<void> {
  if (sessionId === null) return
  if (['disabled', 'failed', 'expired'].includes(status)) await stores.sessions.remove(applicationId, sessionId)
  else if (expiresAt !== undefined && !(await stores.sessions.expire(applicationId, sessionId, expiresAt))) {
    throw new MienError('CONFLICT', { message: 'The invitation is over: send another one' })
  }
}
