import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import {
  composeSubmission,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
  wireTemplate,
} from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import type { Database } from '../../domain/ports.ts'
import { createDispatcher } from '../../domain/webhook-dispatcher.ts'
import type { WebhookAnswer, WebhookPost } from '../../domain/webhook-ports.ts'
import { openSecrets } from '../../domain/webhook-secrets.ts'

let rig: TestApp
let shop: TestApplication
let received: WebhookPost[]
let answer: (post: WebhookPost) => WebhookAnswer | Promise<WebhookAnswer>
let seed = 1000
const newPerson = () => syntheticPerson(++seed)

const ok: WebhookAnswer = { httpStatus: 204, error: null }
const down: WebhookAnswer = { httpStatus: null, error: 'connection_failed' }
const url = 'https://receiver.example/hook'
const sender = {
  check: async () => {},
  async post(post: WebhookPost) {
    const given = await answer(post)
    if (given.error === null) received.push(post)
    return given
  },
}

const bodies = () => received.map(({ body }) => JSON.parse(body))
const names = () => bodies().map(({ eventName }) => eventName)
const idOf = ({ headers }: WebhookPost) => headers['webhook-id']!

async function addWebhook(changes: object = {}, owner = shop) {
  const added = await owner.backend('POST', '/v1/webhooks', { url, ...changes })
  expect(added.status).toBe(201)
  return added.json as { webhook_id: string; signing_secret: string; bearer_token: string }
}

const logOf = async (id: string, owner = shop) =>
  (await owner.backend('GET', `/v1/webhooks/${id}/deliveries`)).json.deliveries

