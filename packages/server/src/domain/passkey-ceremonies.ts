import type { PasskeyOptionsRequest, PasskeyRegistration } from '@mien/shared/api/passkeys'
import { MienError } from '@mien/shared/errors'
import { earliest } from './earliest.ts'
import type { Application, Passkey, PasskeyChallenge, Session } from './model.ts'
import { findPasskeyGrant, type PasskeyGrant } from './passkey-grant.ts'
import type { Clock, Database, Stores } from './ports.ts'
import { relyingPartyOf } from './relying-party.ts'
import { takes } from './step-up-methods.ts'
import { randomToken, rowId } from './tokens.ts'
import { readNewPasskey } from './webauthn.ts'

/** Time for the browser's dialog, and as long as a recognised face waits. WebAuthn section 15.1 wants five to ten minutes. */
const passkeyChallengeSeconds = 300

/** More than the tries of a session and a few changes of mind. */
const maxPasskeyChallenges = 10

/** Of one person, over all sites. */
const maxPasskeys = 5

export interface PasskeyOptions {
  readonly challenge: PasskeyChallenge
  /** For the browser's dialog: until the challenge expires. */
  readonly timeoutMs: number
  readonly relyingParty: string
  /** To register: those that the person has for this site. */
  readonly others: readonly Passkey[]
}

export interface PasskeySession {
  readonly session: Session
  readonly application: Application
}

/** Passkeys in the hands of a page: what an authenticator has to sign, and new ones. */
export interface PasskeyCeremonies {
  /**
   * A challenge that works once. To authenticate, the answer is the same whoever was recognised, and whatever they have.
   *
   * @throws MienError NOT_FOUND, SESSION_EXPIRED, CHALLENGE_USED, FORBIDDEN, ASSURANCE_TOO_LOW, GONE, RATE_LIMITED
   */
  options(input: PasskeySession & { readonly request: PasskeyOptionsRequest }): Promise<PasskeyOptions>
  /**
   * Adds a passkey to whom the session enrolled or let in. Its challenge is spent before it is looked at.
   *
   * @throws MienError CHALLENGE_UNKNOWN, PASSKEY_INVALID, FORBIDDEN, SESSION_EXPIRED, ASSURANCE_TOO_LOW, GONE; CONFLICT when there are
   *   as many as there may be, or somebody has it
   */
  register(input: PasskeySession & { readonly request: PasskeyRegistration }): Promise<void>
}

export interface PasskeyCeremoniesOptions {
  readonly database: Database
  readonly clock: Clock
}

