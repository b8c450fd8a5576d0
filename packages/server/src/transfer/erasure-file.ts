import { Buffer } from 'node:buffer'
import { closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { decodeBase64Url, encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { z } from 'zod'
import type { Erased, ErasureJournal } from '../domain/erasure-journal.ts'
import { flushFile } from './flush-folder.ts'
import { writeWhole } from './write-whole.ts'

const line = z.strictObject({
  application: z.uuid(),
  /** Keyed digest of a facial id; null: the application itself was deleted. */
  erased: z.base64url().nullable(),
  at: z.iso.datetime(),
})

/** Where a data folder keeps it: outside the database, so that it outlives what the database is set back to. */
export const erasureFile = (dataDir: string): string => join(dataDir, 'erasures.jsonl')

/** The journal as a file of JSON lines that is only added to. What was noted is on the disk. */
export function createErasureFile(path: string): ErasureJournal {
  return {
    read: () => (existsSync(path) ? readErasures(path) : []),
    note(erased) {
      if (erased.length > 0) append(path, erased.map(toLine).join(''))
    },
  }
}

const toLine = ({ applicationId, digest, erasedAt }: Erased): string =>
  `${JSON.stringify({ application: applicationId, erased: digest && encodeBase64Url(digest), at: erasedAt.toISOString() })}\n`

function append(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const isNew = !existsSync(path)
  const file = openSync(path, 'a+', 0o600)
  try {
    // A process that was killed while it wrote left half a line: nobody was told that it was there.
    writeWhole(file, Buffer.from(`${endsInLine(file) ? '' : '\n'}${text}`))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  if (isNew) flushFile(dirname(path))
}

function endsInLine(file: number): boolean {
  const { size } = fstatSync(file)
  if (size === 0) return true
  const last = new Uint8Array(1)
  readSync(file, last, 0, 1, size - 1)
  return last[0] === 10
}

/** @throws MienError CONFIG_INVALID naming a line that is damaged */
export function readErasures(path: string): readonly Erased[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((text, i) => {
    if (text === '') return []
    const parsed = line.safeParse(parseOrNothing(text))
    if (parsed.success) {
      const { application, erased, at } = parsed.data
      return [
        {
          applicationId: application,
          digest: erased === null ? null : decodeBase64Url(erased),
          erasedAt: new Date(at),
        },
      ]
    }
    if (isTorn(text)) return []
    throw new MienError('CONFIG_INVALID', { message: `${path}: line ${i + 1} is damaged`, details: { line: i + 1 } })
  })
}

/** The beginning of a line that a killed process did not finish. */
const isTorn = (text: string): boolean => {
  const head = '{"application"'
  return text.startsWith(head.slice(0, text.length)) && !text.endsWith('}')
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
