import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { testModel } from '../../../../test/contract/test-app.ts'
import type { Database, Stores } from '../domain/ports.ts'
import { defaultSettings } from '../domain/settings.ts'
import { rowId } from '../domain/tokens.ts'
import type { NewDelivery, WebhookEndpoint } from '../domain/webhook-ports.ts'

const now = new Date('2026-11-21T12:00:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const days = (count: number) => count * 86_400

describe.each(engines)('webhooks on $name', ({ openOwn }) => {
  let database: Database
  let stores: Stores
  let applicationId: string

  beforeAll(async () => {
    database = await openOwn()
    stores = database.stores
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    // A claim looks at every application there is.
    for (const { id } of await stores.applications.list()) await stores.applications.remove(id)
    applicationId = await insertApplication()
  })

  async function insertApplication(): Promise<string> {
    const id = rowId()
    const settings = defaultSettings(testModel, [])
    await stores.applications.insert({ id, publicId: `mp_${id}`, name: 'A', settings, createdAt: now })
    return id
  }

  async function insertEndpoint(changes: Partial<WebhookEndpoint> = {}): Promise<WebhookEndpoint> {
    const endpoint: WebhookEndpoint = {
      applicationId,
      id: rowId(),
      url: 'https://receiver.example/',
      events: ['enroll', 'auth'],
      casing: 'lower',
      includePayload: true,
      sealedSecrets: Uint8Array.of(1, 2, 3),
      status: 'active',
      failingSince: null,
      nextAttemptAt: now,
      leasedUntil: null,
      createdAt: now,
      ...changes,
    }
    await stores.webhooks.insert(endpoint)
    return endpoint
  }

  const deliveryOf = ({ id: endpointId }: WebhookEndpoint, changes: Partial<NewDelivery> = {}): NewDelivery => ({
    applicationId,
    endpointId,
    id: rowId(),
    event: 'auth',
    subjectId: randomUUID(),
    body: '{"a":"é"}',
    createdAt: now,
    ...changes,
  })

  async function insertDelivery(endpoint: WebhookEndpoint, changes?: Partial<NewDelivery>): Promise<string> {
    const delivery = deliveryOf(endpoint, changes)
    await stores.deliveries.append([delivery])
    return delivery.id
  }

  const logOf = async ({ id }: WebhookEndpoint) =>
    (await stores.deliveries.list(applicationId, id, { limit: 100 })).toReversed()

  test('[ST1] endpoints and deliveries come back as they were', async () => {
    const endpoint = await insertEndpoint({ failingSince: later(1), leasedUntil: later(2) })
    const delivery = deliveryOf(endpoint, { subjectId: randomUUID() })
    await stores.deliveries.append([delivery])
    expect(await stores.webhooks.list(applicationId)).toEqual([{ ...endpoint, pending: 1 }])
    expect(await stores.deliveries.find(applicationId, endpoint.id, delivery.id)).toMatchObject({
      ...delivery,
      state: 'pending',
      attempts: 0,
      deliveredAt: null,
    })
  })

  test('[ST2] another application sees and changes none of it', async () => {
    const endpoint = await insertEndpoint()
    const id = await insertDelivery(endpoint)
    const other = await insertApplication()
    expect(await stores.webhooks.list(other)).toEqual([])
    expect(await stores.webhooks.lock(other, endpoint.id)).toBeUndefined()
    expect(await stores.webhooks.lockListening(other, ['auth'])).toEqual([])
    expect(await stores.webhooks.remove(other, endpoint.id)).toBe(false)
    expect(await stores.deliveries.find(other, endpoint.id, id)).toBeUndefined()
    expect(await stores.deliveries.list(other, endpoint.id, { limit: 9 })).toEqual([])
  })

  test('[WH1] only those that listen to the event are found, in the order of their ids', async () => {
    const first = await insertEndpoint()
    const second = await insertEndpoint({ events: ['auth'] })
    const listening = async (event: 'enroll' | 'auth' | 'deletion') =>
      (await stores.webhooks.lockListening(applicationId, [event])).map(({ id }) => id)
    expect(await listening('auth')).toEqual([first.id, second.id])
    expect(await listening('enroll')).toEqual([first.id])
    expect(await listening('deletion')).toEqual([])
  })

  test('[WH3] who comes second to an endpoint waits for the commit of the first, so numbers are in the order of commits', async () => {
    const endpoint = await insertEndpoint()
    const announce = async (within: Stores, id: string) => {
      await within.webhooks.lockListening(applicationId, ['auth'])
      await within.deliveries.append([deliveryOf(endpoint, { id })])
    }
    const [early, late] = [rowId(), rowId()]
    let isLateIn = false
    let second: Promise<void> | undefined
    await database.transaction(async (within) => {
      await announce(within, early)
      second = database
        .transaction((other) => announce(other, late))
        .then(() => {
          isLateIn = true
        })
      // Long enough for the other to be stuck where it will be.
      await sleep(200)
      expect(isLateIn).toBe(false)
    })
    await second
    expect((await logOf(endpoint)).map(({ id }) => id)).toEqual([early, late])
  })

  test('[WH6] an endpoint is claimed by one of many, when it is due, on, free and has something to send', async () => {
    const endpoint = await insertEndpoint({ nextAttemptAt: later(10) })
    const claim = (at: number) => stores.webhooks.claim(later(at), later(at + 30))
    expect(await claim(10)).toBeUndefined()
    await insertDelivery(endpoint)
    expect(await claim(9)).toBeUndefined()
    await stores.webhooks.update(applicationId, endpoint.id, { status: 'disabled' })
    expect(await claim(10)).toBeUndefined()
    await stores.webhooks.update(applicationId, endpoint.id, { status: 'active' })
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim(10)))
    expect(claims.filter((each) => each !== undefined)).toEqual([
      { ...endpoint, nextAttemptAt: later(10), leasedUntil: later(40) },
    ])
    expect(await claim(39)).toBeUndefined()
    expect(await claim(40)).toMatchObject({ id: endpoint.id })
  })

  test('[WH6] of several that are due the one that waited longest is claimed', async () => {
    const newer = await insertEndpoint({ nextAttemptAt: later(-1) })
    const older = await insertEndpoint({ nextAttemptAt: later(-2) })
    for (const each of [newer, older]) await insertDelivery(each)
    const claimed = [await stores.webhooks.claim(now, later(30)), await stores.webhooks.claim(now, later(30))]
    expect(claimed.map((each) => each?.id)).toEqual([older.id, newer.id])
  })

  test('[WH7] who lost its lease changes nothing', async () => {
    const endpoint = await insertEndpoint()
    await insertDelivery(endpoint)
    const slow = await stores.webhooks.claim(now, later(30))
    const quick = await stores.webhooks.claim(later(30), later(60))
    expect(await stores.webhooks.updateLeased(slow!, { failingSince: now, leasedUntil: null })).toBeUndefined()
    expect(await stores.webhooks.list(applicationId)).toMatchObject([{ failingSince: null, leasedUntil: later(60) }])
    expect(await stores.webhooks.updateLeased(quick!, { leasedUntil: null })).toEqual({
      ...endpoint,
      leasedUntil: null,
    })
  })

  test('[WH14] what was delivered is no longer next, until it is put back', async () => {
    const endpoint = await insertEndpoint()
    const ids = [await insertDelivery(endpoint), await insertDelivery(endpoint)]
    const next = () => stores.deliveries.next(applicationId, endpoint.id)
    const first = (await next())!
    expect(first.id).toBe(ids[0])
    await stores.deliveries.attempted(first, { at: later(1), httpStatus: 500, error: 'status' })
    expect(await next()).toMatchObject({
      id: ids[0],
      attempts: 1,
      lastStatus: 500,
      lastError: 'status',
      deliveredAt: null,
    })
    await stores.deliveries.attempted(first, { at: later(2), httpStatus: 204, error: null })
    expect((await next())!.id).toBe(ids[1])
    const [done] = await logOf(endpoint)
    expect(done).toMatchObject({ state: 'delivered', attempts: 2, lastError: null, deliveredAt: later(2) })
    await stores.deliveries.requeue(done!)
    expect((await next())!.id).toBe(ids[0])
  })

  test('[ST4] pages of the log follow each other, newest first', async () => {
    const endpoint = await insertEndpoint()
    const ids = []
    for (let i = 0; i < 5; i++) ids.push(await insertDelivery(endpoint))
    const first = await stores.deliveries.list(applicationId, endpoint.id, { limit: 3 })
    const rest = await stores.deliveries.list(applicationId, endpoint.id, { limit: 3, beforeSeq: first.at(-1)!.seq })
    expect([...first, ...rest].map(({ id }) => id)).toEqual(ids.toReversed())
  })

  test('[WH15] what a person did is found and rewritten; that the person was deleted is not touched', async () => {
    const endpoint = await insertEndpoint()
    const subjectId = randomUUID()
    const [did] = [
      await insertDelivery(endpoint, { subjectId }),
      await insertDelivery(endpoint, { subjectId, event: 'deletion' }),
      await insertDelivery(endpoint, { subjectId: randomUUID() }),
    ]
    const found = await stores.deliveries.aboutSubject(applicationId, subjectId)
    expect(found.map(({ id }) => id)).toEqual([did])
    await stores.deliveries.rewrite(found[0]!, '{}')
    expect(await stores.deliveries.aboutSubject(applicationId, subjectId)).toEqual([])
    const kept = () => stores.deliveries.find(applicationId, endpoint.id, did!)
    expect(await kept()).toMatchObject({ body: '{}', subjectId: null })
    await stores.deliveries.attempted(found[0]!, { at: now, httpStatus: 500, error: 'status' })
    expect(await kept()).toMatchObject({ body: '{}', state: 'pending' })
    await stores.deliveries.attempted(found[0]!, { at: now, httpStatus: 204, error: null })
    expect(await kept()).toMatchObject({ body: '', state: 'delivered' })
  })

  test('[WH15] what arrived keeps its body while its person is there, a failure has none, and a deletion says whose it was', async () => {
    const endpoint = await insertEndpoint()
    for (const changes of [{ subjectId: randomUUID() }, { event: 'auth_failed' }, { event: 'deletion' }] as const) {
      const id = await insertDelivery(endpoint, changes)
      const one = (await stores.deliveries.find(applicationId, endpoint.id, id))!
      await stores.deliveries.attempted(one, { at: now, httpStatus: 204, error: null })
      expect(await stores.deliveries.find(applicationId, endpoint.id, id)).toMatchObject({ body: one.body })
    }
  })

  test('[WH14] [WH15] of a replay and a deletion at once, whichever commits first, nothing empty is sent', async () => {
    const endpoint = await insertEndpoint()
    const subjectId = randomUUID()
    const find = async (id: string, within = stores) => (await within.deliveries.find(applicationId, endpoint.id, id))!
    const erase = async (within: Stores) => {
      for (const each of await within.deliveries.aboutSubject(applicationId, subjectId)) {
        await within.deliveries.rewrite(each, each.state === 'pending' ? '{}' : '')
      }
    }
    const replay = (id: string) => async (within: Stores) => {
      await within.deliveries.requeue(await find(id, within))
    }
    for (const order of [0, 1]) {
      const id = await insertDelivery(endpoint, { subjectId })
      await stores.deliveries.attempted(await find(id), { at: now, httpStatus: 204, error: null })
      const works = [erase, replay(id)]
      const [first, second] = order === 0 ? works : works.toReversed()
      let later: Promise<void> | undefined
      await database.transaction(async (within) => {
        await first!(within)
        later = database.transaction((other) => second!(other))
        // Long enough for the other to be stuck where it will be.
        await sleep(100)
      })
      await later
      const { state, body } = await find(id)
      expect([state, body]).toEqual(order === 0 ? ['delivered', ''] : ['pending', '{}'])
    }
  })

  test('[WH15] after 30 days the log goes, and what waits only for an endpoint that is off', async () => {
    const on = await insertEndpoint()
    const off = await insertEndpoint({ status: 'disabled' })
    const [delivered, waiting, waitingOff, young] = [
      await insertDelivery(on),
      await insertDelivery(on),
      await insertDelivery(off),
      await insertDelivery(off, { createdAt: later(1) }),
    ]
    const done = (await stores.deliveries.find(applicationId, on.id, delivered!))!
    await stores.deliveries.attempted(done, { at: now, httpStatus: 200, error: null })
    await database.sweep(later(days(30)))
    expect([...(await logOf(on)), ...(await logOf(off))]).toHaveLength(4)
    await database.sweep(later(days(30) + 1))
    expect([...(await logOf(on)), ...(await logOf(off))].map(({ id }) => id)).toEqual([waiting, young])
    expect(waitingOff).not.toBe(young)
  })

  test('[ST7] an endpoint takes its deliveries with it, an application its endpoints', async () => {
    const [first, second] = [await insertEndpoint(), await insertEndpoint()]
    for (const each of [first, second]) await insertDelivery(each)
    expect(await stores.webhooks.remove(applicationId, first.id)).toBe(true)
    expect([await logOf(first), (await logOf(second)).length]).toEqual([[], 1])
    await stores.applications.remove(applicationId)
    expect(await stores.webhooks.list(applicationId)).toEqual([])
    expect(await logOf(second)).toEqual([])
  })
})
