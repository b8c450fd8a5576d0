import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import * as schema from '../db/schema.ts'

/** A table as it is copied. */
export interface PlannedTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** Every table of the schema, each after those that it refers to. Read off the schema, so that none can be forgotten. */
export const plannedTables: readonly PlannedTable[] = inDependencyOrder(
  Object.values<unknown>(schema).filter((value): value is PgTable => is(value, PgTable)),
)

function inDependencyOrder(tables: readonly PgTable[]): readonly PlannedTable[] {
  const waiting = new Map(tables.map((table) => [getTableConfig(table).name, getTableConfig(table)]))
  const planned: PlannedTable[] = []
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ name, foreignKeys }) =>
      foreignKeys.every((key) => {
        const other = getTableConfig(key.reference().foreignTable).name
        return other === name || !waiting.has(other)
      }),
    )
    if (free.length === 0) throw new Error(`Tables refer to each other: ${[...waiting.keys()].join(', ')}`)
    for (const { name, columns } of free) {
      planned.push({ name, columns: columns.map((column) => column.name) })
      waiting.delete(name)
    }
  }
  return planned
}

/** As an identifier of SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The columns of a table, as SQL lists them. */
export const columnList = ({ columns }: PlannedTable): string => columns.map(quoted).join(', ')
