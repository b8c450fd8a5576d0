import { randomUUID } from 'node:crypto'
import type { AssertionClaims, Jwks } from '@mien/shared/api/results'
import {
  base64url,
  CompactSign,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { type AssertionRefused, remoteKeys, type VerifyAssertionOptions, verifyAssertion } from './verify-assertion.ts'

const now = new Date('2026-11-21T12:00:00Z')
const seconds = now.getTime() / 1000
const [issuer, audience] = ['https://mien.example', randomUUID()]

async function makeKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return { privateKey, kid, keys: { keys: [{ ...jwk, alg: 'ES256', use: 'sig', kid }] } as Jwks }
}
let key: Awaited<ReturnType<typeof makeKey>>
let stranger: Awaited<ReturnType<typeof makeKey>>
beforeAll(async () => {
  ;[key, stranger] = await Promise.all([makeKey(), makeKey()])
})

const claims: AssertionClaims = {
  iss: issuer,
  aud: audience,
  sub: randomUUID(),
  iat: seconds,
  exp: seconds + 300,
  jti: randomUUID(),
  auth_time: seconds - 20,
  operation: 'authenticate',
  assurance: 'A1',
  acr: 'A1',
  gallery: 'default',
  session_id: randomUUID(),
  origin: 'https://shop.example',
  user_ref: null,
  factors: ['face', 'device'],
  amr: ['face', 'swk', 'mfa'],
  server_verified: false,
  liveness: 'none',
  model_id: 'test-512',
  nonce: 'n'.repeat(22),
}

const sign = (changes: object = {}, header: object = {}, from = key) =>
  new SignJWT({ ...claims, ...changes } as JWTPayload)
    .setProtectedHeader({ alg: 'ES256', kid: from.kid, typ: 'mien-assertion+jwt', ...header })
    .sign(from.privateKey)

const verify = (assertion: string, options: Partial<VerifyAssertionOptions> = {}) =>
  verifyAssertion(assertion, { keys: key.keys, issuer, audience, minAssurance: 'A0', now, ...options })
const reasonOf = (assertion: string, options?: Partial<VerifyAssertionOptions>) =>
  verify(assertion, options).then(
    () => 'taken',
    (refused: AssertionRefused) => refused.reason,
  )

