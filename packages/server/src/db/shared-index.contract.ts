import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import type { Face } from '../domain/model.ts'
import type { Database, Stores } from '../domain/ports.ts'
import { rowId } from '../domain/tokens.ts'
import type { VersionedSpace } from './exact-memory.ts'
import { enroll } from './new-space.fixture.ts'

/** A database that several processes search. */
export interface SharedIndexRig {
  /** Another process. */
  start(): Promise<Database>
  /** An empty gallery, to be searched by the engine. */
  newSpace(stores: Stores): Promise<VersionedSpace>
  /** Waits until the process searches the gallery by the engine, and checks that it does. */
  prepare(database: Database, space: VersionedSpace): Promise<void>
  /** SQL past the stores. */
  sql(statement: string, ...parameters: unknown[]): Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

/** What a search engine must hold to where several processes write: what was acknowledged anywhere is known everywhere at once. */
export function registerSharedIndexContract(name: string, open: () => Promise<SharedIndexRig>): void {
  describe(`shared index: ${name}`, () => {
    let rig: SharedIndexRig
    let here: Database
    let there: Database
    beforeAll(async () => {
      rig = await open()
      here = await rig.start()
      there = await rig.start()
    })
    afterAll(() => rig.close())

    const fill = async (people = 6) => {
      const space = await rig.newSpace(here.stores)
      const faces: Face[] = []
      for (let seed = 1; seed <= people; seed++) faces.push(await enroll(here.stores, space, seed))
      for (const process of [here, there]) await rig.prepare(process, space)
      return { space, faces }
    }
    const find = async (space: VersionedSpace, seed: number, { stores }: Pick<Database, 'stores'>) => {
      const hits = await stores.index.nearest({ ...space, vector: syntheticPerson(seed), limit: 3 })
      return hits.filter(({ score }) => score > 0.99).map(({ subjectId }) => subjectId)
    }
    /** As whoever enrols does: writers of a gallery take turns. */
    const enrollInTurn = (database: Database, space: VersionedSpace, seed: number): Promise<Face> =>
      database.transaction(async (stores) => {
        await stores.galleries.lock(space.applicationId, space.galleryId)
        return enroll(stores, space, seed)
      })

    test('[ST61] whom another process enrolled is found from then on, and whom it deleted is not', async () => {
      const { space, faces } = await fill()
      const [ada, bob] = [faces[0]!, faces[1]!]
      for (const process of [here, there]) expect(await find(space, 1, process)).toEqual([ada.subjectId])
      const cyd = await enrollInTurn(there, space, 100)
      expect(await find(space, 100, here)).toEqual([cyd.subjectId])
      await there.stores.subjects.remove(space.applicationId, ada.subjectId)
      await here.stores.faces.remove(space.applicationId, bob.subjectId, bob.id)
      for (const process of [here, there]) {
        for (const seed of [1, 2]) expect(await find(space, seed, process)).toEqual([])
        expect(await find(space, 3, process)).toEqual([faces[2]!.subjectId])
        expect(await find(space, 100, process)).toEqual([cyd.subjectId])
      }
    })

    test('[ST61] of 60 whom four writers enrol at once each is found the moment it is acknowledged, and each of 30 who go is not', async () => {
      const { space, faces } = await fill(30)
      const writers = [here, there, here, there]
      const missed: number[] = []
      const found: number[] = []
      const enrolls = writers.map(async (process, writer) => {
        for (let i = 0; i < 15; i++) {
          const seed = 1000 + writer * 100 + i
          const { subjectId } = await enrollInTurn(process, space, seed)
          for (const searcher of [here, there]) {
            if (!(await find(space, seed, searcher)).includes(subjectId)) missed.push(seed)
          }
        }
      })
      const removals = [here, there].map(async (process, writer) => {
        for (const [i, { subjectId }] of faces.entries()) {
          if (i % 2 !== writer) continue
          await process.transaction(async (stores) => {
            await stores.galleries.lock(space.applicationId, space.galleryId)
            await stores.subjects.remove(space.applicationId, subjectId)
          })
          for (const searcher of [here, there]) {
            if ((await find(space, i + 1, searcher)).includes(subjectId)) found.push(i)
          }
        }
      })
      await Promise.all([...enrolls, ...removals])
      expect({ missed, found }).toEqual({ missed: [], found: [] })
      expect(await here.stores.faces.count(space)).toBe(60)
    })

    test('[ST61] a process that starts finds all who are there, and 20 searches at once while it gets ready do', async () => {
      const { space, faces } = await fill(20)
      const fresh = await rig.start()
      const found = await Promise.all(faces.map((_, i) => find(space, i + 1, fresh)))
      expect(found).toEqual(faces.map(({ subjectId }) => [subjectId]))
      await rig.prepare(fresh, space)
      for (const [i, { subjectId }] of faces.entries()) expect(await find(space, i + 1, fresh)).toEqual([subjectId])
    })

    test('[ST61] a transaction finds what it wrote itself, also in a savepoint; nobody else does, and what is undone was never there', async () => {
      const { space, faces } = await fill()
      const [ada, bob] = [faces[0]!, faces[1]!]
      const undone = here.transaction(async (stores) => {
        await stores.galleries.lock(space.applicationId, space.galleryId)
        await stores.faces.removeOfSubject(space.applicationId, ada.subjectId)
        await stores.savepoints.run(async (within) => {
          await within.faces.insert({ ...bob, id: rowId(), vector: syntheticPerson(50) })
        })
        expect(await find(space, 1, { stores })).toEqual([])
        expect(await find(space, 50, { stores })).toEqual([bob.subjectId])
        throw new Error('undone')
      })
      await expect(undone).rejects.toThrow('undone')
      for (const process of [here, there]) {
        expect(await find(space, 1, process)).toEqual([ada.subjectId])
        expect(await find(space, 50, process)).toEqual([])
      }
      // And what others wrote meanwhile is found by one that wrote elsewhere.
      const cyd = await enrollInTurn(there, space, 60)
      await here.transaction(async (stores) => {
        await stores.applications.hold(space.applicationId)
        expect(await find(space, 60, { stores })).toEqual([cyd.subjectId])
      })
    })

    test('[ST61] a face that moves to a newer key version is found under that one alone, row by row', async () => {
      const { space, faces } = await fill()
      const newer = { ...space, keyVersion: 2 }
      await here.stores.applicationKeys.add(space.applicationId)
      expect(await find(newer, 1, here)).toEqual([])
      const renewed = await here.transaction(async (stores) => {
        await stores.applications.hold(space.applicationId)
        return stores.applicationKeys.renew(space.applicationId, 3, [])
      })
      expect(renewed.moved).toBe(3)
      for (const process of [here, there, there]) {
        const under = async (version: VersionedSpace) =>
          (await process.stores.index.nearest({ ...version, vector: syntheticPerson(1), limit: 10 })).map(
            ({ subjectId }) => subjectId,
          )
        const [old, moved] = [await under(space), await under(newer)]
        expect([old.length, moved.length]).toEqual([3, 3])
        expect(new Set([...old, ...moved])).toEqual(new Set(faces.map(({ subjectId }) => subjectId)))
      }
    })

    test('[ST61] in a gallery that was erased nobody is found, and none of another is missed', async () => {
      const [{ space }, other] = [await fill(), await fill()]
      await there.stores.applications.remove(space.applicationId)
      for (const process of [here, there]) {
        expect(await find(space, 1, process)).toEqual([])
        await process.sweep(new Date())
        expect(await find(space, 1, process)).toEqual([])
        expect(await find(other.space, 1, process)).toEqual([other.faces[0]!.subjectId])
      }
    })

    test('[ST61] [ST14] whoever followed the changes until before those that were forgotten misses nothing', async () => {
      const { space, faces } = await fill()
      await here.stores.subjects.remove(space.applicationId, faces[0]!.subjectId)
      const cyd = await enrollInTurn(here, space, 70)
      await rig.sql(`update gallery_changes set at = now() - interval '40 days' where gallery_id = $1`, space.galleryId)
      await here.sweep(new Date())
      for (const process of [there, here]) {
        expect(await find(space, 1, process)).toEqual([])
        expect(await find(space, 2, process)).toEqual([faces[1]!.subjectId])
        expect(await find(space, 70, process)).toEqual([cyd.subjectId])
      }
    })

    test('[ST64] after the database was set back, and gave the same numbers to other changes, those who are in it now are found', async () => {
      const { space } = await fill()
      const cyd = await enrollInTurn(here, space, 80)
      for (const process of [here, there]) expect(await find(space, 80, process)).toEqual([cyd.subjectId])
      const newest = 'select max(seq)::text as seq from gallery_changes where gallery_id = $1'
      const [before] = await rig.sql(newest, space.galleryId)
      await rig.sql(
        'delete from gallery_changes where gallery_id = $1 and seq = $2::bigint',
        space.galleryId,
        before?.seq,
      )
      await rig.sql('delete from subjects where id = $1', cyd.subjectId)
      await rig.sql(`select setval(pg_get_serial_sequence('gallery_changes', 'seq'), $1::bigint, false)`, before?.seq)
      const dan = await enrollInTurn(there, space, 81)
      expect(await rig.sql(newest, space.galleryId)).toEqual([before])
      for (const process of [here, there]) {
        expect(await find(space, 80, process)).toEqual([])
        expect(await find(space, 81, process)).toEqual([dan.subjectId])
      }
    })
  })
}
