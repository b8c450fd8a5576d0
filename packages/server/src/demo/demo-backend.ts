import type { JsonValue } from '@mien/shared/api/fields'
import type { AssertionClaims } from '@mien/shared/api/results'
import type { Subject } from '@mien/shared/api/subjects'
import { MienError } from '@mien/shared/errors'
import { createMienServerClient } from '../client/mien-server-client.ts'
import { verifyAssertion } from '../client/verify-assertion.ts'

/** Sends a request to a Mien server: `fetch` for a real site, the server's own handler for the demo inside it. */
export type SendRequest = (path: string, init: RequestInit) => Response | Promise<Response>

export interface DemoBackendOptions {
  readonly applicationId: string
  readonly secretKey: string
  /** `iss` of assertions. */
  readonly issuer: string
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
export function createDemoBackend({ applicationId, secretKey, issuer, send }: DemoBackendOptions): DemoBackend {
  const mien = createMienServerClient({ baseUrl: '', secretKey, fetch: send })

  return {
    async redeem(resultCode) {
      const { assertion, payload, operation } = await mien.results.redeem({ result_code: resultCode })
      // Whoever has just enrolled is signed in as well, and at any level: nothing is kept here that would be worth more.
      const expected = { issuer, audience: applicationId, operation, minAssurance: 'A0' } as const
      const claims = await verifyAssertion(assertion, { ...expected, keys: await mien.keys() })
      // Only a session for a photograph names nobody, and the demo opens none.
      if (claims.sub === undefined) throw new MienError('INTERNAL', { message: 'The assertion names nobody' })
      return { facialId: claims.sub, assertion, claims, payload }
    },
    subject: (facialId) => mien.subjects.get(facialId),
    async setPayload(facialId, payload) {
      await mien.subjects.setPayload(facialId, payload as JsonValue)
      return mien.subjects.get(facialId)
    },
    remove: (facialId) => mien.subjects.remove(facialId),
  }
}
