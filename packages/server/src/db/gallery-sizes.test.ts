import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../domain/ports.ts'
import { rowId } from '../domain/tokens.ts'
import { migrationsFolder } from './database.ts'
import { openNewClient } from './new-database.fixture.ts'
import { enroll, newSpace } from './new-space.fixture.ts'
import { type Processes, processEngines } from './open-processes.fixture.ts'

describe.each(processEngines)('gallery sizes on $name', ({ open }) => {
  let processes: Processes
  let database: Database
  beforeAll(async () => {
    processes = await open()
    database = await processes.start()
  })
  afterAll(() => processes.close())

  const counted = () =>
    processes.sql('select application_id, gallery_id, model_id, count(*)::int as faces from faces group by 1, 2, 3')
  const kept = () =>
    processes.sql('select application_id, gallery_id, model_id, faces from gallery_sizes where faces <> 0')
  const text = (rows: readonly Record<string, unknown>[]) => rows.map((row) => JSON.stringify(row)).sort()
  const expectExact = async () => expect(text(await kept())).toEqual(text(await counted()))

  test('[ST60] the size of a gallery is the count of its faces after every kind of change, each model for itself', async () => {
    const { stores } = database
    const [space, other] = [await newSpace(stores), await newSpace(stores)]
    const [ada, bob] = [await enroll(stores, space, 1), await enroll(stores, space, 2)]
    await enroll(stores, other, 3)
    expect(await stores.faces.count(space)).toBe(2)
    for (const modelId of ['test-512', 'second']) await stores.faces.insert({ ...ada, modelId, id: rowId() })
    expect([await stores.faces.count(space), await stores.faces.count({ ...space, modelId: 'second' })]).toEqual([3, 1])
    expect(await stores.faces.countAll(space.applicationId)).toBe(4)
    await expectExact()
    await processes.sql("update faces set model_id = 'third' where id = $1", bob.id)
    await processes.sql('update faces set key_version = 2 where application_id = $1', space.applicationId)
    await expectExact()
    await stores.subjects.remove(space.applicationId, ada.subjectId)
    expect(await stores.faces.count(space)).toBe(0)
    expect(await stores.faces.count(other)).toBe(1)
    await expectExact()
  })

  test('[ST60] many rows of a statement are counted together, also over several galleries, and what is undone is not', async () => {
    const { stores } = database
    const [one, two] = [await newSpace(stores), await newSpace(stores)]
    const [ada, bob] = [await enroll(stores, one, 1), await enroll(stores, two, 2)]
    const copies = `insert into faces (application_id, gallery_id, id, subject_id, model_id, key_version, dimension, vector)
      select application_id, gallery_id, gen_random_uuid(), subject_id, model_id, key_version, dimension, vector
      from faces, generate_series(1, 50) where id = any($1::uuid[])`
    await processes.sql(copies, `{${ada.id},${bob.id}}`)
    expect([await stores.faces.count(one), await stores.faces.count(two)]).toEqual([51, 51])
    const undone = database.transaction(async (within) => {
      await within.subjects.remove(one.applicationId, ada.subjectId)
      expect(await within.faces.count(one)).toBe(0)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await stores.faces.count(one)).toBe(51)
    await expectExact()
  })

  test('[ST60] a gallery or an application that is deleted takes its size along', async () => {
    const { stores } = database
    const [one, two] = [await newSpace(stores), await newSpace(stores)]
    for (const space of [one, two]) await enroll(stores, space, 1)
    const sizes = (id: string) => processes.sql('select faces from gallery_sizes where application_id = $1', id)
    // Past the stores, which delete no gallery with somebody in it.
    await processes.sql('delete from galleries where id = $1', one.galleryId)
    await stores.applications.remove(two.applicationId)
    for (const { applicationId } of [one, two]) expect(await sizes(applicationId)).toEqual([])
    await expectExact()
  })

  test('[ST60] of 40 who are enrolled and 20 who are deleted at once none is counted wrong', async () => {
    const { stores } = database
    const space = await newSpace(stores)
    const old = await Promise.all(Array.from({ length: 20 }, (_, i) => enroll(stores, space, i)))
    await Promise.all([
      ...Array.from({ length: 40 }, (_, i) => enroll(stores, space, 100 + i)),
      ...old.map(({ subjectId }) => stores.subjects.remove(space.applicationId, subjectId)),
    ])
    expect(await stores.faces.count(space)).toBe(40)
    await expectExact()
  })

  test('[ST60] a table that is emptied leaves no size', async () => {
    await enroll(database.stores, await newSpace(database.stores), 1)
    await processes.sql('truncate faces')
    expect(await kept()).toEqual([])
  })
})

test('[ST60] faces of before the sizes were kept are counted by the migration', { timeout: 120_000 }, async () => {
  const client = await openNewClient('bare')
  const folder = fileURLToPath(migrationsFolder)
  const migrations = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  const at = migrations.sort().findIndex((name) => name.includes('gallery_sizes'))
  const run = async (names: readonly string[]) => {
    for (const name of names) await client.exec(readFileSync(join(folder, name), 'utf8'))
  }
  try {
    await run(migrations.slice(0, at))
    const [application, gallery, person] = [rowId(), rowId(), rowId()]
    const values = "values ($1, 'mp_1', 'Old', '{}', now())"
    await client.query(`insert into applications (id, public_id, name, settings, created_at) ${values}`, [application])
    const inGallery = 'insert into galleries (application_id, id, name, created_at)'
    await client.query(`${inGallery} values ($1, $2, 'default', now())`, [application, gallery])
    const columns = 'application_id, id, gallery_id, payload, created_at'
    await client.query(`insert into subjects (${columns}) values ($1, $2, $3, 'null', now())`, [
      application,
      person,
      gallery,
    ])
    await client.query(
      `insert into faces (application_id, gallery_id, id, subject_id, model_id, key_version, dimension, vector)
       select $1, $2, gen_random_uuid(), $3, 'm', 1, 2, '[0.6, 0.8]' from generate_series(1, 7)`,
      [application, gallery, person],
    )
    await run(migrations.slice(at))
    const { rows } = await client.query('select model_id, faces from gallery_sizes')
    expect(rows).toEqual([{ model_id: 'm', faces: 7 }])
  } finally {
    await client.close()
  }
})