export function createPasskeyCeremonies({ database, clock }: PasskeyCeremoniesOptions): PasskeyCeremonies {
  const draw = async (
    stores: Stores,
    session: Session,
    of: Pick<PasskeyChallenge, 'purpose' | 'submissionId'>,
    endsAt: Date,
  ): Promise<Pick<PasskeyOptions, 'challenge' | 'timeoutMs'>> => {
    const { applicationId, id: sessionId } = session
    const now = clock.now()
    if ((await stores.passkeyChallenges.count(applicationId, sessionId)) >= maxPasskeyChallenges) {
      const seconds = Math.ceil((session.expiresAt.getTime() - now.getTime()) / 1000)
      throw new MienError('RATE_LIMITED', { details: { retry_after: seconds } })
    }
    const expiresAt = earliest(new Date(now.getTime() + passkeyChallengeSeconds * 1000), endsAt, session.expiresAt)
    const id = rowId()
    const challenge = { applicationId, id, sessionId, ...of, challenge: randomToken(), expiresAt, usedAt: null }
    await stores.passkeyChallenges.insert(challenge)
    return { challenge, timeoutMs: expiresAt.getTime() - now.getTime() }
  }

  const toAuthenticate = async (
    stores: Stores,
    { session, application }: PasskeySession,
    submissionId: string,
  ): Promise<PasskeyOptions> => {
    const pending = await stores.pending.find(application.id, submissionId)
    if (pending === undefined || pending.sessionId !== session.id) throw new MienError('NOT_FOUND')
    if (!(pending.expiresAt > clock.now())) throw new MienError('SESSION_EXPIRED')
    const relyingParty = relyingPartyOf(pending.origin)
    if (!takes(application, 'passkey') || relyingParty === null) throw new MienError('FORBIDDEN')
    if (!(await stores.sessions.holdUnused(application.id, session.id))) {
      throw new MienError('CHALLENGE_USED', { message: 'The session was already used' })
    }
    const drawn = await draw(stores, session, { purpose: 'authenticate', submissionId }, pending.expiresAt)
    return { ...drawn, relyingParty, others: [] }
  }

  /** From here on nobody ends the session or changes the person's passkeys. @throws MienError GONE */
  const holdGranted = async (stores: Stores, { session, application }: PasskeySession): Promise<PasskeyGrant> => {
    if (!(await stores.sessions.hold(application.id, session.id))) throw new MienError('FORBIDDEN')
    const { subjectId } = await findPasskeyGrant(stores, session, application, clock.now())
    if (!(await stores.subjects.hold(application.id, subjectId))) throw new MienError('GONE')
    // Once more: it may have ended before the person was held.
    return findPasskeyGrant(stores, session, application, clock.now())
  }

  const toRegister = async (stores: Stores, input: PasskeySession): Promise<PasskeyOptions> => {
    const { subjectId, relyingParty, endsAt } = await holdGranted(stores, input)
    const all = await stores.passkeys.listOfSubject(input.application.id, subjectId)
    if (all.length >= maxPasskeys) throw tooMany()
    const drawn = await draw(stores, input.session, { purpose: 'register', submissionId: null }, endsAt)
    return { ...drawn, relyingParty, others: all.filter((each) => each.relyingParty === relyingParty) }
  }

  const spend = async (stores: Stores, input: PasskeySession, id: string) => {
    const { applicationId, id: sessionId } = input.session
    const grant = await holdGranted(stores, input)
    const binding = { applicationId, id, sessionId, purpose: 'register', submissionId: null } as const
    const challenge = await stores.passkeyChallenges.consume(binding, clock.now())
    if (challenge === undefined) throw new MienError('CHALLENGE_UNKNOWN')
    return { ...grant, challenge }
  }

  const add = async (stores: Stores, input: PasskeySession, passkey: Passkey): Promise<void> => {
    const { applicationId, subjectId } = passkey
    await holdGranted(stores, input)
    if ((await stores.passkeys.listOfSubject(applicationId, subjectId)).length >= maxPasskeys) throw tooMany()
    await stores.passkeys.insert(passkey)
    const at = clock.now()
    const event = {
      applicationId,
      event: 'passkey_added',
      outcome: 'ok',
      subjectId,
      sessionId: input.session.id,
    } as const
    await stores.audit.append({ ...event, at })
  }

  /** As the first lock of each transaction. */
  const holding = <T>(input: PasskeySession, work: (stores: Stores) => Promise<T>): Promise<T> =>
    database.transaction(async (stores) => {
      await stores.applications.hold(input.application.id)
      return work(stores)
    })

  return {
    options: ({ request, ...input }) =>
      holding(input, (stores) =>
        request.purpose === 'register'
          ? toRegister(stores, input)
          : toAuthenticate(stores, input, request.submission_id),
      ),
    async register({ request, ...input }) {
      const expected = await holding(input, (stores) => spend(stores, input, request.challenge_id))
      const credential = await readNewPasskey(request, expected)
      if (credential === undefined) throw new MienError('PASSKEY_INVALID')
      const { subjectId, relyingParty } = expected
      const passkey: Passkey = {
        ...credential,
        applicationId: input.application.id,
        id: rowId(),
        subjectId,
        transports: request.transports ?? [],
        relyingParty,
        createdAt: clock.now(),
        lastUsedAt: null,
      }
      await holding(input, (stores) => add(stores, input, passkey))
    },
  }
}

const tooMany = (): MienError => new MienError('CONFLICT', { message: `A person has ${maxPasskeys} passkeys at most` })
