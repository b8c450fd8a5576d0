/** Checks what a redeemed result proves. Needs the server's public keys and nothing else of it: without a network where they are given. */
import { type AssuranceLevel, assuranceLevels, type Operation } from '@mien/shared/api/fields'
import { type AssertionClaims, assertionClaims, type Jwks } from '@mien/shared/api/results'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JWTVerifyGetKey,
  errors as jose,
  jwtVerify,
} from 'jose'
import * as z from 'zod/mini'
import { type AssertionRefusalReason, AssertionRefused } from './assertion-refused.ts'

export type { AssertionClaims } from '@mien/shared/api/results'
export { type AssertionRefusalReason, AssertionRefused } from './assertion-refused.ts'

/** Finds the key that an assertion names. */
export type AssertionKeys = JWTVerifyGetKey

export interface VerifyAssertionOptions {
  /** `remoteKeys(…)`, kept for all calls; or the key set itself, for what has to work offline. */
  readonly keys: AssertionKeys | Jwks
  /** The address of the server as `MIEN_PUBLIC_URL` says it; `mien` where that is not set. */
  readonly issuer: string
  /** Your application id. */
  readonly audience: string
  /** The least level that you take. A0 can be had with a photograph of the person. */
  readonly minAssurance: AssuranceLevel
  /** Default: `authenticate`. An enrolment is no sign-in. */
  readonly operation?: Operation
  /** What you gave the session. */
  readonly nonce?: string
  /** Seconds since the face was seen. Default: as long as the assertion lives, which is about six minutes. */
  readonly maxAgeSeconds?: number
  /** What your clock may differ from the server's. Default: 5. */
  readonly clockToleranceSeconds?: number
  /** Default: now. */
  readonly now?: Date
}

/** Forward compatible: a newer server may say more. */
const readClaims = z.looseObject(assertionClaims.shape)

const defaultToleranceSeconds = 5

/**
 * @param assertion `assertion` of `POST /v1/results/redeem`
 * @throws AssertionRefused with the reason
 */
export async function verifyAssertion(assertion: string, options: VerifyAssertionOptions): Promise<AssertionClaims> {
  const { keys, issuer, audience, now = new Date(), clockToleranceSeconds = defaultToleranceSeconds } = options
  // A variable that is not set must not mean: anybody's.
  const isSet = [issuer, audience].every((text: unknown) => typeof text === 'string' && text !== '')
  const isNonceMissing = 'nonce' in options && options.nonce === undefined
  if (!isSet || isNonceMissing) throw new TypeError('issuer, audience and a nonce that is given must be texts')
  const keySet = typeof keys === 'function' ? keys : createLocalJWKSet({ keys: [...keys.keys] })
  const verified = await jwtVerify(assertion, guarded(keySet), {
    algorithms: ['ES256'],
    typ: 'mien-assertion+jwt',
    issuer,
    audience,
    clockTolerance: clockToleranceSeconds,
    currentDate: now,
    requiredClaims: ['exp', 'iat'],
  }).catch((thrown) => {
    throw toRefusal(thrown)
  })
  const claims = readClaims.safeParse(verified.payload)
  if (!claims.success) throw new AssertionRefused('claims', claims.error)
  checkPurpose(claims.data, options, now.getTime() / 1000, clockToleranceSeconds)
  return claims.data
}

/** @throws AssertionRefused */
function checkPurpose(
  claims: AssertionClaims,
  { operation = 'authenticate', nonce, maxAgeSeconds, minAssurance }: VerifyAssertionOptions,
  nowSeconds: number,
  toleranceSeconds: number,
): void {
  const rank = (level: AssuranceLevel) => assuranceLevels.indexOf(level)
  const age = nowSeconds - claims.auth_time
  if (claims.operation !== operation) throw new AssertionRefused('operation')
  if (nonce !== undefined && claims.nonce !== nonce) throw new AssertionRefused('nonce')
  const isYoung = age >= -toleranceSeconds && age <= (maxAgeSeconds ?? Number.POSITIVE_INFINITY) + toleranceSeconds
  if (!isYoung) throw new AssertionRefused('too_old')
  // A level that is not known ranks below all of them.
  if (!(rank(minAssurance) >= 0 && rank(claims.assurance) >= rank(minAssurance)))
    throw new AssertionRefused('assurance')
}

export interface RemoteKeysOptions {
  /** Default: the global one. */
  readonly fetch?: FetchImplementation
  /** Default: 5 seconds. */
  readonly timeoutMs?: number
}

/** As long as the server lets its key set be kept. */
const keptMs = 300_000

/** The key set of a server, fetched when it is first needed and kept for five minutes. One for all calls. */
export function remoteKeys(baseUrl: string, { fetch, timeoutMs = 5000 }: RemoteKeysOptions = {}): AssertionKeys {
  const url = new URL('.well-known/jwks.json', baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`)
  return createRemoteJWKSet(url, {
    timeoutDuration: timeoutMs,
    cacheMaxAge: keptMs,
    ...(fetch === undefined ? {} : { [customFetch]: fetch }),
  })
}

/** Tells a key that is not there from keys that cannot be read. */
const guarded =
  (keys: AssertionKeys): AssertionKeys =>
  async (header, token) => {
    try {
      return await keys(header, token)
    } catch (thrown) {
      const isUnknown = thrown instanceof jose.JWKSNoMatchingKey || thrown instanceof jose.JWKSMultipleMatchingKeys
      throw new AssertionRefused(isUnknown ? 'signature' : 'keys_unavailable', thrown)
    }
  }

const claimReasons: Readonly<Record<string, AssertionRefusalReason>> = {
  typ: 'type',
  iss: 'issuer',
  aud: 'audience',
  exp: 'expired',
  nbf: 'expired',
}

function toRefusal(thrown: unknown): AssertionRefused {
  if (thrown instanceof AssertionRefused) return thrown
  if (thrown instanceof jose.JWTExpired) return new AssertionRefused('expired', thrown)
  if (thrown instanceof jose.JWTClaimValidationFailed) {
    return new AssertionRefused(claimReasons[thrown.claim] ?? 'claims', thrown)
  }
  const isForged = thrown instanceof jose.JWSSignatureVerificationFailed || thrown instanceof jose.JOSEAlgNotAllowed
  return new AssertionRefused(isForged ? 'signature' : 'malformed', thrown)
}
