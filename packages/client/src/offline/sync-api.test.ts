import { MienError } from '@mien/shared/errors'
import { afterEach, expect, it, vi } from 'vitest'
import { send } from '../http/api-client.ts'
import { makeDeviceKey } from '../storage/device-keys.ts'
import { createSyncApi } from './sync-api.ts'

afterEach(() => vi.unstubAllGlobals())

async function failure(answer: () => Promise<Response>): Promise<unknown> {
  vi.stubGlobal('fetch', answer)
  const api = createSyncApi({ endpoint: 'https://face.example', signal: new AbortController().signal, send })
  const request = { device_id: '00000000-0000-4000-8000-000000000001', cursor: null, events: [] }
  return api.sync(request, await makeDeviceKey()).catch((error) => error)
}

const refusal = (status: number, code: string, headers: HeadersInit) => async () =>
  new Response(JSON.stringify({ error: { code, message: 'm', request_id: 'r' } }), { status, headers })

it('[SY25] tells in how many seconds to ask again, where the server says so', async () => {
  expect(await failure(refusal(429, 'rate_limited', { 'retry-after': '42' }))).toMatchObject({
    code: 'RATE_LIMITED',
    details: { status: 429, requestId: 'r', retry_after: 42 },
  })
})

it.each([{}, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }])('tells nothing of it with %o', async (headers) => {
  const error = await failure(refusal(410, 'gone', headers as HeadersInit))
  expect(error).toMatchObject({ code: 'GONE', details: { status: 410 } })
  expect((error as MienError).details).not.toHaveProperty('retry_after')
})

it('has nothing to tell of a server that is not there', async () => {
  const error = await failure(() => Promise.reject(new TypeError('Failed to fetch')))
  expect(error).toBeInstanceOf(MienError)
  expect(error).toMatchObject({ code: 'NETWORK_IO' })
})
