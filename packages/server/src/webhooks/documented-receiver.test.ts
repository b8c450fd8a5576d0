import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { createDispatcher } from '../domain/webhook-dispatcher.ts'
import { newWebhookSecrets, webhookHeaders } from '../domain/webhook-secrets.ts'
import { createVettedSender } from './vetted-sender.ts'

type Headers = Record<string, string>
type Verify = (secret: string, headers: Headers, body: string) => unknown
type CreateReceiver = (secret: string, handle: (event: unknown) => void) => Server

const document = readFileSync(new URL('../../docs/WEBHOOKS.md', import.meta.url), 'utf8')
const cache = fileURLToPath(new URL('../../../../test/.cache', import.meta.url))
let folder: string

/** The code of the document as modules: each block begins with the name of its file. */
beforeAll(() => {
  mkdirSync(cache, { recursive: true })
  // Inside the repository, so that packages are found.
  folder = mkdtempSync(join(cache, 'webhooks-'))
  for (const [, name, code] of document.matchAll(/```js\n\/\/ (\S+)\n([\s\S]*?)```/g)) {
    writeFileSync(join(folder, name!), code!)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)

const now = new Date('2026-11-21T12:00:00Z')
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now })
})
afterEach(() => {
  vi.useRealTimers()
})

describe.each(['verify-with-package.mjs', 'verify-webhook.mjs'])('NET-02, WH17: the documented %s', (file) => {
  let verify: Verify
  const secrets = newWebhookSecrets()
  const body = '{"eventName":"auth","payload":"é"}'
  const signed = (at = now) => webhookHeaders(secrets, { id: 'delivery-1', body, at })
  const minutes = (count: number) => new Date(now.getTime() + count * 60_000)
  beforeAll(async () => {
    verify = ((await load(file)) as { verifyWebhook: Verify }).verifyWebhook
  })

  test('takes what was signed', () => {
    expect(verify(secrets.signingSecret, signed(), body)).toEqual(JSON.parse(body))
  })

  test('takes what was signed with either secret while one is replaced', () => {
    const previous = { signingSecret: newWebhookSecrets().signingSecret, untilMs: now.getTime() + 1 }
    const headers = webhookHeaders({ ...secrets, previous }, { id: 'delivery-1', body, at: now })
    for (const secret of [secrets.signingSecret, previous.signingSecret]) {
      expect(verify(secret, headers, body)).toEqual(JSON.parse(body))
    }
  })

  test('refuses a forged signature, another secret’s and none', () => {
    const forged = [
      signed()['webhook-signature']!.replace(/^v1,./, (start) => (start === 'v1,A' ? 'v1,B' : 'v1,A')),
      signed()['webhook-signature']!.replace('v1,', 'v2,'),
      `v1,${Buffer.alloc(32).toString('base64')}`,
      'v1,',
      'v1',
      '',
    ]
    for (const signature of forged) {
      const headers = { ...signed(), 'webhook-signature': signature }
      expect(() => verify(secrets.signingSecret, headers, body), signature).toThrow()
    }
    expect(() => verify(newWebhookSecrets().signingSecret, signed(), body)).toThrow()
    expect(() => verify(secrets.signingSecret, {}, body)).toThrow()
  })

  test('refuses an altered body, id or time', () => {
    for (let i = 0; i < body.length; i++) {
      const altered = `${body.slice(0, i)}${body[i] === 'x' ? 'y' : 'x'}${body.slice(i + 1)}`
      expect(() => verify(secrets.signingSecret, signed(), altered)).toThrow()
    }
    for (const changes of [{ 'webhook-id': 'delivery-2' }, { 'webhook-timestamp': String(now.getTime() / 1000 + 1) }]) {
      expect(() => verify(secrets.signingSecret, { ...signed(), ...changes }, body)).toThrow()
    }
    console.log(`NET-02 ${file}: ${body.length} altered bytes, ids and times: 0 taken`)
  })

  test('refuses what was recorded and sent again after five minutes, and what comes from the future', () => {
    expect(() => verify(secrets.signingSecret, signed(minutes(-5)), body)).not.toThrow()
    for (const at of [minutes(-5.1), minutes(5.1), new Date(0)]) {
      expect(() => verify(secrets.signingSecret, signed(at), body)).toThrow()
    }
  })
})

