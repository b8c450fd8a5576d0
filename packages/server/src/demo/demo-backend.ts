import { errorBody, fromWireCode } from '@mien/shared/api/errors'
import type { JsonValue } from '@mien/shared/api/fields'
import { type AssertionClaims, assertionClaims, jwks, redeemResponse } from '@mien/shared/api/results'
import { type Subject, subject } from '@mien/shared/api/subjects'
import { MienError } from '@mien/shared/errors'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { ZodMiniType } from 'zod/mini'

/** Sends a request to a Mien server: `fetch` for a real site, the server's own handler for the demo inside it. */
export type SendRequest = (path: string, init: RequestInit) => Response | Promise<Response>

export interface DemoBackendOptions {
  readonly applicationId: string
  readonly secretKey: string
  readonly send: SendRequest
}

export interface Redeemed {
  readonly facialId: string
  readonly assertion: string
  readonly claims: AssertionClaims
  readonly payload: JsonValue
}

export interface DemoBackend {
  redeem(resultCode: string): Promise<Redeemed>
  subject(facialId: string): Promise<Subject>
  setPayload(facialId: string, payload: unknown): Promise<Subject>
  remove(facialId: string): Promise<void>
}

/** A website's calls to Mien, with the secret key that never reaches a browser. */
export function createDemoBackend({ applicationId, secretKey, send }: DemoBackendOptions): DemoBackend {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers: Record<string, string> = { authorization: `Bearer ${secretKey}` }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const response = await send(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
    if (response.ok) return response.status === 204 ? null : response.json()
    throw await toError(response)
  }
  const address = (facialId: string, rest = '') => `/v1/subjects/${encodeURIComponent(facialId)}${rest}`

  return {
    async redeem(resultCode) {
      const answer = parse(redeemResponse, await call('POST', '/v1/results/redeem', { result_code: resultCode }))
      const claims = await verify(answer.assertion, applicationId, await call('GET', '/.well-known/jwks.json'))
      // Only a session for a photograph names nobody, and the demo opens none.
      if (claims.sub === undefined) throw new MienError('INTERNAL', { message: 'The assertion names nobody' })
      return { facialId: claims.sub, assertion: answer.assertion, claims, payload: answer.payload }
    },
    subject: async (facialId) => parse(subject, await call('GET', address(facialId))),
    async setPayload(facialId, payload) {
      await call('PUT', address(facialId, '/payload'), { payload })
      return parse(subject, await call('GET', address(facialId)))
    },
    async remove(facialId) {
      await call('DELETE', address(facialId))
    },
  }
}

/** Trusts the signature, the audience and the expiry, in that order, and nothing that stands beside the assertion. */
async function verify(assertion: string, audience: string, keys: unknown): Promise<AssertionClaims> {
  const { payload } = await jwtVerify(assertion, createLocalJWKSet(parse(jwks, keys)), {
    audience,
    algorithms: ['ES256'],
  })
  return parse(assertionClaims, payload)
}

function parse<T>(schema: ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (!result.success) throw new MienError('INTERNAL', { cause: result.error })
  return result.data
}

async function toError(response: Response): Promise<MienError> {
  const body = errorBody.safeParse(await response.json().catch(() => null))
  const code = body.success ? fromWireCode(body.data.error.code) : undefined
  return new MienError(code ?? 'INTERNAL')
}
