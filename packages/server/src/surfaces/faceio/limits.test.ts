import { errorMessages, MienError } from '@mien/shared/errors'
import { describe, expect, test } from 'vitest'
import { colourAnalyser, colouredPicture } from '../../../../../test/contract/colour-analyser.ts'
import { checked, useFaceioRig } from '../../../../../test/contract/faceio-rig.ts'
import { openTestApp } from '../../../../../test/contract/test-app.ts'

useFaceioRig()

describe('[FA8] limits and trouble', () => {
  test('too many calls of one key, and of one address without one: 429', async () => {
    const tight = await openTestApp({ apiCallsPerMinute: 3 })
    try {
      const { credentials } = await tight.createApplication()
      const stat = (from: string) =>
        tight.send('GET', `/compat/faceio/stat?key=${credentials.faceio.api_key}`, { from })
      for (const from of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) expect((await stat(from)).status).toBe(200)
      const second = { kind: 'faceio', name: 'second' } as const
      const { secret } = await tight.services.applications.issueKey(credentials.application_id, second)
      const other = await tight.send('GET', `/compat/faceio/stat?key=${secret}`, { from: '192.0.2.5' })
      expect(other.status).toBe(200)
      const refused = checked(await stat('192.0.2.4'))
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      const statuses: number[] = []
      for (let i = 0; i < 4; i++) {
        statuses.push((await tight.send('GET', '/compat/faceio/stat?key=x', { from: '192.0.2.9' })).status)
      }
      expect(statuses).toEqual([401, 401, 401, 429])
    } finally {
      await tight.close()
    }
  })

  test('large bodies of one network without a good key: 429, and those with one are not counted', async () => {
    const shy = await openTestApp({ analyser: colourAnalyser })
    try {
      const { credentials } = await shy.createApplication()
      const img = await colouredPicture()
      const call = (apiKey: string, from: string) =>
        shy.send('POST', '/compat/faceio/agecheck', { body: { key: apiKey, img }, from })
      for (let i = 0; i < 15; i++) expect((await call(credentials.faceio.api_key, '2001:db8::1')).status).toBe(200)
      const statuses: number[] = []
      for (let i = 0; i < 12; i++) statuses.push((await call('f'.repeat(32), `2001:db8::${i}`)).status)
      expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
      expect((await call(credentials.faceio.api_key, '2001:db8:0:1::1')).status).toBe(200)
      const header = { authorization: `Bearer ${credentials.faceio.api_key}`, body: { img }, from: '2001:db8::1' }
      expect((await shy.send('POST', '/compat/faceio/agecheck', header)).status).toBe(200)
    } finally {
      await shy.close()
    }
  })

  test('[MS6] trouble with pictures: 503 with a time where it matters, `status` says so, and the reason is reported inside', async () => {
    let trouble = new MienError('RUNTIME_UNAVAILABLE')
    const fail = () => Promise.reject(trouble)
    const ill = await openTestApp({ analyser: { analyse: fail, check: fail } })
    try {
      const { credentials } = await ill.createApplication()
      const body = { key: credentials.faceio.api_key, img: await colouredPicture() }
      for (const code of ['RUNTIME_UNAVAILABLE', 'OVERLOADED', 'WORKER_CRASHED'] as const) {
        trouble = new MienError(code)
        const failure = { status: 503, error: errorMessages[code] }
        const told = checked(await ill.send('GET', '/compat/faceio/status'))
        expect([told.json, told.headers.has('retry-after')]).toEqual([failure, true])
        expect(checked(await ill.send('POST', '/compat/faceio/agecheck', { body })).json).toEqual(failure)
        expect(checked(await ill.send('GET', `/compat/faceio/stat?key=${body.key}`)).status).toBe(200)
      }
      expect(ill.failures).toHaveLength(6)
    } finally {
      await ill.close()
    }
  })

  test('the client’s leaving reaches the work on its picture', async () => {
    let seen: AbortSignal | undefined
    const analyse = (_: Uint8Array, options?: { signal?: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        seen = options?.signal
        seen?.addEventListener('abort', () => reject(new MienError('ABORTED')))
      })
    const slow = await openTestApp({ analyser: { ...colourAnalyser, analyse } })
    try {
      const { credentials } = await slow.createApplication()
      const controller = new AbortController()
      const body = JSON.stringify({ key: credentials.faceio.api_key, img: await colouredPicture() })
      const headers = { 'content-type': 'application/json' }
      const request = new Request('http://x/compat/faceio/agecheck', {
        method: 'POST',
        body,
        headers,
        signal: controller.signal,
      })
      const answer = slow.fetch(request, {})
      await expect.poll(() => seen).toBeDefined()
      controller.abort()
      await answer
      expect(seen!.aborted).toBe(true)
      expect(slow.failures).toEqual([])
    } finally {
      await slow.close()
    }
  })
})
