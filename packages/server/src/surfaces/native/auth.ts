import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import type { Application, Digest, Session } from '../../domain/model.ts'
import { noOrigin } from '../../domain/origins.ts'
import type { Services } from '../../domain/services.ts'
import { sameDigest, sha256 } from '../../domain/tokens.ts'
import { clientNetwork } from '../../http/client-address.ts'
import { clientOf } from '../../http/identify-client.ts'
import { isOwnOrigin } from '../../http/own-origin.ts'
import type { RateLimiter } from '../../http/rate-limit.ts'

/** One scheme in any case, one space, one `b64token` (RFC 6750 section 2.1) of a length that one of ours can have. */
const authorization = /^(bearer|public|session) ([A-Za-z0-9._~+/-]{8,128}=*)$/i

interface Presented {
  readonly scheme: 'bearer' | 'public' | 'session'
  readonly token: string
}

function presented(c: Context): Presented {
  const match = authorization.exec(c.req.header('authorization') ?? '')
  if (match === null) throw new MienError('UNAUTHORIZED')
  return { scheme: match[1]!.toLowerCase() as Presented['scheme'], token: match[2]! }
}

export interface SessionOpener {
  readonly application: Application
  readonly opener: Session['opener']
  readonly pageOrigin: string | null
}

export interface NativeAuth {
  /** The application behind a secret key. A public id is known and not enough: FORBIDDEN. */
  backend(c: Context): Promise<Application>
  /** A backend with a secret key, or a page with the public id on an origin that the application lists. */
  opener(c: Context): Promise<SessionOpener>
  /** The session behind a client token, from a page whose origin may use it. */
  session(c: Context): Promise<{ session: Session; application: Application; clientToken: string }>
  /** Whether the origin that a submission names is that of its page, and one that the application allows. */
  claimedOrigin(c: Context, session: Session, application: Application, origin: string): void
  /** @throws MienError COUNTRY_FORBIDDEN */
  checkCountry(c: Context, application: Application): Promise<void>
  admin(c: Context): Promise<void>
  /** Work for whoever signed the request: counted as a secret that is nobody's where the signature is, or the code. */
  signed<T>(c: Context, work: () => Promise<T>): Promise<T>
  /** Counts a call of a device that works offline, or of the session or code that makes one. @throws MienError RATE_LIMITED */
  deviceCall(caller: string): Promise<void>
}

export interface NativeAuthOptions {
  readonly services: Services
  readonly adminTokenDigest: Digest
  /** Sessions that one address may open on one application. */
  readonly pageSessions: RateLimiter
  /** Secrets that are nobody's, from one address. */
  readonly failedSecrets: RateLimiter
  /** Calls of one device that works offline. */
  readonly deviceCalls: RateLimiter
  /** Where people reach this server, when a proxy stands in front. */
  readonly publicUrl: string | null
}

export function createNativeAuth({
  services,
  adminTokenDigest,
  pageSessions,
  failedSecrets,
  deviceCalls,
  publicUrl,
}: NativeAuthOptions): NativeAuth {
  /**
   * Looks a secret up. It counts before, so that many at once cannot share one try, and stays counted where the secret is nobody's. All else
   * is given back: what has expired was somebody's, and where we fail ourselves nobody learns anything of what they presented.
   */
  const proven = async <T>(c: Context, look: () => Promise<T | undefined>): Promise<T> => {
    const giveBack = await failedSecrets.take(clientNetwork(c))
    try {
      const found = await look()
      if (found === undefined) throw new MienError('UNAUTHORIZED')
      giveBack()
      return found
    } catch (error) {
      if (!isStranger(error)) giveBack()
      throw error
    }
  }

  const backend = async (c: Context): Promise<Application> => {
    const { scheme, token } = presented(c)
    if (scheme === 'public' || token.startsWith('mp_')) throw new MienError('FORBIDDEN')
    if (scheme !== 'bearer') throw new MienError('UNAUTHORIZED')
    const known = await proven(c, () => services.applications.authenticate('secret_key', token))
    await services.usage.countCall(known.application.id, 'native')
    return known.application
  }

  /** @throws MienError ORIGIN_MISSING, ORIGIN_FORBIDDEN */
  const checkOrigin = (c: Context, { settings }: Application, origin: string): void => {
    if (origin === noOrigin) {
      if (settings.reject_empty_origin) throw new MienError('ORIGIN_MISSING')
      return
    }
    const { origins } = settings
    const isAllowed = origins.length === 0 || origins.includes(origin) || isOwnOrigin(c, origin, publicUrl)
    if (!isAllowed) throw new MienError('ORIGIN_FORBIDDEN')
  }

  const checkCountry = async (c: Context, application: Application): Promise<void> => {
    if (!(await services.countries.allows(application, clientOf(c)))) throw new MienError('COUNTRY_FORBIDDEN')
  }

  const page = async (c: Context, publicId: string): Promise<SessionOpener> => {
    const application = await proven(c, () => services.applications.findByPublicId(publicId))
    const pageOrigin = c.req.header('origin') ?? noOrigin
    checkOrigin(c, application, pageOrigin)
    await checkCountry(c, application)
    await pageSessions.take(`${application.id}|${clientNetwork(c)}`)
    return { application, opener: 'page', pageOrigin }
  }

  return {
    backend,
    checkCountry,
    async opener(c) {
      const { scheme, token } = presented(c)
      if (scheme === 'public') return page(c, token)
      return { application: await backend(c), opener: 'backend', pageOrigin: null }
    },
    async session(c) {
      const { scheme, token } = presented(c)
      if (scheme !== 'session') throw new MienError('UNAUTHORIZED')
      const known = await proven(c, () => services.sessions.authenticate(token))
      const pageOrigin = c.req.header('origin')
      if (pageOrigin !== undefined && pageOrigin !== known.session.origin) {
        checkOrigin(c, known.application, pageOrigin)
        // A page without an origin could be anybody's: it goes on only with what was opened by one, or left open by a backend.
        if (pageOrigin === noOrigin && known.session.origin !== null) throw new MienError('BINDING_MISMATCH')
      }
      return { ...known, clientToken: token }
    },
    claimedOrigin(c, session, application, origin) {
      const pageOrigin = c.req.header('origin')
      if (pageOrigin !== undefined && pageOrigin !== origin) throw new MienError('BINDING_MISMATCH')
      // A backend may leave the origin open; then it is one of the application's.
      if (session.origin === null) checkOrigin(c, application, origin)
    },
    signed: (c, work) => proven(c, work),
    async deviceCall(caller) {
      await deviceCalls.take(caller)
    },
    async admin(c) {
      const { scheme, token } = presented(c)
      const isAdmin = scheme === 'bearer' && sameDigest(sha256(token), adminTokenDigest)
      await proven(c, async () => (isAdmin ? true : undefined))
    },
  }
}

const isStranger = (error: unknown): boolean =>
  error instanceof MienError && (error.code === 'UNAUTHORIZED' || error.code === 'SIGNATURE_INVALID')
