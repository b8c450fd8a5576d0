import { readFileSync } from 'node:fs'
import { getTableName, isTable } from 'drizzle-orm'
import { expect, test } from 'vitest'
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

test('[PV8] SECURITY.md has a row for each of the 45 threats, with a verdict, and an answer for each level and injection', () => {
  const text = documented('SECURITY.md')
  const threats = [...text.matchAll(/^\| (T\d+) \| [^|]+ \| [^|]+ \| [^|]+ \| ([^|]+) \|$/gm)]
  expect(threats.map(([, id]) => id)).toEqual(Array.from({ length: 45 }, (_, i) => `T${i + 1}`))
  const injections = text.split('## Recordings')[1]!.split('\n## ')[0]!
  expect([...injections.matchAll(/^\| [^|-]+ \|( [^|]+ \|){3}$/gm)].length).toBeGreaterThanOrEqual(6)
})
