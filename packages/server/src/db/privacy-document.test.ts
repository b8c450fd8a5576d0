import { readFileSync } from 'node:fs'
import { getTableName, isTable } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { tableFates, tablesThatAre } from '../domain/table-fates.ts'
import { rowId } from '../domain/tokens.ts'
import { openNewDatabase } from './new-database.fixture.ts'
import * as schema from './schema.ts'

const documented = (name: string): string => readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8')

test('[PV8] PRIVACY.md says of every table what is in it and for how long, and of no other', () => {
  const stored = documented('PRIVACY.md').split('## What is stored')[1]!.split('\n## ')[0]!
  const rows = [...stored.matchAll(/^\| `([a-z_]+)` \| (.+) \| (.+) \|$/gm)]
  const tables = Object.values(schema).flatMap((value) => (isTable(value) ? [getTableName(value)] : []))
  expect(tables.length).toBeGreaterThan(30)
  expect(rows.map(([, table]) => table).sort()).toEqual([...tables].sort())
  for (const [, table, what, until] of rows) expect(`${what}${until}`.trim().length, table).toBeGreaterThan(10)
})

test('[PV3] what becomes of every table is known, what is erased is looked at for a certificate, and PRIVACY.md says the same', async () => {
  const tables = Object.values(schema).flatMap((value) => (isTable(value) ? [getTableName(value)] : []))
  expect(Object.keys(tableFates).sort()).toEqual([...tables].sort())
  const database = await openNewDatabase({ vault })
  const looked = await database.stores.people.remains(rowId(), rowId())
  await database.close()
  expect(looked.map(({ table }) => table).sort()).toEqual([...tablesThatAre('erased')].sort())
  const text = documented('PRIVACY.md')
  const untilOf = (table: string) => new RegExp(`^\\| \`${table}\` \\| .+ \\| (.+) \\|$`, 'm').exec(text)?.[1]
  for (const table of tablesThatAre('erased')) expect(untilOf(table), table).toMatch(/person|deleted|erased|removed/)
  for (const table of tablesThatAre('kept'))
    expect(untilOf(table), table).toMatch(/erased|for good|until the application/)
  for (const table of tablesThatAre('ends')) expect(untilOf(table), table).toMatch(/session|hour|day|ended/)
})

test('[PV8] SECURITY.md has a row for each of the 45 threats, with a verdict, and an answer for each level and injection', () => {
  const text = documented('SECURITY.md')
  const threats = [...text.matchAll(/^\| (T\d+) \| [^|]+ \| [^|]+ \| [^|]+ \| ([^|]+) \|$/gm)]
  expect(threats.map(([, id]) => id)).toEqual(Array.from({ length: 45 }, (_, i) => `T${i + 1}`))
  const injections = text.split('## Recordings')[1]!.split('\n## ')[0]!
  expect([...injections.matchAll(/^\| [^|-]+ \|( [^|]+ \|){3}$/gm)].length).toBeGreaterThanOrEqual(6)
})
