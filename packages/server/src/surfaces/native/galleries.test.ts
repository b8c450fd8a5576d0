import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { testVault } from '../../../../../test/contract/test-vault.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { openNewDatabase } from '../../db/new-database.fixture.ts'
import { type Graphs, openGraphs } from '../../db/open-graphs.fixture.ts'

let rig: TestApp
let shop: TestApplication

const admin = (body?: object) => ({
  authorization: `Bearer ${rig.adminToken}`,
  ...(body === undefined ? {} : { body }),
})
const ofShop = () => `/v1/admin/applications/${shop.credentials.application_id}/galleries`
const choices = [
  { search_engine: 'database' },
  { search_engine: 'memory', hnsw_ef_search: 1 },
  { hnsw_ef_search: 1000 },
  { search_engine: 'auto', hnsw_ef_search: null },
] as const

describe('on the embedded database', () => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await openNewDatabase({ vault: testVault }) })
  })
  beforeEach(async () => {
    shop = await rig.createApplication()
  })
  afterEach(() => expect(rig.failures.splice(0)).toEqual([]))
  afterAll(() => rig.close())

  test('[ST70] what searches a gallery is chosen with the secret key, and only what is given changes', async () => {
    let expected = { search_engine: 'auto', hnsw_ef_search: null as number | null }
    expect((await shop.backend('GET', '/v1/galleries/default')).json).toMatchObject(expected)
    for (const choice of choices) {
      expected = { ...expected, ...choice }
      expect(await shop.backend('PATCH', '/v1/galleries/default', choice)).toMatchObject({
        status: 200,
        json: expected,
      })
      expect((await shop.backend('GET', '/v1/galleries')).json.galleries).toMatchObject([expected])
    }
    expect((await shop.backend('PATCH', '/v1/galleries/default', {})).json).toMatchObject(expected)
  })

  test('[ST70] and with the admin token, which needs no key of the application', async () => {
    for (const choice of choices)
      expect(await rig.send('PATCH', `${ofShop()}/default`, admin(choice))).toMatchObject({ status: 200, json: choice })
    expect((await rig.send('PATCH', `${ofShop()}/default`, { body: {} })).status).toBe(401)
    const { secret_key: key } = shop.credentials
    expect((await rig.send('GET', ofShop(), { authorization: `Bearer ${key}` })).status).toBe(401)
  })

  test('[ST70] a graph is refused, with the reason, and the choice stays', async () => {
    await shop.backend('PATCH', '/v1/galleries/default', { search_engine: 'database' })
    const refused = await shop.backend('PATCH', '/v1/galleries/default', { search_engine: 'hnsw', hnsw_ef_search: 7 })
    expect(refused).toMatchObject({ status: 409, json: { error: { code: 'conflict' } } })
    expect(refused.json.error.message).toContain('PostgreSQL')
    expect((await shop.backend('GET', '/v1/galleries/default')).json).toMatchObject({
      search_engine: 'database',
      hnsw_ef_search: null,
    })
  })

  test.each([
    { search_engine: 'fast' },
    { search_engine: null },
    { hnsw_ef_search: 0 },
    { hnsw_ef_search: 1001 },
    { hnsw_ef_search: 1.5 },
    { hnsw_ef_search: '40' },
    { ef_search: 40 },
  ])('[ST70] %j chooses nothing', async (choice) => {
    for (const path of ['/v1/galleries/default', `${ofShop()}/default`]) {
      const authorization = `Bearer ${path.includes('admin') ? rig.adminToken : shop.credentials.secret_key}`
      const { status } = await rig.send('PATCH', path, { authorization, body: choice })
      expect([400, 422]).toContain(status)
    }
    expect((await shop.backend('GET', '/v1/galleries/default')).json).toMatchObject({ search_engine: 'auto' })
  })

  test('[ST70] a gallery or an application that is not there is not found, also by another application', async () => {
    const other = await rig.createApplication()
    await shop.backend('POST', '/v1/galleries', { name: 'staff' })
    const asked = [
      await shop.backend('PATCH', '/v1/galleries/nowhere', { search_engine: 'auto' }),
      await other.backend('PATCH', '/v1/galleries/staff', { search_engine: 'auto' }),
      await rig.send('PATCH', `/v1/admin/applications/${randomUUID()}/galleries/default`, admin({})),
      await rig.send('GET', `/v1/admin/applications/${randomUUID()}/galleries`, admin()),
    ]
    expect(asked.map(({ status }) => status)).toEqual([404, 404, 404, 404])
  })

  test('[ST77] statistics say how many faces a gallery has, what searches it and why', async () => {
    await shop.enroll(syntheticPerson(1))
    await shop.backend('POST', '/v1/galleries', { name: 'staff' })
    await shop.backend('PATCH', '/v1/galleries/staff', { search_engine: 'database' })
    const galleries = [
      { name: 'default', subjects: 1, faces: 1, engine: 'database', reason: 'small', memory_bytes: 0, graph: null },
      { name: 'staff', subjects: 0, faces: 0, engine: 'database', reason: 'chosen', memory_bytes: 0, graph: null },
    ]
    expect((await shop.backend('GET', '/v1/stats')).json.galleries).toMatchObject(galleries)
    expect((await rig.send('GET', ofShop(), admin())).json.galleries).toMatchObject(galleries)
  })

  test('[ST77] where templates are sealed statistics say that they are searched in memory', async () => {
    shop = await rig.createApplication({ protection: 'sealed' })
    await shop.enroll(syntheticPerson(1))
    expect((await shop.backend('GET', '/v1/stats')).json.galleries).toMatchObject([
      { engine: 'sealed', reason: 'sealed', faces: 1 },
    ])
  })

  test('[ST70] the audit log says that somebody chose', async () => {
    await shop.backend('PATCH', '/v1/galleries/default', { search_engine: 'memory' })
    expect((await shop.backend('GET', '/v1/audit?limit=1')).json.records).toMatchObject([{ event: 'settings_changed' }])
  })
})

const serverUrl = process.env.TEST_DATABASE_URL ?? ''

describe.skipIf(serverUrl === '')('on PostgreSQL', () => {
  let graphs: Graphs
  beforeAll(async () => {
    graphs = await openGraphs(serverUrl)
    rig = await openTestApp({ database: { ...graphs.database, now: async () => null, close: graphs.close } })
    shop = await rig.createApplication()
  })
  afterAll(() => rig.close())

  test('[ST77] people are recognised by the graph that was built, and statistics say so', async () => {
    const person = syntheticPerson(1)
    const id = await shop.enroll(person)
    const { application_id: applicationId } = shop.credentials
    expect((await shop.backend('PATCH', '/v1/galleries/default', { search_engine: 'hnsw' })).status).toBe(200)
    expect((await shop.backend('GET', '/v1/stats')).json.galleries).toMatchObject([
      { engine: 'database', reason: 'no_graph', graph: null },
    ])
    await graphs.builder.optimize(applicationId, 'default')
    const facts = async () => (await shop.backend('GET', '/v1/stats')).json.galleries[0]
    // What was chosen is looked up once in five seconds.
    while ((await facts()).engine !== 'hnsw') await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await facts()).toMatchObject({ reason: 'chosen', graph: { state: 'ready', bytes: expect.any(Number) } })
    const { result_code: code } = (await shop.run('authenticate', person)) as { result_code?: string }
    const redeemed = await shop.backend('POST', '/v1/results/redeem', { result_code: code })
    expect(redeemed.json).toMatchObject({ facial_id: id })
  })
})
