import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOrCreateSecret, readSecretFile, writeSecretFile } from './secret-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-secret-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('[ST45] a secret is made once and only its owner can read it', () => {
  const path = join(folder, 'new', 'token')
  expect(readSecretFile(path)).toBeNull()
  expect(readOrCreateSecret(path, () => 'first')).toBe('first')
  expect(readOrCreateSecret(path, () => 'second')).toBe('first')
  writeSecretFile(join(folder, 'other'), 'x')
  for (const name of ['new/token', 'other']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700)
})

test('[ST45] an empty file is no secret', () => {
  const path = join(folder, 'token')
  writeFileSync(path, '')
  expect(() => readOrCreateSecret(path, () => 'x')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

test('[ST45] a secret is put in place whole and for its owner only, also over an older file', () => {
  const path = join(folder, 'demo')
  writeFileSync(path, 'old')
  chmodSync(path, 0o644)
  const before = statSync(path).ino
  writeSecretFile(path, 'new')
  expect(readSecretFile(path)).toBe('new')
  expect(statSync(path).ino).not.toBe(before)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['demo'])
})