describe.each(engines)('webhooks on $name', ({ openOwn }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await openOwn(), webhookSender: sender })
  })
  beforeEach(async () => {
    for (const { id } of await rig.database.stores.applications.list())
      await rig.database.stores.applications.remove(id)
    shop = await rig.createApplication()
    received = []
    answer = () => ok
  })
  afterEach(() => expect(rig.failures.splice(0)).toEqual([]))
  afterAll(() => rig.close())

  describe('what is sent', () => {
    test('[WH1] [WH4] an enrolment, a recognition and a deletion, in FACEIO’s words, each with what it has', async () => {
      const { bearer_token: token } = await addWebhook({ include_payload: true })
      const ada = newPerson()
      const facialId = await shop.enroll(ada, { payload: { name: 'Ada' } })
      await shop.run('authenticate', ada)
      await shop.backend('DELETE', `/v1/subjects/${facialId}`)
      await rig.dispatcher.runDue()
      const [timestamp, appId] = [rig.clock.now().toISOString(), shop.credentials.public_id]
      // What waited when Ada was deleted keeps its place, without what was hers.
      expect(bodies()).toEqual([
        { eventName: 'enroll', facialId, appId, details: { timestamp } },
        { eventName: 'auth', facialId, appId, details: { timestamp } },
        { eventName: 'deletion', facialId, appId, details: { timestamp } },
      ])
      for (const { headers } of received) expect(headers['www-authenticate']).toBe(`Bearer ${token}`)
    })

    test('[WH4] the payload only where it was asked for, gender and age as text, names in the chosen case', async () => {
      const guessing = await rig.createApplication({ attributes: 'details' })
      await addWebhook({ include_payload: true, casing: 'upper' }, guessing)
      await addWebhook({}, guessing)
      const ada = newPerson()
      const facialId = await guessing.enroll(ada, { payload: { name: 'Ada' }, details: { gender: 'female', age: 36 } })
      await guessing.run('authenticate', ada)
      await rig.dispatcher.runDue()
      const [timestamp, appId] = [rig.clock.now().toISOString(), guessing.credentials.public_id]
      const about = { facialId, appId }
      const details = { timestamp, gender: 'female', age: '36' }
      const payload = { name: 'Ada' }
      expect(bodies().filter(({ eventName }) => eventName === eventName.toUpperCase())).toEqual([
        { eventName: 'ENROLL', ...about, payload, details },
        { eventName: 'AUTH', ...about, payload, details: { timestamp } },
      ])
      expect(bodies().filter(({ eventName }) => eventName === eventName.toLowerCase())).toEqual([
        { eventName: 'enroll', ...about, details },
        { eventName: 'auth', ...about, details: { timestamp } },
      ])
    })

    test('[WH4] the caller’s address, where it is known', async () => {
      await addWebhook()
      const { session, challenge } = await shop.begin({ operation: 'enroll' })
      await rig.send('POST', '/v1/submissions', {
        authorization: `Session ${session.client_token}`,
        headers: { origin: pageOrigin },
        body: composeSubmission(session, challenge, newPerson(), rig.clock.now()),
        from: '::ffff:203.0.113.9',
      })
      await rig.dispatcher.runDue()
      expect(bodies()).toMatchObject([{ eventName: 'enroll', clientIp: '203.0.113.9' }])
    })

    test('[WH1] a sign-in that a PIN completes is one event, and a PIN that is asked for is none', async () => {
      await addWebhook({ events: ['auth', 'auth_failed'] })
      const careful = await rig.createApplication({ pin_enroll: 'required', pin_authenticate: 'always' })
      await addWebhook({ events: ['auth', 'auth_failed'] }, careful)
      const ada = newPerson()
      const facialId = await careful.enroll(ada, { pin: '3917' })
      const ceremony = await careful.begin({ operation: 'authenticate' })
      const asked = await careful.submit(ceremony, ada)
      const step = (pin: string) =>
        rig.send('POST', '/v1/step-ups', {
          authorization: `Session ${ceremony.session.client_token}`,
          body: { submission_id: asked.json.submission_id, pin },
        })
      await step('0000')
      expect((await step('3917')).json.status).toBe('ok')
      await rig.dispatcher.runDue()
      expect(bodies()).toMatchObject([
        { eventName: 'auth_failed', reason: 'pin_wrong' },
        { eventName: 'auth', facialId },
      ])
    })

    test('[WH1] refusals only where they were asked for, with their reason and without a person; a retry is nothing', async () => {
      const { webhook_id: quiet } = await addWebhook()
      await addWebhook({ events: ['enroll_failed', 'auth_failed'] })
      const ada = newPerson()
      await shop.enroll(ada)
      await shop.run('enroll', ada)
      await shop.run('authenticate', newPerson())
      const templates = [newPerson(), newPerson(), newPerson()].map((vector) => wireTemplate(vector))
      expect(await shop.run('authenticate', ada, { templates })).toEqual({ status: 'retry' })
      await rig.dispatcher.runDue()
      const failures = bodies().filter(({ reason }) => reason !== undefined)
      expect(failures).toMatchObject([
        { eventName: 'enroll_failed', reason: 'duplicate' },
        { eventName: 'auth_failed', reason: 'not_recognised' },
      ])
      for (const body of failures) expect(body).not.toHaveProperty('facialId')
      expect((await logOf(quiet)).map((each: { event: string }) => each.event)).toEqual(['enroll'])
    })

    test('[WH1] a session without tries left tells nobody however often it is tried', async () => {
      const strict = await rig.createApplication({ max_tries: 1 })
      await addWebhook({ events: ['auth_failed'] }, strict)
      const { session } = await strict.begin({ operation: 'authenticate' })
      const authorization = `Session ${session.client_token}`
      const reasons: string[] = []
      for (let attempt = 0; attempt < 3; attempt++) {
        const asked = await rig.send('POST', '/v1/challenges', { authorization, body: {} })
        reasons.push((await strict.submit({ session, challenge: asked.json }, newPerson())).json.reason)
      }
      expect(reasons).toEqual(['not_recognised', 'too_many', 'too_many'])
      await rig.dispatcher.runDue()
      expect(bodies().map(({ reason }) => reason)).toEqual(['not_recognised'])
    })

    test('[WH1] what happened before anybody listened is not told later', async () => {
      await shop.enroll(newPerson())
      const { webhook_id: id } = await addWebhook()
      await rig.dispatcher.runDue()
      expect([received, await logOf(id)]).toEqual([[], []])
    })

    test('[WH1] a deletion in FACEIO’s dialect is a deletion', async () => {
      await addWebhook({ events: ['deletion'] })
      const facialId = await shop.enroll(newPerson())
      const key = shop.credentials.faceio.api_key
      const path = `/compat/faceio/deletefacialid?fid=${facialId}&key=${key}`
      expect((await rig.send('GET', path, { from: '203.0.113.9' })).json).toMatchObject({ payload: true })
      await rig.dispatcher.runDue()
      expect(bodies()).toMatchObject([{ eventName: 'deletion', facialId, clientIp: '203.0.113.9' }])
    })

    test('[WH5] signed as Standard Webhooks, and by both secrets for a day after one is replaced', async () => {
      const { webhook_id: id, signing_secret: old } = await addWebhook()
      const rotated = await shop.backend('POST', `/v1/webhooks/${id}/secret`, { kind: 'signing_secret' })
      expect(rotated.json.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
      const isSignedBy = (secret: string, { headers, body }: WebhookPost) => {
        const at = new Date(Number(headers['webhook-timestamp']) * 1000)
        return headers['webhook-signature']!.split(' ').includes(
          new Webhook(secret).sign(idOf({ headers } as never), at, body),
        )
      }
      await shop.enroll(newPerson())
      await rig.dispatcher.runDue()
      rig.clock.advance(24 * 3600)
      await shop.enroll(newPerson())
      await rig.dispatcher.runDue()
      const signers = received.map((post) => [isSignedBy(old, post), isSignedBy(rotated.json.secret, post)])
      expect(signers).toEqual([
        [true, true],
        [false, true],
      ])
    })

    test('[WH5] another bearer token replaces the old one at once', async () => {
      const { webhook_id: id, bearer_token: old } = await addWebhook()
      const { secret } = (await shop.backend('POST', `/v1/webhooks/${id}/secret`, { kind: 'bearer_token' })).json
      await shop.enroll(newPerson())
      await rig.dispatcher.runDue()
      expect(secret).not.toBe(old)
      expect(received[0]!.headers['www-authenticate']).toBe(`Bearer ${secret}`)
    })
  })

  describe('the outbox', () => {
    test('[WH2] decision, audit record and delivery are there together or not at all', async () => {
      await addWebhook()
      const appends: [string, string][] = [
        ['deliveries', 'append'],
        ['audit', 'append'],
        ['results', 'insert'],
      ]
      for (const [store, method] of appends) {
        const { transaction } = rig.database
        const broken: Database = {
          ...rig.database,
          transaction: (work) =>
            transaction((stores) => {
              const failing = { ...stores[store as 'audit'], [method]: () => Promise.reject(new Error('injected')) }
              return work({ ...stores, [store]: failing } as never)
            }),
        }
        const failing = await openTestApp({ database: broken, webhookSender: sender })
        // Else its sessions would be of the future.
        failing.clock.advance((rig.clock.now().getTime() - failing.clock.now().getTime()) / 1000)
        const ceremony = await shop.begin({ operation: 'enroll' })
        const failed = await failing.send('POST', '/v1/submissions', {
          authorization: `Session ${ceremony.session.client_token}`,
          headers: { origin: pageOrigin },
          body: composeSubmission(ceremony.session, ceremony.challenge, newPerson(), rig.clock.now()),
        })
        expect(failed.status).toBe(500)
      }
      expect((await shop.backend('GET', '/v1/subjects')).json.subjects).toEqual([])
      await rig.dispatcher.runDue()
      expect(received).toEqual([])
    })

    test('[WH3] enrolments, sign-ins and deletions at once neither block each other nor lose or reorder an event', async () => {
      const hooks = [await addWebhook(), await addWebhook(), await addWebhook({ events: ['deletion', 'auth_failed'] })]
      const known = [newPerson(), newPerson(), newPerson(), newPerson()]
      const ids = []
      for (const person of known) ids.push(await shop.enroll(person))
      const sending = rig.dispatcher.runDue()
      const outcomes = await Promise.all([
        ...Array.from({ length: 6 }, () => shop.run('enroll', newPerson())),
        ...known.slice(0, 3).map((person) => shop.run('authenticate', person)),
        shop.run('authenticate', newPerson()),
        shop.backend('DELETE', `/v1/subjects/${ids[3]}`),
        rig.dispatcher.runDue(),
      ])
      await sending
      await rig.dispatcher.runDue()
      expect(outcomes.slice(0, 9)).toMatchObject(Array.from({ length: 9 }, () => ({ status: 'ok' })))
      const counts = []
      for (const { webhook_id: id } of hooks) {
        const inLog = (await logOf(id)).map((each: { delivery_id: string }) => each.delivery_id).toReversed()
        expect(received.map(idOf).filter((each) => inLog.includes(each))).toEqual(inLog)
        counts.push(inLog.length)
      }
      expect(counts).toEqual([14, 14, 2])
    })
  })

  describe('the dispatcher', () => {
    test('[WH6] [WH8] after ten minutes without a receiver every event arrives once, in order, within a minute', async () => {
      const { webhook_id: id } = await addWebhook()
      answer = () => down
      const sent: string[] = []
      for (let second = 0; second < 600; second++) {
        if (second % 50 === 0) sent.push(await shop.enroll(newPerson()))
        await rig.dispatcher.runDue()
        rig.clock.advance(1)
      }
      expect((await shop.backend('GET', `/v1/webhooks/${id}`)).json).toMatchObject({ status: 'active', pending: 12 })
      answer = () => ok
      for (let second = 0; second < 60; second++) {
        await rig.dispatcher.runDue()
        rig.clock.advance(1)
      }
      expect(bodies().map(({ facialId }) => facialId)).toEqual(sent)
      expect(new Set(received.map(idOf)).size).toBe(12)
      const { failing_since, pending } = (await shop.backend('GET', `/v1/webhooks/${id}`)).json
      expect([failing_since, pending]).toEqual([null, 0])
    })

    test('[WH6] one endpoint that fails holds up its own events and no others', async () => {
      await addWebhook({ url: 'https://broken.example/' })
      await addWebhook({ casing: 'upper' })
      answer = (post) => (post.url === url ? ok : { httpStatus: 302, error: 'status' })
      const tried: string[] = []
      const post = answer
      answer = (each) => {
        if (each.url !== url) tried.push(idOf(each))
        return post(each)
      }
      for (let i = 0; i < 3; i++) await shop.enroll(newPerson())
      await rig.dispatcher.runDue()
      rig.clock.advance(60)
      await rig.dispatcher.runDue()
      expect(names()).toEqual(['ENROLL', 'ENROLL', 'ENROLL'])
      expect([tried.length, new Set(tried).size]).toEqual([2, 1])
    })

    test('[WH7] killed between sending and writing it down: another process sends it again under the same id, then goes on', async () => {
      await addWebhook()
      for (let i = 0; i < 2; i++) await shop.enroll(newPerson())
      const never = new Promise<WebhookAnswer>(() => {})
      const all: string[] = []
      answer = (post) => {
        all.push(idOf(post))
        return never
      }
      void rig.dispatcher.runDue()
      await expect.poll(() => all.length).toBe(1)
      answer = (post) => {
        all.push(idOf(post))
        return ok
      }
      const other = createDispatcher({ ...rig, sender, random: () => 0.5 })
      rig.clock.advance(29)
      await other.runDue()
      expect(all).toHaveLength(1)
      rig.clock.advance(1)
      await other.runDue()
      expect(all).toHaveLength(3)
      expect(all[1]).toBe(all[0])
    })

    test('[WH7] who comes back after its lease went changes nothing and sends nothing more', async () => {
      const { webhook_id: id } = await addWebhook()
      for (let i = 0; i < 2; i++) await shop.enroll(newPerson())
      let resolve = (_: WebhookAnswer) => {}
      const late = new Promise<WebhookAnswer>((settle) => {
        resolve = settle
      })
      const all: string[] = []
      answer = (post) => {
        all.push(idOf(post))
        return all.length === 1 ? late : ok
      }
      const slow = rig.dispatcher.runDue()
      await expect.poll(() => all.length).toBe(1)
      rig.clock.advance(30)
      await createDispatcher({ ...rig, sender, random: () => 0.5 }).runDue()
      resolve(down)
      await slow
      expect(all).toEqual([all[0], all[0], all[2]])
      const log = await logOf(id)
      expect(log).toMatchObject([
        { state: 'delivered', attempts: 1 },
        { state: 'delivered', attempts: 1 },
      ])
    })

    test('[WH6] two processes never send to one endpoint at the same time', async () => {
      await addWebhook()
      for (let i = 0; i < 6; i++) await shop.enroll(newPerson())
      let inside = 0
      let most = 0
      answer = async () => {
        most = Math.max(most, ++inside)
        await new Promise((resolve) => setTimeout(resolve, 5))
        inside--
        return ok
      }
      const others = [1, 2, 3].map(() => createDispatcher({ ...rig, sender, random: () => 0.5 }))
      await Promise.all([rig.dispatcher, ...others].map((each) => each.runDue()))
      await rig.dispatcher.runDue()
      expect([most, received.length]).toEqual([1, 6])
    })

    test('[WH8] after three days it is switched off, keeps what happens, and goes on where it was when switched on', async () => {
      const { webhook_id: id } = await addWebhook()
      answer = () => down
      const ids = [await shop.enroll(newPerson())]
      for (let minute = 0; minute < 73 * 60; minute += 10) {
        await rig.dispatcher.runDue()
        rig.clock.advance(600)
      }
      expect((await shop.backend('GET', `/v1/webhooks/${id}`)).json.status).toBe('disabled')
      answer = () => ok
      ids.push(await shop.enroll(newPerson()))
      rig.clock.advance(3600)
      await rig.dispatcher.runDue()
      expect(received).toEqual([])
      await shop.backend('PATCH', `/v1/webhooks/${id}`, { status: 'active' })
      await rig.dispatcher.runDue()
      expect(bodies().map(({ facialId }) => facialId)).toEqual(ids)
    })

    /** A server of its own, whose dispatcher runs by itself. */
    async function startOwn() {
      const own = await openTestApp({ database: rig.database, webhookSender: sender })
      const place = await own.createApplication()
      const hook = await addWebhook({}, place)
      const troubles: unknown[] = []
      own.dispatcher.start({ onTrouble: (each) => troubles.push(each), onFailure: (error) => troubles.push(error) })
      return { own, place, hook, troubles }
    }

    test('[WH6] woken by a commit it sends, and a stop lets the attempt end', async () => {
      const { own, place, troubles } = await startOwn()
      let begun = 0
      let isAnswered = false
      answer = async () => {
        begun++
        await new Promise((resolve) => setTimeout(resolve, 50))
        isAnswered = true
        return ok
      }
      const facialId = await place.enroll(newPerson())
      await place.backend('DELETE', `/v1/subjects/${facialId}`)
      await expect.poll(() => names()).toEqual(['enroll', 'deletion'])
      isAnswered = false
      await place.enroll(newPerson())
      await expect.poll(() => begun).toBe(3)
      await own.dispatcher.stop()
      await place.enroll(newPerson())
      expect([isAnswered, names(), troubles]).toEqual([true, ['enroll', 'deletion', 'enroll'], []])
    })

    test('[WH16] trouble is told once an outage, without an address, a body or a secret', async () => {
      const { own, place, hook, troubles } = await startOwn()
      answer = () => ({ httpStatus: 500, error: 'status' })
      await place.enroll(newPerson())
      await expect.poll(() => troubles.length).toBe(1)
      own.clock.advance(60)
      await own.dispatcher.runDue()
      await own.dispatcher.stop()
      const applicationId = place.credentials.application_id
      const trouble = { applicationId, webhookId: hook.webhook_id, error: 'status 500', isDisabled: false }
      expect(troubles).toEqual([trouble])
      expect((await logOf(hook.webhook_id, place))[0].attempts).toBe(2)
    })
  })

  describe('management', () => {
    const admin = () => ({ authorization: `Bearer ${rig.adminToken}` })

    test('[WH13] what is left out has its default, and secrets are in no later answer', async () => {
      const added = await addWebhook()
      expect(added).toMatchObject({
        url,
        events: ['enroll', 'auth', 'deletion'],
        casing: 'lower',
        include_payload: false,
        status: 'active',
        failing_since: null,
        pending: 0,
      })
      const changed = await shop.backend('PATCH', `/v1/webhooks/${added.webhook_id}`, { events: ['auth'] })
      expect(changed.json).toMatchObject({ url, events: ['auth'] })
      const answers = [changed.text, (await shop.backend('GET', '/v1/webhooks')).text]
      for (const text of answers)
        for (const secret of [added.signing_secret, added.bearer_token]) expect(text).not.toContain(secret)
    })

    test('[WH13] ten at most, also when they are added at once', async () => {
      const added = await Promise.all(Array.from({ length: 12 }, () => shop.backend('POST', '/v1/webhooks', { url })))
      expect(added.map(({ status }) => status).sort()).toEqual([...Array(10).fill(201), 409, 409])
    })

    test('[WH13] another application’s webhooks and deliveries look like none', async () => {
      const { webhook_id: id } = await addWebhook()
      await shop.enroll(newPerson())
      const [{ delivery_id: delivery }] = await logOf(id)
      const other = await rig.createApplication()
      const at = `/v1/webhooks/${id}`
      const answers = await Promise.all([
        other.backend('GET', at),
        other.backend('PATCH', at, { casing: 'upper' }),
        other.backend('DELETE', at),
        other.backend('POST', `${at}/secret`, { kind: 'bearer_token' }),
        other.backend('POST', `${at}/test`, {}),
        other.backend('GET', `${at}/deliveries`),
        other.backend('POST', `${at}/deliveries/${delivery}/replay`, {}),
      ])
      expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(404))
      expect((await other.backend('GET', '/v1/webhooks')).json).toEqual({ webhooks: [] })
      expect((await shop.backend('DELETE', at)).status).toBe(204)
      expect((await shop.backend('GET', at)).status).toBe(404)
    })

    test('[WH13] the operator manages those of any application, and nobody without a secret any', async () => {
      const at = `/v1/admin/applications/${shop.credentials.application_id}/webhooks`
      const added = await rig.send('POST', at, { ...admin(), body: { url } })
      expect(added.status).toBe(201)
      expect((await rig.send('GET', at, admin())).json.webhooks).toHaveLength(1)
      const nobody = at.replace(shop.credentials.application_id, '00000000-0000-4000-8000-000000000000')
      expect((await rig.send('GET', nobody, admin())).status).toBe(404)
      expect((await rig.send('GET', at.replace(/applications\/[^/]+/, 'applications/x'), admin())).status).toBe(400)
      expect((await rig.send('GET', at, { authorization: `Bearer ${shop.credentials.secret_key}` })).status).toBe(401)
      const page = { authorization: `Public ${shop.credentials.public_id}` }
      expect((await rig.send('GET', '/v1/webhooks', page)).status).toBe(403)
    })

    test.each([
      [{}],
      [{ url: 7 }],
      [{ url, events: [] }],
      [{ url, events: ['auth', 'auth'] }],
      [{ url, events: ['retry'] }],
      [{ url, casing: 'Title' }],
      [{ url, token: 'x' }],
      [{ url: `https://a.example/${'x'.repeat(2048)}` }],
    ])('[WH13] %j is refused and adds nothing', async (body) => {
      expect((await shop.backend('POST', '/v1/webhooks', body)).status).toBe(422)
      expect((await shop.backend('GET', '/v1/webhooks')).json.webhooks).toEqual([])
    })

    test('[WH13] the log says what became of each event, newest first, in pages', async () => {
      const { webhook_id: id } = await addWebhook()
      for (let i = 0; i < 3; i++) await shop.enroll(newPerson())
      answer = () => ({ httpStatus: 503, error: 'status' })
      await rig.dispatcher.runDue()
      const at = rig.clock.now().toISOString()
      const first = (await shop.backend('GET', `/v1/webhooks/${id}/deliveries?limit=2`)).json
      const rest = (await shop.backend('GET', `/v1/webhooks/${id}/deliveries?limit=2&cursor=${first.next_cursor}`)).json
      expect(first.deliveries).toHaveLength(2)
      expect(rest.next_cursor).toBeNull()
      expect(rest.deliveries).toMatchObject([
        {
          state: 'pending',
          attempts: 1,
          last_status: 503,
          last_error: 'status',
          last_attempt_at: at,
          delivered_at: null,
        },
      ])
      expect((await shop.backend('GET', `/v1/webhooks/${id}/deliveries?limit=101`)).status).toBe(400)
    })

    test('[WH13] a test event goes out at once, signed, and leaves no trace in the log', async () => {
      const { webhook_id: id, signing_secret: secret } = await addWebhook()
      const tested = await shop.backend('POST', `/v1/webhooks/${id}/test`, {})
      expect(tested.json).toEqual({ delivered: true, http_status: 204, error: null })
      const [{ headers, body }] = received as [WebhookPost]
      expect(JSON.parse(body).eventName).toBe('test')
      expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(headers['webhook-id']!, rig.clock.now(), body))
      answer = () => down
      const failed = await shop.backend('POST', `/v1/webhooks/${id}/test`, {})
      expect(failed.json).toEqual({ delivered: false, http_status: null, error: 'connection_failed' })
      expect(await logOf(id)).toEqual([])
    })

    test('[WH14] a replay sends the same id and body with a new time, before what waits, which keeps its order', async () => {
      const { webhook_id: id } = await addWebhook()
      await shop.enroll(newPerson())
      await rig.dispatcher.runDue()
      rig.clock.advance(3600)
      for (let i = 0; i < 2; i++) await shop.enroll(newPerson())
      const first = (await logOf(id)).at(-1).delivery_id
      const replayed = await shop.backend('POST', `/v1/webhooks/${id}/deliveries/${first}/replay`, {})
      expect([replayed.status, replayed.json.state]).toEqual([202, 'pending'])
      await rig.dispatcher.runDue()
      const [before, again, ...rest] = received as [WebhookPost, WebhookPost, ...WebhookPost[]]
      expect([idOf(again), again.body]).toEqual([idOf(before), before.body])
      expect(Number(again.headers['webhook-timestamp'])).toBe(Number(before.headers['webhook-timestamp']) + 3600)
      expect(again.headers['webhook-signature']).not.toBe(before.headers['webhook-signature'])
      const inLog = (await logOf(id)).map((each: { delivery_id: string }) => each.delivery_id).toReversed()
      expect([first, ...rest.map(idOf)]).toEqual(inLog)
    })

    test('[WH15] what was delivered is emptied with its person, and cannot be replayed', async () => {
      const { webhook_id: id } = await addWebhook({ include_payload: true })
      const facialId = await shop.enroll(newPerson(), { payload: { name: 'Ada' } })
      await rig.dispatcher.runDue()
      expect(bodies()).toMatchObject([{ payload: { name: 'Ada' } }])
      await shop.backend('DELETE', `/v1/subjects/${facialId}`)
      const [, enrolled] = await logOf(id)
      expect(enrolled).toMatchObject({ event: 'enroll', state: 'delivered', facial_id: null })
      const replay = await shop.backend('POST', `/v1/webhooks/${id}/deliveries/${enrolled.delivery_id}/replay`, {})
      expect([replay.status, replay.json.error.code]).toEqual([410, 'gone'])
    })

    test('[WH16] secrets are sealed under the row that they belong to', async () => {
      const { signing_secret: secret, bearer_token: token } = await addWebhook()
      await addWebhook()
      const applicationId = shop.credentials.application_id
      const [one, two] = await rig.database.stores.webhooks.list(applicationId)
      const stored = Buffer.from(one!.sealedSecrets).toString('latin1')
      for (const each of [secret, token]) expect(stored).not.toContain(each)
      await rig.database.stores.webhooks.update(applicationId, two!.id, { sealedSecrets: one!.sealedSecrets })
      expect(openSecrets(rig.vault, one!)).toMatchObject({ signingSecret: secret, bearerToken: token })
      expect(() => openSecrets(rig.vault, { ...two!, sealedSecrets: one!.sealedSecrets })).toThrow()
    })
  })
})
