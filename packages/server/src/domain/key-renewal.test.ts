import { cosine } from '@mien/shared/template/unit-vector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { openTestApp, type TestApp, type TestApplication, testModel } from '../../../../test/contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { createKeyRenewal } from './key-renewal.ts'
import type { Database } from './ports.ts'

const people = Array.from({ length: 30 }, (_, i) => syntheticPerson(i + 100))
const strangers = Array.from({ length: 5 }, (_, i) => syntheticPerson(i + 900))

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

describe.each(engines)('on $name', ({ open, openOwn }) => {
  let rig: TestApp
  let other: TestApp
  beforeAll(async () => {
    const database = await open()
    rig = await openTestApp({ database })
    // Another process on the same database: what it knows of keys is its own.
    other = await openTestApp({ database })
  })
  afterAll(() => rig.close())

  const fill = async (): Promise<{ shop: TestApplication; applicationId: string; ids: string[] }> => {
    const shop = await rig.createApplication({ pin_enroll: 'optional' })
    const ids: string[] = []
    for (const [i, person] of people.entries()) {
      ids.push(await shop.enroll(person, { payload: { n: i }, ...(i === 0 ? { pin: '739164' } : {}) }))
    }
    return { shop, applicationId: shop.credentials.application_id, ids }
  }

  /** Who each probe is taken for, over both processes: a decision, not a score. */
  const decisions = async (applicationId: string): Promise<(string | null)[]> => {
    const gallery = await rig.database.stores.galleries.findByName(applicationId, 'default')
    const found: (string | null)[] = []
    for (const [i, person] of [...people, ...strangers].entries()) {
      const { services } = i % 2 === 0 ? rig : other
      const probe = { applicationId, galleryId: gallery!.id, vector: syntheticFrame(person, 7, 0.8) }
      const { verdict } = await services.recognition.search(probe, { minScore: -1, limit: 5 })
      found.push(verdict.kind === 'match' ? verdict.subjectId : null)
    }
    return found
  }

  const versionsOf = async (applicationId: string, ids: readonly string[]) => {
    const faces = await Promise.all(ids.map((id) => rig.database.stores.faces.listOfSubject(applicationId, id)))
    return faces.flat().map(({ keyVersion }) => keyVersion)
  }

  test('[KE6] [TPL-04] keys are replaced while it runs: killed on the way and resumed, no decision changes', async () => {
    const { shop, applicationId, ids } = await fill()
    const before = await decisions(applicationId)
    expect(before).toEqual([...ids, ...strangers.map(() => null)])
    const stored = await storedVectors(applicationId, ids)

    // Begun, one batch of faces moved by hand, then killed.
    const dying = createKeyRenewal({ database: dyingAfter(rig.database, 1), clock: rig.clock })
    await dying.begin(applicationId)
    await expect(dying.complete(applicationId)).rejects.toThrow('killed')
    await rig.database.transaction((stores) => stores.applicationKeys.renew(applicationId, 12, []))
    const during = await versionsOf(applicationId, ids)
    expect([
      during.filter((version) => version === 1).length,
      during.filter((version) => version === 2).length,
    ]).toEqual([18, 12])
    expect(await decisions(applicationId)).toEqual(before)
    // Whoever is enrolled under either version is not enrolled twice, and a newcomer comes under the new one.
    for (const person of [people[0]!, people[29]!]) {
      expect(await shop.run('enroll', person)).toEqual({ status: 'refused', reason: 'duplicate' })
    }
    const newcomer = await shop.enroll(syntheticPerson(500), { payload: 'new' })
    expect(await versionsOf(applicationId, [newcomer])).toEqual([2])

    expect(await createKeyRenewal({ database: rig.database, clock: rig.clock }).resume()).toBeGreaterThanOrEqual(1)
    expect(new Set(await versionsOf(applicationId, [...ids, newcomer]))).toEqual(new Set([2]))
    expect(await decisions(applicationId)).toEqual(before)
    const subjects = await Promise.all(ids.map((id) => rig.database.stores.subjects.find(applicationId, id)))
    expect(subjects.map((subject) => subject?.payload)).toEqual(expect.arrayContaining(people.map((_, n) => ({ n }))))
    // The old key is gone but for the pepper of the one PIN, and what was stored is as far from before as from a stranger.
    const keys = await rig.database.stores.applicationKeys.of(applicationId)
    expect(keys.keys.map(({ version, use }) => [version, use])).toEqual([
      [0, 'find'],
      [1, 'pins'],
      [2, 'all'],
    ])
    const after = await storedVectors(applicationId, ids)
    for (const [i, vector] of after.entries()) expect(Math.abs(cosine(vector, stored[i]!))).toBeLessThan(0.25)
    const mine = keys.protect(testModel.modelId, people[3]!).at(-1)!.vector
    expect(cosine(mine, after[3]!)).toBeGreaterThan(0.8)
  })

  const storedVectors = async (applicationId: string, ids: readonly string[]) => {
    const gallery = await rig.database.stores.galleries.findByName(applicationId, 'default')
    const space = { applicationId, galleryId: gallery!.id, modelId: testModel.modelId }
    const faces = await Promise.all(ids.map((id) => rig.database.stores.faces.ofSubjects(space, [id])))
    return faces.flat().map(({ vector }) => vector)
  }

  test('[KE6] people enrol and sign in at two processes while keys are replaced twice: nobody is missed or doubled', async () => {
    const { shop, applicationId, ids } = await fill()
    let isOver = false
    const renewing = (async () => {
      const renewal = createKeyRenewal({ database: other.database, clock: other.clock })
      for (let i = 0; i < 2; i++) {
        await renewal.begin(applicationId)
        await renewal.complete(applicationId)
      }
      isOver = true
    })()
    const newcomers: string[] = []
    for (let i = 0; !isOver || i < 6; i++) {
      newcomers.push(await shop.enroll(syntheticPerson(2000 + i)))
      expect(await shop.run('authenticate', people[i % people.length]!)).toMatchObject({ status: 'ok' })
      expect(await shop.run('enroll', people[i % people.length]!)).toEqual({ status: 'refused', reason: 'duplicate' })
    }
    await renewing
    expect(new Set(await versionsOf(applicationId, [...ids, ...newcomers]))).toEqual(new Set([3]))
    expect(await decisions(applicationId)).toEqual([...ids, ...strangers.map(() => null)])
  })

  test('[KE6] of searches that go on in parallel before, during and after a renewal none misses or mistakes anybody', async () => {
    const { applicationId, ids } = await fill()
    const gallery = await rig.database.stores.galleries.findByName(applicationId, 'default')
    const counts = { right: 0, wrong: 0 }
    let [isOver, searched] = [false, 0]
    const search = async () => {
      const i = searched++ % people.length
      const { services } = searched % 2 === 0 ? rig : other
      const probe = { applicationId, galleryId: gallery!.id, vector: syntheticFrame(people[i]!, searched, 0.8) }
      const { verdict } = await services.recognition.search(probe, { minScore: -1, limit: 5 })
      counts[verdict.kind === 'match' && verdict.subjectId === ids[i] ? 'right' : 'wrong'] += 1
    }
    const lane = async () => {
      while (!isOver) await search()
    }
    const lanes = Array.from({ length: 4 }, lane)
    const renewal = createKeyRenewal({ database: other.database, clock: other.clock })
    await renewal.begin(applicationId)
    // Small batches, so that there is much between them.
    for (let moved = 1; moved > 0; ) {
      moved = await other.database.transaction(async (stores) => {
        await stores.applications.hold(applicationId)
        return (await stores.applicationKeys.renew(applicationId, 3, [])).moved
      })
    }
    const during = counts.right
    await renewal.complete(applicationId)
    isOver = true
    await Promise.all(lanes)
    expect(await decisions(applicationId)).toEqual([...ids, ...strangers.map(() => null)])
    expect(counts.wrong).toBe(0)
    expect(during).toBeGreaterThan(0)
  })

  test('[KE6] it stops between two batches when the server does, and the next start goes on', async () => {
    const { applicationId, ids } = await fill()
    const first = createKeyRenewal({ database: rig.database, clock: rig.clock })
    await first.begin(applicationId)
    const moving = first.complete(applicationId)
    await first.stop()
    await moving
    expect((await first.state(applicationId)).isDone).toBe(false)
    const next = createKeyRenewal({ database: rig.database, clock: rig.clock })
    await next.resume()
    expect((await next.state(applicationId)).isDone).toBe(true)
    expect(await decisions(applicationId)).toEqual([...ids, ...strangers.map(() => null)])
  })

  test('[KE6] one whose renewal fails holds up no other, and is told', async () => {
    const own = await openTestApp({ database: await openOwn() })
    try {
      const ids = [await own.createApplication(), await own.createApplication()].map(
        ({ credentials }) => credentials.application_id,
      )
      let failures = 1
      const database: Database = {
        ...own.database,
        transaction(work) {
          if (failures-- > 0) throw new Error('broken')
          return own.database.transaction(work)
        },
      }
      for (const id of ids) await createKeyRenewal({ database: own.database, clock: own.clock }).begin(id)
      const renewal = createKeyRenewal({ database, clock: own.clock })
      await expect(renewal.resume()).rejects.toThrow('broken')
      const states = await Promise.all(ids.map((id) => renewal.state(id)))
      expect(states.filter(({ isDone }) => isDone)).toHaveLength(1)
      expect(states.map(({ failure }) => failure).sort()).toEqual(['INTERNAL', null])
      await renewal.resume()
      expect(await Promise.all(ids.map((id) => renewal.state(id)))).toMatchObject(
        ids.map(() => ({ isDone: true, failure: null })),
      )
    } finally {
      await own.close()
    }
  })

  test('[KE6] an application that is not there has no keys to replace', async () => {
    const renewal = createKeyRenewal({ database: rig.database, clock: rig.clock })
    const missing = renewal.begin('0190163d-8694-739b-aea5-966c26f8ad99')
    await expect(missing).rejects.toEqual(expect.objectContaining({ code: 'NOT_FOUND' }))
  })
})
