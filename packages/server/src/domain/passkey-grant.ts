import { MienError } from '@mien/shared/errors'
import { enrolsDevice } from '@mien/shared/policy/assurance'
import { maySignIn } from './authenticator-status.ts'
import { earliest } from './earliest.ts'
import type { Application, Session, Worth } from './model.ts'
import type { Stores } from './ports.ts'
import { relyingPartyOf } from './relying-party.ts'
import { takes } from './step-up-methods.ts'

/** How long after a sign-in its person may add a passkey: it is still them, in front of this page. */
const grantSeconds = 300

const isPossible = (application: Application, origin: string | null): boolean =>
  takes(application, 'passkey') && (origin === null || relyingPartyOf(origin) !== null)

/**
 * Whether a passkey may be added as a session ends: by whoever is enrolled, and by others if they give a PIN that would enroll a
 * device.
 *
 * @param origin null: not known yet
 */
export const mayAddPasskey = (application: Application, { operation }: Session, origin: string | null): boolean =>
  isPossible(application, origin) &&
  (operation === 'enroll' ||
    (operation === 'authenticate' && takes(application, 'pin') && application.settings.new_device !== 'approval'))

/** Whether a result waits for its person to add one. Whoever gave a passkey has one. */
export const awaitsPasskey = (
  application: Application,
  { operation }: Session,
  origin: string | null,
  worth: Worth,
): boolean =>
  isPossible(application, origin) &&
  (operation === 'enroll' || (worth.factors.includes('pin') && wasLetIn(application, worth)))

/** Who may add a passkey, and for which site. */
export interface PasskeyGrant {
  readonly subjectId: string
  readonly origin: string
  readonly relyingParty: string
  /** Five minutes after they were let in, or with the session. */
  readonly endsAt: Date
}

/**
 * Whom a session enrolled, or let in with what would enroll another device as well: a face alone adds nothing to somebody who is there.
 * Who is enrolled in this moment has nobody whose place an authenticator could take.
 *
 * @throws MienError FORBIDDEN (nobody, or no passkeys here), SESSION_EXPIRED (too long ago), ASSURANCE_TOO_LOW
 */
export async function findPasskeyGrant(
  stores: Stores,
  session: Session,
  application: Application,
  now: Date,
): Promise<PasskeyGrant> {
  const result = await stores.results.findBySession(application.id, session.id)
  const origin = result?.origin ?? null
  const relyingParty = relyingPartyOf(origin)
  const isPossible = takes(application, 'passkey') && origin !== null && relyingParty !== null
  if (!isPossible || result === undefined || result.subjectId === null) throw new MienError('FORBIDDEN')
  // What they were let in with may be what was taken away since.
  if (result.endedAt !== null) throw new MienError('FORBIDDEN')
  const endsAt = earliest(new Date(result.authTime.getTime() + grantSeconds * 1000), session.expiresAt)
  if (!(endsAt > now)) throw new MienError('SESSION_EXPIRED')
  const { subjectId, operation } = result
  if (operation !== 'enroll' && !wasLetIn(application, result)) throw new MienError('ASSURANCE_TOO_LOW')
  // Whose face was disabled since then adds nothing either.
  if (operation !== 'enroll' && !(await maySignIn(stores, application.id, subjectId, now)))
    throw new MienError('FORBIDDEN')
  return { subjectId, origin, relyingParty, endsAt }
}

function wasLetIn({ settings }: Application, { factors, serverVerified }: Worth): boolean {
  const secondFactor = (['passkey', 'pin'] as const).find((factor) => factors.includes(factor)) ?? null
  return enrolsDevice(settings.new_device, { serverVerified, secondFactor })
}
