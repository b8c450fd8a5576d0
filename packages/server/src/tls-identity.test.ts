import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localTlsIdentity, signedTlsIdentity, tlsIdentity } from '../../../test/fixtures/tls-identity.ts'
import { readTlsIdentity } from './tls-identity.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-tls-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('a certificate and its key are read whole, with those that signed it', () => {
  const files = { certFile: file('cert', signedTlsIdentity.cert), keyFile: file('key', signedTlsIdentity.key) }
  expect(readTlsIdentity(files)).toEqual(signedTlsIdentity)
})

const encrypted = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIH=\n-----END ENCRYPTED PRIVATE KEY-----\n'
const rows: [string, Partial<Record<'cert' | 'key', string | null>>, readonly string[]][] = [
  ['no certificate', { cert: null }, ['TLS_CERT']],
  ['no key', { key: null }, ['TLS_KEY']],
  ['something else for a certificate', { cert: 'hello' }, ['TLS_CERT']],
  ['a key for a certificate', { cert: localTlsIdentity.key }, ['TLS_CERT']],
  ['a certificate for a key', { key: localTlsIdentity.cert }, ['TLS_KEY']],
  ['an encrypted key', { key: encrypted }, ['TLS_KEY']],
  ['the key of another certificate', { key: tlsIdentity.key }, ['TLS_CERT', 'TLS_KEY']],
]
test.each(rows)('%s: said at start, with the name of the variable and nothing of a key', (_, changes, variables) => {
  const { cert, key } = { ...localTlsIdentity, ...changes }
  const certFile = cert === null ? join(folder, 'none') : file('cert', cert)
  const keyFile = key === null ? folder : file('key', key)
  const error = (() => {
    try {
      return readTlsIdentity({ certFile, keyFile })
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', details: { variables } })
  expect(JSON.stringify([String(error), (error as Error).cause ?? null])).not.toContain('BEGIN')
})