describe('over real HTTP', () => {
  let rig: TestApp
  let shop: TestApplication
  let receiver: Server
  let url: string
  const handled: { eventName: string; facialId: string }[] = []
  const requests: { headers: Headers; body: string }[] = []
  let seed = 5000

  beforeAll(async () => {
    const { createReceiver } = (await load('receiver.mjs')) as { createReceiver: CreateReceiver }
    // The receiver needs its secret and the secret its receiver's address: the port is chosen first.
    const probe = createReceiver('', () => {})
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
    const { port } = probe.address() as AddressInfo
    await new Promise((resolve) => probe.close(resolve))
    url = `http://127.0.0.1:${port}`
    const sender = createVettedSender({ allowedOrigins: [url], ownOrigins: [] })
    rig = await openTestApp({ webhookSender: sender })
    shop = await rig.createApplication()
    const added = await shop.backend('POST', '/v1/webhooks', { url: `${url}/mien` })
    receiver = createReceiver(added.json.signing_secret, (event) => handled.push(event as never))
    receiver.prependListener('request', (request) => {
      const record = { headers: request.headers as Headers, body: '' }
      requests.push(record)
      request.on('data', (chunk: Buffer) => {
        record.body += chunk.toString()
      })
    })
    await new Promise<void>((resolve) => receiver.listen(port, '127.0.0.1', resolve))
  })
  beforeEach(() => vi.setSystemTime(rig.clock.now()))
  afterAll(async () => {
    receiver.close()
    await rig.close()
  })

  const enroll = () => shop.enroll(syntheticPerson(++seed))
  const ids = () => handled.map(({ facialId }) => facialId)
  const sendAgain = ({ headers, body }: (typeof requests)[number], changes: Headers = {}) => {
    const kept = Object.entries(headers).filter(([name]) => name.startsWith('webhook-'))
    return fetch(url, { method: 'POST', headers: { ...Object.fromEntries(kept), ...changes }, body })
  }

  test('NET-02, WH17: an event is handled once; the same request again is not handled, forged and late ones are refused', async () => {
    const facialId = await enroll()
    await rig.dispatcher.runDue()
    expect(handled).toMatchObject([{ eventName: 'enroll', facialId }])
    const [recorded] = requests
    expect((await sendAgain(recorded!)).status).toBe(204)
    expect((await sendAgain(recorded!, { 'webhook-id': 'another' })).status).toBe(401)
    expect((await sendAgain({ ...recorded!, body: recorded!.body.replace('enroll', 'deletion') })).status).toBe(401)
    vi.setSystemTime(rig.clock.now().getTime() + 301_000)
    expect((await sendAgain(recorded!)).status).toBe(401)
    expect(handled).toHaveLength(1)
  })

  test('[WH7] a dispatcher that dies between sending and writing it down sends it again, and it is handled once', async () => {
    const from = [requests.length, handled.length] as const
    const sent = [await enroll(), await enroll()]
    const dying = createDispatcher({
      ...rig,
      database: { ...rig.database, transaction: () => Promise.reject(new Error('killed')) },
      sender: createVettedSender({ allowedOrigins: [url], ownOrigins: [] }),
      random: () => 0.5,
    })
    await expect(dying.runDue()).rejects.toThrow('killed')
    expect(requests.length).toBe(from[0] + 1)
    rig.clock.advance(30)
    vi.setSystemTime(rig.clock.now())
    await rig.dispatcher.runDue()
    const repeated = requests.slice(from[0]).map(({ headers }) => headers['webhook-id'])
    expect([repeated.length, repeated[1]]).toEqual([3, repeated[0]])
    expect(ids().slice(from[1])).toEqual(sent)
  })

  test('[WH8] a receiver that was away for ten minutes handles every event once and in order', async () => {
    const from = handled.length
    const { port } = receiver.address() as AddressInfo
    await new Promise((resolve) => receiver.close(resolve))
    const sent: string[] = []
    for (let second = 0; second < 600; second += 5) {
      if (second % 100 === 0) sent.push(await enroll())
      await rig.dispatcher.runDue()
      rig.clock.advance(5)
    }
    await new Promise<void>((resolve) => receiver.listen(port, '127.0.0.1', resolve))
    rig.clock.advance(50)
    vi.setSystemTime(rig.clock.now())
    await rig.dispatcher.runDue()
    expect(ids().slice(from)).toEqual(sent)
  })
})
