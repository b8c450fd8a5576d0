import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import {
  openTestApp,
  type TestApp,
  type TestApplication,
  testModel,
  wireTemplate,
} from '../../../../../test/contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { openNewDatabase } from '../../db/new-database.fixture.ts'
import { createApplications } from '../../domain/applications.ts'
import { scoreOf } from '../../domain/compare.ts'
import { createKeyRenewal } from '../../domain/key-renewal.ts'
import type { Database } from '../../domain/ports.ts'
import { createVault } from '../../domain/vault.ts'

const people = Array.from({ length: 8 }, (_, i) => syntheticPerson(i + 300))
const stranger = syntheticPerson(999)

/** The same database, in which a process dies after so many transactions. */
const dyingAfter = (database: Database, transactions: number): Database => {
  let left = transactions
  return {
    ...database,
    transaction(work) {
      if (left-- <= 0) throw new Error('killed')
      return database.transaction(work)
    },
  }
}

describe.each(engines)('on $name', ({ name, open }) => {
  let rig: TestApp
  let other: TestApp
  beforeAll(async () => {
    rig = await openTestApp({ database: await open() })
    // Another process: what it knows of keys, settings and templates is its own.
    other = await openTestApp({ database: name === 'PGlite' ? rig.database : await open() })
  })
  afterAll(async () => {
    if (other.database !== rig.database) await other.close()
    await rig.close()
  })

  const set = ({ credentials }: TestApplication, body: object) =>
    rig.send('PATCH', `/v1/admin/applications/${credentials.application_id}/settings`, {
      authorization: `Bearer ${rig.adminToken}`,
      body,
    })

  const moved = async ({ credentials }: TestApplication) => {
    while (!(await rig.services.keyRenewal.state(credentials.application_id)).isDone) await sleep(20)
  }

  const fill = async (settings: object) => {
    const shop = await rig.createApplication(settings)
    await moved(shop)
    const ids: string[] = []
    for (const person of people) ids.push(await shop.enroll(person))
    return { shop, ids, applicationId: shop.credentials.application_id }
  }

  const identify = async (shop: TestApplication, person: Float32Array, { send } = rig): Promise<string | null> => {
    const body = { template: wireTemplate(syntheticFrame(person, 5, 0.8)) }
    const authorization = `Bearer ${shop.credentials.secret_key}`
    return (await send('POST', '/v1/identify', { authorization, body })).json.facial_id
  }

  /** Who each is taken for, over both processes. */
  const decisions = async (shop: TestApplication) => {
    const found: (string | null)[] = []
    for (const [i, person] of [...people, stranger].entries()) {
      found.push(await identify(shop, person, i % 2 === 0 ? rig : other))
    }
    return found
  }

  const formsOf = async (applicationId: string) => {
    const { keys } = await rig.database.stores.applicationKeys.of(applicationId)
    return keys.filter(({ use }) => use === 'all').map(({ protection }) => protection)
  }

  test('[KE7] with sealed templates people enroll, sign in, are compared, found, refused as duplicates and deleted', async () => {
    const { shop, ids } = await fill({ protection: 'sealed', prevent_duplicates: true })
    expect(await formsOf(shop.credentials.application_id)).toEqual(['sealed'])
    const [ada, bob] = people as [Float32Array, Float32Array]
    expect(await shop.run('enroll', ada)).toMatchObject({ status: 'refused', reason: 'duplicate' })
    expect(await shop.run('authenticate', ada)).toMatchObject({ status: 'ok', disclosed: { facial_id: ids[0] } })
    expect(await shop.run('authenticate', stranger)).toMatchObject({ status: 'refused', reason: 'not_recognised' })
    expect(await shop.run({ operation: 'authenticate', facial_id: ids[1]! }, bob)).toMatchObject({ status: 'ok' })
    const claim = (person: Float32Array) => ({
      template: wireTemplate(syntheticFrame(person, 6, 0.8)),
      facial_id: ids[1],
    })
    expect((await shop.backend('POST', '/v1/verify', claim(bob))).json).toMatchObject({ match: true })
    expect((await shop.backend('POST', '/v1/verify', claim(ada))).json).toMatchObject({ match: false })
    expect(await decisions(shop)).toEqual([...ids, null])
    // A second face of one person, a new one instead of both, and none.
    const faces = `/v1/subjects/${ids[2]}/faces`
    const added = await shop.backend('POST', faces, { template: wireTemplate(stranger), mode: 'add' })
    expect([await identify(shop, stranger), await identify(shop, people[2]!)]).toEqual([ids[2], ids[2]])
    await shop.backend('DELETE', `${faces}/${added.json.face_id}`)
    expect([await identify(shop, stranger, other), await identify(shop, people[2]!)]).toEqual([null, ids[2]])
    await shop.backend('POST', faces, { template: wireTemplate(stranger), mode: 'replace' })
    expect([await identify(shop, stranger), await identify(shop, people[2]!, other)]).toEqual([ids[2], null])
    expect((await shop.backend('DELETE', `/v1/subjects/${ids[0]}`)).status).toBe(204)
    expect([await identify(shop, ada), await identify(shop, ada, other)]).toEqual([null, null])
    expect(await shop.run('authenticate', ada)).toMatchObject({ status: 'refused', reason: 'not_recognised' })
    expect(rig.failures).toEqual([])
  })

  test('[PO23] where templates are sealed no probe is kept, and a copy of what was enrolled is refused all the same', async () => {
    const { shop, ids, applicationId } = await fill({ protection: 'sealed' })
    expect(await shop.run('authenticate', people[0]!)).toMatchObject({ status: 'ok' })
    const probes = await rig.database.stores.recentProbes.ofSubjects(applicationId, testModel.modelId, ids)
    expect(probes).toEqual([])
    const known = syntheticPerson(777)
    const body = { template: wireTemplate(known), mode: 'replace' }
    await shop.backend('POST', `/v1/subjects/${ids[0]}/faces`, body)
    const templates = [0, 1, 2].map((seed) => wireTemplate(seed === 0 ? known : syntheticFrame(known, seed, 0.01)))
    const outcome = await shop.run('authenticate', known, { templates })
    expect(outcome).toMatchObject({ status: 'refused', reason: 'not_recognised' })
    const [last] = await rig.database.stores.audit.list(applicationId, { limit: 1 })
    expect(last?.outcome).toBe('near_copy')
  })

  test('[KE17] the protection changes both ways while people are looked for; killed on the way it goes on, and nobody is taken for another', async () => {
    const { shop, ids, applicationId } = await fill({})
    await shop.run('authenticate', people[0]!)
    const { session } = await shop.begin({ operation: 'authenticate' })
    const turned = (await rig.database.stores.applicationKeys.of(applicationId)).protect(testModel.modelId, stranger)
    const photo = { applicationId, sessionId: session.session_id, modelId: testModel.modelId, minLevel: 3 }
    await rig.database.stores.sessionPhotos.insert({ ...photo, ...turned.at(-1)! })
    const photoScore = async () => {
      const stored = await rig.database.stores.sessionPhotos.find(applicationId, session.session_id)
      const keys = await rig.database.stores.applicationKeys.of(applicationId)
      return scoreOf(keys.protect(testModel.modelId, stranger), stored!)
    }
    const probesOf = () => rig.database.stores.recentProbes.ofSubjects(applicationId, testModel.modelId, ids)
    expect(await probesOf()).toHaveLength(1)
    for (const [protection, before] of [
      ['sealed', 'rotated'],
      ['rotated', 'sealed'],
    ] as const) {
      const dying = dyingAfter(rig.database, 1)
      const renewal = createKeyRenewal({ database: dying, clock: rig.clock })
      const applications = createApplications({ database: dying, clock: rig.clock, model: testModel, renewal })
      await applications.changeSettings(applicationId, { protection })
      expect(await formsOf(applicationId)).toEqual([before, protection])
      expect(await decisions(shop)).toEqual([...ids, null])
      await rig.database.transaction((stores) => stores.applicationKeys.renew(applicationId, 3, []))
      expect(await decisions(shop)).toEqual([...ids, null])
      // Whoever comes meanwhile is stored as it will be.
      const late = syntheticPerson(protection === 'sealed' ? 401 : 402)
      const lateId = await shop.enroll(late)
      expect(await identify(shop, late, other)).toBe(lateId)
      await createKeyRenewal({ database: rig.database, clock: rig.clock }).resume()
      expect(await formsOf(applicationId)).toEqual([protection])
      expect(await decisions(shop)).toEqual([...ids, null])
      expect(await identify(shop, late, other)).toBe(lateId)
      expect(await photoScore()).toBeGreaterThan(0.999)
      if (protection === 'sealed') expect(await probesOf()).toEqual([])
    }
  })

  test('[KE17] the keys of sealed templates are replaced, and they stay sealed', async () => {
    const { shop, ids, applicationId } = await fill({ protection: 'sealed' })
    const { version } = await rig.services.keyRenewal.state(applicationId)
    await rig.services.keyRenewal.begin(applicationId)
    expect(await decisions(shop)).toEqual([...ids, null])
    await rig.services.keyRenewal.complete(applicationId)
    expect(await rig.services.keyRenewal.state(applicationId)).toMatchObject({ version: version + 1, isDone: true })
    expect(await formsOf(applicationId)).toEqual(['sealed'])
    expect(await decisions(shop)).toEqual([...ids, null])
  })

  test('[KE17] changes of settings at once do not undo each other', async () => {
    const { shop, applicationId } = await fill({})
    await Promise.all([
      set(shop, { max_tries: 7 }),
      set(shop, { protection: 'sealed' }),
      set(shop, { session_seconds: 300 }),
      set(shop, { protection: 'sealed' }),
    ])
    await moved(shop)
    const settings = (await rig.database.stores.applications.find(applicationId))?.settings
    expect(settings).toMatchObject({ max_tries: 7, protection: 'sealed', session_seconds: 300 })
    expect((await rig.services.keyRenewal.state(applicationId)).version).toBe(2)
    expect(await formsOf(applicationId)).toEqual(['sealed'])
  })
})

test('[KE10] the master key is replaced over sealed templates: they open under the new one alone', {
  timeout: 120_000,
}, async () => {
  const [first, next] = [randomBytes(32), randomBytes(32)]
  const vault = createVault(first)
  const masterKey = { replace: () => vault.replace(next), forget: () => vault.forgetOthers() }
  const rig = await openTestApp({ database: await openNewDatabase({ vault }), vault, masterKey })
  try {
    const shop = await rig.createApplication({ protection: 'sealed' })
    const { application_id: applicationId } = shop.credentials
    while (!(await rig.services.keyRenewal.state(applicationId)).isDone) await sleep(20)
    const facialId = await shop.enroll(people[0]!)
    expect(await rig.services.masterKeyRotation.rotate()).toBeGreaterThanOrEqual(2)
    const found = await shop.backend('POST', '/v1/identify', { template: wireTemplate(syntheticFrame(people[0]!, 5)) })
    expect(found.json.facial_id).toBe(facialId)
    expect(await shop.run('authenticate', people[0]!)).toMatchObject({ status: 'ok' })
    expect((await rig.database.stores.applicationKeys.of(applicationId)).protection).toBe('sealed')
  } finally {
    await rig.close()
  }
})
