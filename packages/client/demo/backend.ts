import type { AssertionClaims, JsonValue } from './wire.ts'

export interface SignedIn {
  readonly assertion: string
  readonly claims: AssertionClaims
  readonly payload: JsonValue
}

export interface Account {
  readonly facial_id: string
  readonly created_at: string
  readonly payload: JsonValue
}

/** A refusal of this site's backend, in its own words. */
export class BackendError extends Error {
  override readonly name = 'BackendError'

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message)
  }
}

async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const answer = await response.json().catch(() => null)
  if (!response.ok) throw new BackendError(answer?.error?.message ?? response.statusText, response.status)
  return answer
}

/** This site's own backend: the only one here that knows the secret key. */
export const backend = {
  publicId: async (): Promise<string> => (await call<{ public_id: string }>('GET', 'demo/config')).public_id,
  /** Trades the one-time code for an assertion and signs this browser in with a cookie. */
  redeem: (resultCode: string): Promise<SignedIn> => call('POST', 'demo/redeem', { result_code: resultCode }),
  /** null when nobody is signed in, or when the face was deleted since. */
  async me(): Promise<Account | null> {
    try {
      return await call<Account>('GET', 'demo/me')
    } catch (error) {
      if (error instanceof BackendError && [401, 404, 410].includes(error.status)) return null
      throw error
    }
  },
  setPayload: (payload: JsonValue): Promise<Account> => call('PUT', 'demo/me/payload', { payload }),
  remove: (): Promise<unknown> => call('DELETE', 'demo/me'),
  signOut: (): Promise<unknown> => call('POST', 'demo/sign-out'),
}