describe('verifyAssertion', () => {
  test('AS1: takes what the server signed for this caller, and what a newer server says besides', async () => {
    expect(await verify(await sign())).toEqual(claims)
    expect(await verify(await sign({ something: 'new' }))).toMatchObject(claims)
    const { sub: _, ...nobody } = claims
    expect(await verify(await sign({ ...nobody, sub: undefined, match_level: 4 }))).toEqual({
      ...nobody,
      match_level: 4,
    })
  })

  test('AS1: SEC-04 every altered byte, algorithm and foreign key is refused', async () => {
    const good = await sign()
    const [header, body, signature] = good.split('.') as [string, string, string]
    const reencode = (part: object) => base64url.encode(JSON.stringify(part))
    const hmac = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: 'mien-assertion+jwt' })
      .sign(new TextEncoder().encode(JSON.stringify(key.keys.keys[0])))
    const forgeries = [
      `${reencode({ alg: 'none', typ: 'mien-assertion+jwt' })}.${body}.`,
      `${reencode({ alg: 'none', kid: key.kid, typ: 'mien-assertion+jwt' })}.${body}.${signature}`,
      hmac,
      await sign({}, {}, stranger),
      await sign({}, { kid: key.kid }, stranger),
      await sign({}, { kid: stranger.kid }),
      `${header}.${reencode({ ...claims, assurance: 'A3' })}.${signature}`,
      `${header}.${reencode(claims)}.${signature.slice(0, -4)}AAAA`,
      `${header}.${body}.${Buffer.alloc(64).toString('base64url')}`,
      `${header}.${body}`,
      `${good}.${signature}`,
      JSON.stringify({ payload: body, protected: header, signature }),
      '',
      'a.b.c',
    ]
    // One bit of every fifth character.
    for (let i = 0; i < good.length; i += 5) {
      const other = String.fromCharCode(good.charCodeAt(i) ^ 1)
      if (good[i] !== '.') forgeries.push(good.slice(0, i) + other + good.slice(i + 1))
    }
    const reasons = await Promise.all(forgeries.map((forgery) => reasonOf(forgery)))
    expect(reasons.filter((reason) => reason === 'taken')).toEqual([])
    expect(new Set(reasons)).toEqual(new Set(['signature', 'malformed']))
    console.log(`AS1: ${forgeries.length} forgeries, 0 taken`)
  })

  test('AS1: what was not set is an error, and not anybody', async () => {
    const good = await sign()
    for (const missing of [{ audience: undefined }, { issuer: undefined }, { audience: '' }, { nonce: undefined }]) {
      await expect(verify(good, missing as never)).rejects.toThrow(TypeError)
    }
  })

  test.each<[string, JWTPayload, Partial<VerifyAssertionOptions>, string]>([
    ['of another server', { iss: 'https://other.example' }, {}, 'issuer'],
    ['for another application', { aud: randomUUID() }, {}, 'audience'],
    ['that has expired', { exp: seconds - 6 }, {}, 'expired'],
    ['that expired within the tolerance', { exp: seconds - 4 }, {}, 'taken'],
    ['without an end', { exp: undefined as never }, {}, 'expired'],
    ['with a level that is none', { assurance: 'A9' }, {}, 'claims'],
    ['without what it rests on', { amr: undefined }, {}, 'claims'],
    ['of an enrolment', { operation: 'enroll' }, {}, 'operation'],
    ['of an enrolment, where one is expected', { operation: 'enroll' }, { operation: 'enroll' }, 'taken'],
    ['of a sign-in, where an enrolment is expected', {}, { operation: 'enroll' }, 'operation'],
    ['with another nonce', {}, { nonce: 'm'.repeat(22) }, 'nonce'],
    ['without a nonce', { nonce: undefined as never }, { nonce: 'n'.repeat(22) }, 'nonce'],
    ['with the nonce', {}, { nonce: 'n'.repeat(22) }, 'taken'],
    ['of 20 seconds ago', {}, { maxAgeSeconds: 10 }, 'too_old'],
    ['of 20 seconds ago, within reason', {}, { maxAgeSeconds: 30 }, 'taken'],
    ['of a face that will be seen in a minute', { auth_time: seconds + 60 }, {}, 'too_old'],
    ['below the least level', {}, { minAssurance: 'A2' }, 'assurance'],
    ['at the least level', {}, { minAssurance: 'A1' }, 'taken'],
    ['above the least level', { assurance: 'A3' }, { minAssurance: 'A2' }, 'taken'],
    ['where the level asked for is none', { assurance: 'A3' }, { minAssurance: 'A4' as never }, 'assurance'],
  ])('AS2, AS3: one %s', async (_, changes, options, expected) => {
    expect(await reasonOf(await sign(changes), options)).toBe(expected)
  })

  test.each(['at+jwt', 'JWT', undefined])('AS1: what was signed with the type %s is no assertion', async (typ) => {
    expect(await reasonOf(await sign({}, { typ }))).toBe('type')
  })
})

describe('remoteKeys', () => {
  const serve = (answers: (Jwks | 'down')[]) => {
    const asked: string[] = []
    const keys = remoteKeys('https://mien.example', {
      fetch: async (url) => {
        asked.push(url)
        const answer = answers[Math.min(asked.length, answers.length) - 1]!
        if (answer === 'down') throw new TypeError('fetch failed')
        return Response.json(answer)
      },
    })
    return { keys, asked }
  }

  test('AS4: are fetched once for many assertions', async () => {
    const { keys, asked } = serve([key.keys])
    for (let i = 0; i < 5; i++) expect(await reasonOf(await sign(), { keys })).toBe('taken')
    expect(asked).toEqual(['https://mien.example/.well-known/jwks.json'])
  })

  test('AS4: keys that cannot be had are told from one that is not there, and nobody can make us ask again and again', async () => {
    const { keys, asked } = serve(['down', key.keys])
    expect(await reasonOf(await sign(), { keys })).toBe('keys_unavailable')
    expect(await reasonOf(await sign(), { keys })).toBe('taken')
    for (let i = 0; i < 5; i++) expect(await reasonOf(await sign({}, {}, stranger), { keys })).toBe('signature')
    expect(asked).toHaveLength(2)
  })
})
