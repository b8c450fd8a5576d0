import { readFileSync } from 'node:fs'
import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { expect, test } from 'vitest'
import * as schema from './schema.ts'

const document = readFileSync(new URL('../../docs/SCALING.md', import.meta.url), 'utf8')

interface Key {
  readonly table: string
  readonly columns: readonly string[]
}

const tables = Object.values(schema)
  .filter((each) => is(each, PgTable))
  .map((each) => getTableConfig(each))

/** Every key by which rows are unique, and every one by which they point at others. */
const keys: readonly Key[] = tables.flatMap(
  ({ name, columns, primaryKeys, uniqueConstraints, indexes, foreignKeys }) => {
    const own = columns.filter((column) => column.primary || column.isUnique).map((column) => [column.name])
    const unique = indexes.filter(({ config }) => config.unique)
    const named = [
      ...own,
      ...primaryKeys.map((key) => key.columns.map((column) => column.name)),
      ...uniqueConstraints.map((key) => key.columns.map((column) => column.name)),
      ...unique.map(({ config }) => config.columns.map((column) => ('name' in column ? String(column.name) : ''))),
      ...foreignKeys.map((key) => key.reference().columns.map((column) => column.name)),
    ]
    return named.map((columns) => ({ table: name, columns }))
  },
)

const spelled = ({ table, columns }: Key): string => `${table} (${columns.join(', ')})`

test('[OB12] every key holds the application, but for those that SCALING.md names', () => {
  const without = keys.filter(({ columns }) => !columns.includes('application_id')).map(spelled)
  const [, section = ''] = document.split('<!-- keys without the application -->')
  const told = [...section.matchAll(/^\| `([a-z_]+ \([a-z_, ]+\))`/gm)].map(([, key]) => key!)
  expect([...new Set(without)].sort()).toEqual([...told].sort())
  expect(keys.length).toBeGreaterThan(60)
})

test('[OB12] where the application is in a key of rows it comes first', () => {
  const inside = keys.filter(({ columns }) => columns.includes('application_id'))
  expect(inside.filter(({ columns }) => columns[0] !== 'application_id').map(spelled)).toEqual([])
})
