import type { AssuranceLevel, JsonValue, Operation } from '@mien/shared/api/fields'
import type { PageClaims } from '@mien/shared/api/results'
import { encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { authenticationMethods } from './amr.ts'
import { isAfterNow } from './is-after-now.ts'
import type { Result, Session, Subject, Worth } from './model.ts'
import { noOrigin } from './origins.ts'
import type { Clock, Database, Signer, Stores } from './ports.ts'
import { randomToken, rowId, sameDigest, sha256 } from './tokens.ts'

const resultSeconds = 60

/** Where the person may add a passkey before the page goes on. */
const resultBesidePasskeySeconds = 300

/** How long an assertion may be presented after it was handed out. */
const assertionSeconds = 300

/** What a decision grants, before it is redeemed. */
export interface Grant {
  readonly session: Session
  readonly operation: Operation
  readonly subjectId: string | null
  readonly matchLevel: number | null
  readonly worth: Worth
  readonly origin: string
  readonly pageClaims: PageClaims
  readonly mayAddPasskey: boolean
  readonly at: Date
}

export interface IssuedResult {
  readonly code: string
  readonly expiresAt: Date
}

/** Writes the one-time code inside the deciding transaction and ends the ceremony; only the code's digest is stored. */
export async function issueResult(stores: Stores, grant: Grant): Promise<IssuedResult> {
  const { session, operation, subjectId, matchLevel, worth, origin, pageClaims, at } = grant
  const code = randomToken()
  const seconds = grant.mayAddPasskey ? resultBesidePasskeySeconds : resultSeconds
  const expiresAt = new Date(at.getTime() + seconds * 1000)
  await stores.results.insert({
    applicationId: session.applicationId,
    id: rowId(),
    codeDigest: sha256(code),
    sessionId: session.id,
    subjectId,
    matchLevel,
    operation,
    ...worth,
    origin: origin === noOrigin ? null : origin,
    pageClaims,
    authTime: at,
    expiresAt,
    redeemedAt: null,
    endedAt: null,
  })
  await stores.sessions.useUp(session.applicationId, session.id)
  return { code, expiresAt }
}

export interface RedeemedResult {
  readonly assertion: string
  /** Null after a session for a photograph. */
  readonly facialId: string | null
  /** 1..5; null where no photograph was given. */
  readonly matchLevel: number | null
  readonly operation: Operation
  readonly assurance: AssuranceLevel
  readonly payload: JsonValue
  readonly authTime: Date
  readonly sessionId: string
  readonly pageClaims: PageClaims
}

export interface Results {
  /** @throws MienError NOT_FOUND, RESULT_USED, RESULT_EXPIRED, PKCE_MISMATCH, GONE (the person, or what they sign in with, is gone) */
  redeem(applicationId: string, code: string, codeVerifier: string | undefined): Promise<RedeemedResult>
}

export interface ResultsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly signer: Signer
  /** `iss` of assertions. */
  readonly issuer: string
  /** The network whose templates are compared. */
  readonly modelId: string
}

export function createResults({ database, clock, signer, issuer, modelId }: ResultsOptions): Results {
  return {
    async redeem(applicationId, code, codeVerifier) {
      const { result, session, subject, gallery } = await database.transaction((stores) =>
        take(stores, applicationId, code, codeVerifier, clock.now()),
      )
      const seconds = (date: Date) => Math.floor(date.getTime() / 1000)
      const assertion = await signer.sign({
        iss: issuer,
        aud: applicationId,
        ...(subject === null ? {} : { sub: subject.id }),
        iat: seconds(clock.now()),
        exp: seconds(clock.now()) + assertionSeconds,
        jti: result.id,
        auth_time: seconds(result.authTime),
        operation: result.operation,
        assurance: result.assurance,
        acr: result.assurance,
        gallery,
        session_id: session.id,
        origin: result.origin,
        user_ref: subject?.externalRef ?? null,
        factors: [...result.factors],
        amr: authenticationMethods(result.factors),
        server_verified: result.serverVerified,
        liveness: result.serverVerified ? 'server' : 'none',
        ...(result.deviceId === null ? {} : { device_id: result.deviceId }),
        model_id: modelId,
        ...(session.nonce === null ? {} : { nonce: session.nonce }),
        ...(result.matchLevel === null ? {} : { match_level: result.matchLevel }),
      })
      const { operation, assurance, authTime, pageClaims, matchLevel } = result
      const who = { facialId: subject?.id ?? null, payload: subject?.payload ?? null, matchLevel }
      return { ...who, assertion, operation, assurance, authTime, sessionId: session.id, pageClaims }
    },
  }
}

interface Taken {
  readonly result: Result
  readonly session: Session
  /** Null: compared with a photograph. */
  readonly subject: Subject | null
  readonly gallery: string
}

/** Redeems inside one transaction; when anything is missing the code stays unused. */
async function take(
  stores: Stores,
  applicationId: string,
  code: string,
  codeVerifier: string | undefined,
  now: Date,
): Promise<Taken> {
  const digest = sha256(code)
  const result = await stores.results.findByCode(applicationId, digest)
  if (result === undefined) throw new MienError('NOT_FOUND')
  const session = await stores.sessions.find(applicationId, result.sessionId)
  if (session === undefined) throw new MienError('RESULT_EXPIRED')
  checkVerifier(session.codeChallenge, codeVerifier)
  if (result.redeemedAt !== null) throw new MienError('RESULT_USED')
  if (result.endedAt !== null) throw new MienError('GONE')
  if (!(result.expiresAt > now) || isAfterNow(session.createdAt, now)) throw new MienError('RESULT_EXPIRED')
  if (!(await stores.results.redeem(applicationId, digest, now))) throw new MienError('RESULT_USED')
  const subject = result.subjectId === null ? null : await stores.subjects.find(applicationId, result.subjectId)
  if (subject === undefined) throw new MienError('GONE')
  const gallery = await stores.galleries.find(applicationId, subject?.galleryId ?? session.galleryId)
  await stores.audit.append({
    applicationId,
    event: 'redeem',
    outcome: 'ok',
    subjectId: subject?.id ?? null,
    sessionId: session.id,
    at: now,
  })
  return { result, session, subject, gallery: gallery?.name ?? '' }
}

/** PKCE, RFC 7636 section 4.6, S256. A verifier where none was declared is a mix-up too. */
function checkVerifier(challenge: string | null, verifier: string | undefined): void {
  if (challenge === null && verifier === undefined) return
  const given = verifier === undefined ? '' : encodeBase64Url(sha256(verifier))
  if (challenge === null || !sameDigest(sha256(given), sha256(challenge))) throw new MienError('PKCE_MISMATCH')
}
