import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { secretVariables, withSecretFiles } from './secret-variables.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-secrets-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function put(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('[ST45] every secret may come from a file, and what is set itself wins', () => {
  const path = put('secret', 'from the file\n')
  for (const name of secretVariables) {
    expect(withSecretFiles({ [`${name}_FILE`]: path })[name]).toBe('from the file')
    expect(withSecretFiles({ [`${name}_FILE`]: path, [name]: 'set' })[name]).toBe('set')
    expect(withSecretFiles({ [`${name}_FILE`]: path, [name]: '' })[name]).toBe('from the file')
  }
  expect(withSecretFiles({ PORT_FILE: path, MIEN_ADMIN_TOKEN_FILE: '' })).not.toHaveProperty('PORT')
  const MIEN_MASTER_KEY_FILE = put('key', 'ab'.repeat(32))
  expect(readConfig(withSecretFiles({ MIEN_MASTER_KEY_FILE })).masterKey).toBe('ab'.repeat(32))
})

test.each([
  ['is not there', () => join(folder, 'none')],
  ['is a folder', () => folder],
  ['is empty', () => put('empty', ' \n')],
])('[ST45] a file that %s is told by the name of its variable', (_why, path) => {
  expect(() => withSecretFiles({ DATABASE_URL_FILE: path() })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', details: { variables: ['DATABASE_URL_FILE'] } }),
  )
})
