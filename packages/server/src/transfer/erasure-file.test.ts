import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Erased } from '../domain/erasure-journal.ts'
import { createErasureFile, erasureFile } from './erasure-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-erasures-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const erased: fc.Arbitrary<Erased> = fc.record({
  applicationId: fc.uuid(),
  digest: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: null }),
  erasedAt: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
})
const plain = (each: readonly Erased[]) =>
  each.map(({ digest, ...rest }) => ({ ...rest, digest: digest && Buffer.from(digest).toString('hex') }))

test('[MV4] what was noted is read back, in its order, and only its owner may read it', () => {
  fc.assert(
    fc.property(fc.array(fc.array(erased, { maxLength: 4 }), { maxLength: 5 }), (batches) => {
      const path = erasureFile(mkdtempSync(join(folder, 'each-')))
      const journal = createErasureFile(path)
      for (const batch of batches) journal.note(batch)
      expect(plain(createErasureFile(path).read())).toEqual(plain(batches.flat()))
      if (batches.flat().length > 0) expect(statSync(path).mode & 0o777).toBe(0o600)
    }),
    { numRuns: 30 },
  )
})

test('[MV4] half a line of a killed process is passed over, and what is noted after it is not lost', () => {
  const path = erasureFile(folder)
  const journal = createErasureFile(path)
  const one: Erased = { applicationId: crypto.randomUUID(), digest: new Uint8Array(32), erasedAt: new Date(0) }
  journal.note([one])
  const whole = readFileSync(path, 'utf8')
  for (let length = 1; length < whole.length - 1; length++) {
    writeFileSync(path, whole)
    appendFileSync(path, whole.slice(0, length))
    expect(journal.read(), `${length} characters`).toHaveLength(1)
    journal.note([one])
    expect(journal.read(), `${length} characters and a line`).toHaveLength(2)
  }
})

test('[MV4] a damaged line is refused by its number', () => {
  writeFileSync(erasureFile(folder), '{"application":"x","erased":null,"at":"2026-01-01T00:00:00.000Z"}\n')
  const read = () => createErasureFile(erasureFile(folder)).read()
  expect(read).toThrow(MienError)
  expect(read).toThrow(/line 1/)
})
