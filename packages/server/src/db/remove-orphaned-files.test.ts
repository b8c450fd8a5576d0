import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { removeOrphanedFiles } from './remove-orphaned-files.ts'

let empty: string
let folder: string
let clients: PGlite[] = []
beforeAll(async () => {
  empty = mkdtempSync(join(tmpdir(), 'mien-empty-'))
  const client = await PGlite.create({ dataDir: join(empty, 'db') })
  await client.close()
}, 60_000)
afterAll(() => rmSync(empty, { recursive: true, force: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-orphans-'))
  for (const name of ['a', 'running']) cpSync(join(empty, 'db'), join(folder, name), { recursive: true })
})
afterEach(async () => {
  for (const client of clients) await client.close().catch(() => {})
  clients = []
  rmSync(folder, { recursive: true, force: true })
})

const open = async (name: string) => {
  const client = await PGlite.create({ dataDir: join(folder, name) })
  clients.push(client)
  return client
}

const secret = 'somebody who was deleted since'

const databaseFolder = async (client: PGlite, name: string) => {
  const { rows } = await client.query<{ oid: number }>('select oid from pg_database where datname = current_database()')
  return join(folder, name, 'base', `${rows[0]!.oid}`)
}
const filesWith = (directory: string, text: string) =>
  readdirSync(directory).filter((name) => readFileSync(join(directory, name)).includes(text))

/** A folder as a process leaves it that is killed while it writes a table anew. */
async function leaveHalfWritten(): Promise<void> {
  const client = await open('running')
  await client.exec(`create table people (name text); create index on people (name);
    insert into people values ('${secret}'); checkpoint`)
  await client.exec(`begin; alter table people alter column name type varchar(99) using name || '';`)
  await client.exec('checkpoint').catch(() => {})
  cpSync(join(folder, 'running'), join(folder, 'killed'), { recursive: true })
}

test('[ST7] what a killed process had half written anew is removed at the next start, and nothing else', async () => {
  await leaveHalfWritten()
  const client = await open('killed')
  const directory = await databaseFolder(client, 'killed')
  const before = filesWith(directory, secret)
  expect(await removeOrphanedFiles(client, join(folder, 'killed'))).toBeGreaterThan(0)
  expect(filesWith(directory, secret).length).toBeLessThan(before.length)
  expect((await client.query('select name from people')).rows).toEqual([{ name: secret }])
  for (const statement of ['delete from people', 'vacuum full people', 'checkpoint']) await client.exec(statement)
  expect(filesWith(directory, secret)).toEqual([])
  expect(await removeOrphanedFiles(client, join(folder, 'killed'))).toBe(0)
  await client.close()
  const again = await open('killed')
  for (const statement of [`insert into people values ('x')`, 'vacuum full people']) await again.exec(statement)
  expect((await again.query('select name from people')).rows).toEqual([{ name: 'x' }])
})

test('[ST7] files that are no table’s, the system’s own and those of other databases are left', async () => {
  const client = await open('a')
  const directory = await databaseFolder(client, 'a')
  const others = ['9999', 'notes', '99999.txt', 't3_99999', '99999_old']
  for (const name of others) writeFileSync(join(directory, name), 'x')
  writeFileSync(join(folder, 'a', 'base', '1', '99999'), 'x')
  for (const name of ['99999', '99999.1', '99999_fsm']) writeFileSync(join(directory, name), 'x')
  expect(await removeOrphanedFiles(client, join(folder, 'a'))).toBe(3)
  expect(readdirSync(directory)).toEqual(expect.arrayContaining(others))
  expect(readdirSync(join(folder, 'a', 'base', '1'))).toContain('99999')
})

test('[ST7] where a table has no file where it should be, nothing is removed', async () => {
  const client = await open('a')
  const directory = await databaseFolder(client, 'a')
  cpSync(join(folder, 'a'), join(folder, 'b'), { recursive: true })
  const copied = directory.replace(join(folder, 'a'), join(folder, 'b'))
  const { rows } = await client.query<{ file: number }>(`select pg_relation_filenode('pg_type') as file`)
  rmSync(join(copied, `${rows[0]!.file}`))
  writeFileSync(join(copied, '99999'), 'x')
  expect(await removeOrphanedFiles(client, join(folder, 'b'))).toBe(0)
  expect(readdirSync(copied)).toContain('99999')
})
