import { randomUUID } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../../../test/contract/test-app.ts'
import { testVault } from '../../../../test/contract/test-vault.ts'
import { openNewDatabase } from '../db/new-database.fixture.ts'
import { type Erased, type ErasureJournal, noteErasures, pauseJournal } from './erasure-journal.ts'
import type { Database } from './ports.ts'
import { noteKnownErasures, reapplyErasures } from './reapply-erasures.ts'

const memoryJournal = (): ErasureJournal & { readonly noted: Erased[]; isBroken: boolean } => ({
  noted: [],
  isBroken: false,
  note(erased) {
    if (this.isBroken) throw new MienError('STORAGE_FULL')
    this.noted.push(...erased)
  },
  read() {
    return this.noted
  },
})

describe('erasures that are noted outside the database', () => {
  const journal = memoryJournal()
  let database: Database
  let app: TestApp
  const now = () => new Date('2026-11-21T12:00:00Z')

  beforeAll(async () => {
    database = noteErasures(await openNewDatabase({ vault: testVault }), journal, now)
    app = await openTestApp({ database })
  })
  afterAll(() => app.close())

  const person = async (applicationId: string, galleryId: string) => {
    const id = randomUUID()
    await database.stores.subjects.insert({
      applicationId,
      id,
      galleryId,
      externalRef: null,
      name: 'A',
      payload: null,
      hasPin: false,
      createdAt: now(),
      lastSeenAt: null,
    })
    return id
  }
  const newApplication = async () => {
    const { credentials } = await app.createApplication()
    const applicationId = credentials.application_id
    const gallery = await app.services.galleries.findByName(applicationId, 'default')
    return { applicationId, galleryId: gallery.id }
  }

  test('[MV4] one erasure is noted once, after it committed; what failed or was undone is not', async () => {
    const { applicationId, galleryId } = await newApplication()
    journal.noted.length = 0
    await app.services.subjects.remove(applicationId, await person(applicationId, galleryId), null)
    expect(journal.noted).toMatchObject([{ applicationId }])

    const digest = new Uint8Array(32).fill(1)
    const undone = database.transaction(async (stores) => {
      await stores.tombstones.put(applicationId, digest, now())
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    await database.transaction(async (stores) => {
      const inner = stores.savepoints.run(async (nested) => {
        await nested.tombstones.put(applicationId, digest, now())
        throw new Error('no')
      })
      await inner.catch(() => {})
    })
    expect(journal.noted).toHaveLength(1)
  })

  test('[MV4] one that could not be noted is not acknowledged, and is noted with the next', async () => {
    const { applicationId, galleryId } = await newApplication()
    const [a, b] = [await person(applicationId, galleryId), await person(applicationId, galleryId)]
    journal.noted.length = 0
    journal.isBroken = true
    await expect(app.services.subjects.remove(applicationId, a, null)).rejects.toThrow(MienError)
    journal.isBroken = false
    await app.services.subjects.remove(applicationId, b, null)
    expect(journal.noted).toHaveLength(2)
  })

  test('[MV5] people and applications that came back are erased again, with audit record and tombstone; the others stay', async () => {
    const { applicationId, galleryId } = await newApplication()
    const gone = await newApplication()
    const [back, away, stays] = [randomUUID(), randomUUID(), await person(applicationId, galleryId)]
    await database.stores.subjects.insert({
      applicationId,
      id: back,
      galleryId,
      externalRef: null,
      name: 'B',
      payload: null,
      hasPin: false,
      createdAt: now(),
      lastSeenAt: null,
    })
    const keys = await database.stores.applicationKeys.of(applicationId)
    const digestOf = (id: string) => keys.digest('tombstone', Buffer.from(id))
    const erased: Erased[] = [
      ...[back, away].map((id) => ({ applicationId, digest: digestOf(id), erasedAt: now() })),
      { applicationId: gone.applicationId, digest: null, erasedAt: now() },
      { applicationId: randomUUID(), digest: digestOf(stays), erasedAt: now() },
    ]
    const options = { database, ...app.services }
    expect(await reapplyErasures(options, erased)).toEqual({ people: 1, applications: 1 })
    await expect(app.services.subjects.find(applicationId, back)).rejects.toMatchObject({ code: 'GONE' })
    await expect(app.services.subjects.find(applicationId, away)).rejects.toMatchObject({ code: 'GONE' })
    expect(await app.services.subjects.exists(applicationId, stays)).toBe(true)
    const records = await database.stores.audit.list(applicationId, { subjectId: back, limit: 10 })
    expect(records.map(({ event }) => event)).toContain('subject_deleted')
    expect(await reapplyErasures(options, erased)).toEqual({ people: 0, applications: 0 })
  })

  test('[MV5] who is erased again has the time of then, in one transaction where nobody is there, and stands in the journal once', async () => {
    const paused = memoryJournal()
    const { goOn, ...silent } = pauseJournal(paused)
    const bare = await openNewDatabase({ vault: testVault })
    const own = await openTestApp({ database: noteErasures(bare, silent, now) })
    const { application_id: applicationId } = (await own.createApplication()).credentials
    const gallery = await own.services.galleries.findByName(applicationId, 'default')
    const back = randomUUID()
    await bare.stores.subjects.insert({
      applicationId,
      id: back,
      galleryId: gallery.id,
      externalRef: null,
      name: 'B',
      payload: null,
      hasPin: false,
      createdAt: now(),
      lastSeenAt: null,
    })
    const keys = await bare.stores.applicationKeys.of(applicationId)
    const then = new Date('2026-01-02T03:04:05Z')
    const digests = [back, ...Array.from({ length: 2001 }, () => randomUUID())].map((id) =>
      keys.digest('tombstone', Buffer.from(id)),
    )
    paused.noted.push(...digests.map((digest) => ({ applicationId, digest, erasedAt: then })))
    // A journal of before may say it again, with a later time.
    paused.noted.push({ applicationId, digest: digests[0]!, erasedAt: now() })
    const noted = paused.noted.length
    const database = noteErasures(bare, silent, now)
    expect(await reapplyErasures({ database, ...own.services }, paused.read())).toEqual({ people: 1, applications: 0 })
    const kept = await bare.stores.tombstones.list(applicationId)
    expect(kept).toHaveLength(digests.length)
    expect(new Set(kept.map(({ deletedAt }) => deletedAt.getTime()))).toEqual(new Set([then.getTime()]))
    goOn()
    await noteKnownErasures(database, silent)
    expect(paused.noted).toHaveLength(noted)
    await own.close()
  })

  test('[MV4] whom another server erased, person or application, is noted with the next sweep, once', async () => {
    const { applicationId, galleryId } = await newApplication()
    const gone = await newApplication()
    const bare = { ...database }
    const here = memoryJournal()
    const watching = noteErasures(bare, here, now)
    await watching.sweep(now())
    const noted = here.noted.length
    await app.services.subjects.remove(applicationId, await person(applicationId, galleryId), null)
    await app.services.applications.remove(gone.applicationId)
    await watching.stores.tombstones.put(applicationId, new Uint8Array(32).fill(3), now())
    await watching.sweep(now())
    await watching.sweep(now())
    expect(here.noted.slice(noted)).toHaveLength(3)
    expect(here.noted.slice(noted)).toContainEqual(
      expect.objectContaining({ applicationId: gone.applicationId, digest: null }),
    )
  })

  test('[MV4] what the database knew before there was a journal is noted, once', async () => {
    const { applicationId } = await newApplication()
    await database.stores.tombstones.put(applicationId, new Uint8Array(32).fill(9), now())
    const late = memoryJournal()
    await noteKnownErasures(database, late)
    const noted = late.noted.length
    expect(late.noted.filter((each) => each.applicationId === applicationId)).toHaveLength(1)
    await noteKnownErasures(database, late)
    expect(late.noted).toHaveLength(noted)
  })
})
