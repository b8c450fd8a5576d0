import { expect, it, vi } from 'vitest'
import { readSession } from './read-session.ts'

const token = 'A'.repeat(43)
const answering = (status: number, json: unknown) => vi.fn(async () => Response.json(json, { status }))
const read = (fetch: typeof globalThis.fetch, languages: readonly string[] = []) =>
  readSession({ endpoint: 'https://face.example/base/', token, languages, fetch })
const refusal = (code: string) => ({ error: { code, message: 'x', request_id: 'r' } })

it('asks with the token in a header, and in the languages that the server reads', async () => {
  const fetch = answering(200, { operation: 'enroll' })
  const languages = ['de-CH', 'en_US', '*', ...Array.from({ length: 20 }, (_, i) => `en-x${i}`)]
  expect(await read(fetch, languages)).toEqual({ operation: 'enroll' })
  const [url, init] = fetch.mock.calls[0] as unknown as [URL, RequestInit]
  const nine = Array.from({ length: 9 }, (_, i) => `en-x${i}`)
  expect(url.href).toBe(`https://face.example/base/v1/sessions/current?locales=${['de-CH', ...nine].join()}`)
  expect(init.headers).toEqual({ authorization: `Session ${token}` })
})

it.each(['', 'A'.repeat(42), `${'A'.repeat(42)}=`, `${'A'.repeat(44)}`])('EP3: asks nothing with %j', async (wrong) => {
  const fetch = answering(200, {})
  expect(await readSession({ endpoint: 'https://face.example/', token: wrong, languages: [], fetch })).toEqual({
    kind: 'unknown',
  })
  expect(fetch).not.toHaveBeenCalled()
})

it.each([
  [200, { operation: 'authenticate' }, { kind: 'other-purpose' }],
  [401, refusal('unauthorized'), { kind: 'unknown' }],
  [401, refusal('session_expired'), { kind: 'expired' }],
  [409, refusal('challenge_used'), { kind: 'used' }],
  [403, refusal('country_forbidden'), { kind: 'fault', code: 'COUNTRY_FORBIDDEN' }],
  [502, {}, { kind: 'fault', code: 'UNKNOWN' }],
])('EP3: an answer with %d and %j is %j', async (status, json, ending) => {
  expect(await read(answering(status, json))).toEqual(ending)
})

it('EP3: no answer, or one of somebody else, is no connection; none in time is a slow server', async () => {
  expect(await read(async () => Promise.reject(new TypeError('Failed to fetch')))).toEqual({ kind: 'network' })
  expect(await read(async () => new Response('<html>'))).toEqual({ kind: 'network' })
  const late = new DOMException('Too late', 'TimeoutError')
  expect(await read(async () => Promise.reject(late))).toEqual({ kind: 'server-slow' })
})
