import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One request of a vendor's document and what it answers. Words in braces are filled in, or stand for what varies. */
export interface WirePair {
  readonly what: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly form?: Readonly<Record<string, string>>
    readonly json?: Readonly<Record<string, unknown>>
    /** Instead of the credentials that the others have. */
    readonly secret?: string
  }
  readonly answer: { readonly status: number; readonly type: string | null; readonly body: unknown }
}

const folder = join(import.meta.dirname, '..', 'fixtures', 'wire')

export const readWirePairs = async (dialect: string): Promise<readonly WirePair[]> =>
  JSON.parse(await readFile(join(folder, `${dialect}.json`), 'utf8'))

const patterns: Readonly<Record<string, (value: unknown) => boolean>> = {
  '{text}': (value) => typeof value === 'string' && value !== '',
  '{integer}': (value) => Number.isInteger(value),
  '{hex32}': (value) => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value),
  '{bytes}': (value) => typeof value === 'string' && value.length > 100,
}

/** Whether an answer is as described: an object with the same keys and no other; of a list, one element at least. */
export function isAsDescribed(value: unknown, described: unknown): boolean {
  if (typeof described === 'string' && described in patterns) return patterns[described]!(value)
  if (Array.isArray(described)) {
    const list: readonly unknown[] = Array.isArray(value) ? value : []
    return described.every((element) => list.some((each) => isAsDescribed(each, element)))
  }
  if (typeof described !== 'object' || described === null) return value === described
  if (typeof value !== 'object' || value === null) return false
  const [given, expected] = [new Map(Object.entries(value)), Object.entries(described)]
  return given.size === expected.length && expected.every(([key, each]) => isAsDescribed(given.get(key), each))
}
