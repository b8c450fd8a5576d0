import type { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openNewClient } from './new-database.fixture.ts'
import { createPreparedQuery } from './prepared-queries.ts'

let client: PGlite
beforeAll(async () => {
  client = await openNewClient()
  client.query = createPreparedQuery(client)
  await client.exec('create table things (id int primary key, name text)')
})
afterAll(() => client.close())

const insert = (id: number, name: string | null) => client.query('insert into things values ($1, $2)', [id, name])

test('each run of a statement has its own values, and says what it did', async () => {
  for (const [id, name] of [
    [1, 'one'],
    [2, null],
    [3, 'three'],
  ] as const) {
    expect(await insert(id, name)).toMatchObject({ affectedRows: 1 })
  }
  const named = async (id: number) => (await client.query('select name from things where id = $1', [id])).rows
  expect([await named(1), await named(2), await named(4)]).toEqual([[{ name: 'one' }], [{ name: null }], []])
})

test('a refused statement has its SQLSTATE, and the next run is not touched by it', async () => {
  await expect(insert(1, 'again')).rejects.toMatchObject({ code: '23505' })
  await expect(client.query('select nothing from things')).rejects.toMatchObject({ code: '42703' })
  expect(await insert(10, 'ten')).toMatchObject({ affectedRows: 1 })
})

test('no more statements are kept than there is room for, and one that was given up is prepared again', async () => {
  for (let i = 0; i < 300; i++) expect((await client.query(`select ${i} as n`)).rows).toEqual([{ n: i }])
  const kept = await client.query<{ n: number }>('select count(*)::int as n from pg_prepared_statements')
  expect(kept.rows[0]!.n).toBeLessThanOrEqual(129)
  expect((await client.query('select 0 as n')).rows).toEqual([{ n: 0 }])
})

test('one that comes while the database is closed, or after, is refused and not left hanging', async () => {
  const closing = await openNewClient()
  closing.query = createPreparedQuery(closing)
  const before = closing.query<{ n: number }>('select 1 as n')
  const closed = closing.close()
  const ask = () => closing.query('select 2 as n').then(({ rows }) => JSON.stringify(rows), String)
  const asked = Array.from({ length: 20 }, ask)
  expect((await before).rows).toEqual([{ n: 1 }])
  await closed
  for (const answer of await Promise.all(asked)) expect(answer).toMatch(/^\[{"n":2}\]$|PGlite is clos/)
  await expect(closing.query('select 3 as n')).rejects.toThrow('PGlite is closed')
})

test('none comes between the statements of a transaction', async () => {
  let other: Promise<unknown> | undefined
  const rolledBack = client.transaction(async (tx) => {
    await tx.query('insert into things values (20, null)')
    other = insert(21, 'outside')
    await tx.query('select 1')
    throw new Error('Enough')
  })
  await expect(rolledBack).rejects.toThrow('Enough')
  await other
  expect((await client.query('select id from things where id >= 20')).rows).toEqual([{ id: 21 }])
})
