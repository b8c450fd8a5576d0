import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockTrial, settleFolder } from './settle-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-settle-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const lay = (...names: readonly string[]) => {
  for (const name of names) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, `is ${name}`), '')
  }
}
const isIn = (name: string) => readdirSync(join(folder, name))

test('[MV6] a restore that was killed between its two last steps has changed nothing', () => {
  lay('db.before', 'db.restoring')
  settleFolder(folder)
  expect(readdirSync(folder)).toEqual(['db'])
  expect(isIn('db')).toEqual(['is db.before'])
})

test('[MV6] one that was killed after them has put the backup in place, and the one before goes', () => {
  lay('db', 'db.before')
  settleFolder(folder)
  expect(readdirSync(folder)).toEqual(['db'])
  expect(isIn('db')).toEqual(['is db'])
})

test('[MV6] copies that killed commands left go, and one that a command works on stays', () => {
  lay('db', 'db.trying')
  const lock = lockTrial(folder)
  settleFolder(folder)
  expect(existsSync(join(folder, 'db.trying'))).toBe(true)
  lock.release()
  settleFolder(folder)
  expect(readdirSync(folder)).toEqual(['db'])
})
