import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signatureHeaderName } from '@mien/shared/api/device-signature'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { afterEach, describe, expect, it } from 'vitest'
import { createApiClient } from './api-client.ts'

let server: Server | undefined

/** A real server: `answer` null means that it never answers. */
async function listen(answer: { status: number; body: string } | null): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  server = createServer((request, response) => {
    const { method, url: path, headers } = request
    seen.push({ method, path, authorization: headers.authorization, cookie: headers.cookie })
    if (answer !== null) response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}
interface Seen {
  method: string | undefined
  path: string | undefined
  authorization: string | undefined
  cookie: string | undefined
}

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

const client = (endpoint: string, options: { replyTimeoutMs?: number; signal?: AbortSignal } = {}) =>
  createApiClient({ endpoint, replyTimeoutMs: 5000, signal: new AbortController().signal, ...options })

const challenge = {
  challenge_id: '0190163d-8694-739b-aea5-966c26f8ad90',
  nonce: 'A'.repeat(43),
  expires_at: '2026-01-01T00:02:00Z',
  expires_in: 120,
  server_time: '2026-01-01T00:00:00Z',
  level: 'A0',
  capture_script: null,
  crop_commitment: null,
  model_id: 'model',
  script: null,
}

describe('the api client', () => {
  it('asks below the endpoint, folder included, with the session token', async () => {
    const { url, seen } = await listen({ status: 201, body: JSON.stringify(challenge) })
    await expect(client(`${url}/face`).askChallenge('token', {})).resolves.toEqual(challenge)
    expect(seen).toEqual([
      { method: 'POST', path: '/face/v1/challenges', authorization: 'Session token', cookie: undefined },
    ])
  })

  it('reads a session with its token in a header, and the languages that the person reads', async () => {
    const { url, seen } = await listen({ status: 401, body: errorJson('session_expired') })
    const read = (locales: readonly string[]) => client(url).readSession('token', locales)
    await expect(read(['de-CH', 'fr'])).rejects.toMatchObject({ code: 'SESSION_EXPIRED' })
    await expect(read([])).rejects.toMatchObject({ code: 'SESSION_EXPIRED' })
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/sessions/current?locales=de-CH,fr',
      'GET /v1/sessions/current',
    ])
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Session token', 'Session token'])
  })

  it.each([
    ['another protocol', 200, '<html></html>', 'NETWORK_IO'],
    ['an answer with an unknown field', 200, JSON.stringify({ ...challenge, score: 0.5 }), 'NETWORK_IO'],
    ['a typed refusal', 409, errorJson('challenge_used'), 'CHALLENGE_USED'],
    ['a refusal of a newer server', 418, errorJson('something_new'), 'NETWORK_IO'],
    ['a refusal by a proxy', 503, 'busy', 'OVERLOADED'],
    ['too many requests by a proxy', 429, '', 'RATE_LIMITED'],
  ])('turns %s into a typed error', async (_name, status, body, code) => {
    const { url } = await listen({ status, body })
    await expect(client(url).askChallenge('t', {})).rejects.toMatchObject({ code })
  })

  it('says REPLY_TIMEOUT when the server is silent, ABORTED when the caller gives up, NETWORK_IO when nobody is there', async () => {
    const { url } = await listen(null)
    await expect(client(url, { replyTimeoutMs: 50 }).askChallenge('t', {})).rejects.toMatchObject({
      code: 'REPLY_TIMEOUT',
    })
    const controller = new AbortController()
    const waiting = client(url, { signal: controller.signal }).askChallenge('t', {})
    controller.abort(new MienError('ABORTED', { message: 'left the page' }))
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', message: 'left the page' })
    server?.closeAllConnections()
    await new Promise((resolve) => server?.close(resolve))
    await expect(client(url).askChallenge('t', {})).rejects.toMatchObject({ code: 'NETWORK_IO' })
  })
})

describe('a submission', () => {
  const submission = { challenge_id: 'é' } as unknown as SubmissionRequest
  const bytes = new TextEncoder().encode(JSON.stringify(submission))

  /** What is on its way to the server, and what was signed of it. */
  async function sent(pictures: readonly Uint8Array<ArrayBuffer>[]) {
    const signed: Uint8Array[] = []
    let request = new Request('http://127.0.0.1')
    const api = createApiClient({
      endpoint: 'http://127.0.0.1/',
      replyTimeoutMs: 5000,
      signal: new AbortController().signal,
      fetch: async (url, init) => {
        request = new Request(url, init)
        return new Response(JSON.stringify({ status: 'retry' }))
      },
    })
    const sign = async (content: Uint8Array) => {
      signed.push(content)
      return 'header..signature'
    }
    await expect(api.submit('token', submission, { pictures, sign })).resolves.toEqual({ status: 'retry' })
    expect(request.headers.get('authorization')).toBe('Session token')
    expect(request.headers.get(signatureHeaderName)).toBe('header..signature')
    expect(signed).toEqual([bytes])
    return request
  }

  it('is JSON where no pictures go with it', async () => {
    const request = await sent([])
    expect(request.headers.get('content-type')).toBe('application/json')
    expect(new Uint8Array(await request.arrayBuffer())).toEqual(bytes)
  })

  it('[CE81] with pictures is a form: the bytes that were signed, then the pictures in their order', async () => {
    const form = await (await sent([Uint8Array.of(1), Uint8Array.of(2, 3)])).formData()
    const parts = await Promise.all(
      [...form].map(async ([name, value]) => {
        const blob = value as File
        return { name, type: blob.type, bytes: new Uint8Array(await blob.arrayBuffer()) }
      }),
    )
    expect(parts).toEqual([
      { name: 'envelope', type: 'application/json', bytes },
      { name: 'crop0', type: 'image/jpeg', bytes: Uint8Array.of(1) },
      { name: 'crop1', type: 'image/jpeg', bytes: Uint8Array.of(2, 3) },
    ])
  })
})

function errorJson(code: string): string {
  return JSON.stringify({ error: { code, message: 'x', request_id: 'r' } })
}
