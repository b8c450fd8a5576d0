import { readFile } from 'node:fs/promises'

/** A wrong call or list: shown to the user as it is. */
export class UsageError extends Error {}

/**
 * Reads a CSV file of plain fields (no quotes) with exactly the given header.
 *
 * @returns one object a row, keyed by column
 */
export async function readTable<Column extends string>(path: string, columns: readonly Column[]) {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`${path}: ${error.message}`)
  })
  const [header, ...lines] = text.trim().split(/\r?\n/)
  if (header !== columns.join(',')) throw new UsageError(`${path}: the header must be ${columns.join(',')}`)
  return lines.map((line, i) => {
    const fields = line.split(',')
    const whole = fields.length === columns.length && !line.includes('"')
    if (!whole) throw new UsageError(`${path}:${i + 2}: ${columns.length} plain fields are expected`)
    return Object.fromEntries(columns.map((column, k) => [column, fields[k]!])) as Record<Column, string>
  })
}
