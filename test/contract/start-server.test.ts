import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from '../../packages/server/src/config.ts'
import { startServer } from '../../packages/server/src/start-server.ts'
import { localTlsIdentity, signedTlsIdentity } from '../fixtures/tls-identity.ts'

const log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-start-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const start = (dataDir: string, port = '0') =>
  startServer(readConfig({ PORT: port, MIEN_DATA_DIR: join(folder, dataDir), MIEN_DEMO: 'off' }), log)

test('[ST30] a second server on the same data is refused, one on the same port is told so, and a stop leaves no lock', async () => {
  const server = await start('a')
  try {
    expect((await fetch(new URL('/readyz', server.url))).status).toBe(200)
    await expect(start('a')).rejects.toMatchObject({ code: 'DATABASE_LOCKED' })
    const { port } = new URL(server.url)
    await expect(start('b', port)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `Port ${port} on 127.0.0.1 is taken. Stop the other program or set PORT.`,
    })
    // The failed start gave its own folder back.
    await (await start('b')).close()
  } finally {
    await server.close()
  }
  for (const name of ['mien.lock', 'server.json']) expect(existsSync(join(folder, 'a', name))).toBe(false)
  for (const name of ['master.key', 'admin-token']) expect(statSync(join(folder, 'a', name)).mode & 0o777).toBe(0o600)
})

test('[ST30] a stop of which a part fails still gives the database back, and says which', async () => {
  const failures: string[] = []
  const config = readConfig({ PORT: '0', MIEN_DATA_DIR: join(folder, 'a'), MIEN_DEMO: 'off' })
  const server = await startServer(config, { ...log, error: (_: unknown, message: string) => failures.push(message) })
  // What is in the way of the address file's removal.
  rmSync(join(folder, 'a', 'server.json'))
  mkdirSync(join(folder, 'a', 'server.json'))
  await expect(server.close()).rejects.toMatchObject({ message: 'Did not close: the address file' })
  expect(failures).toEqual(['the address file did not close'])
  expect(existsSync(join(folder, 'a', 'mien.lock'))).toBe(false)
})

test('[ST30] a start that fails after it listens gives its port and its data back', async () => {
  const first = await start('a')
  const { port } = new URL(first.url)
  await first.close()
  // What is in the way of the address file.
  mkdirSync(join(folder, 'a', 'server.json'))
  await expect(start('a', port)).rejects.toMatchObject({ code: 'EISDIR' })
  rmSync(join(folder, 'a', 'server.json'), { recursive: true })
  await (await start('a', port)).close()
})

test('[ST30] a server that stops leaves the address of another one that says by now where it is', async () => {
  const server = await start('a')
  const file = join(folder, 'a', 'server.json')
  const other = { ...JSON.parse(readFileSync(file, 'utf8')), pid: process.pid + 1 }
  writeFileSync(file, JSON.stringify(other))
  await server.close()
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(other)
})

test('[ER13] with a certificate and its key the server speaks HTTPS, and takes new ones without a stop', async () => {
  const files = { TLS_CERT: join(folder, 'cert.pem'), TLS_KEY: join(folder, 'key.pem') }
  const put = ({ cert, key }: { cert: string; key: string }) => {
    writeFileSync(files.TLS_CERT, cert)
    writeFileSync(files.TLS_KEY, key)
  }
  const config = () => readConfig({ PORT: '0', MIEN_DATA_DIR: join(folder, 'a'), MIEN_DEMO: 'off', ...files })
  await expect(startServer(config(), log)).rejects.toMatchObject({ details: { variables: ['TLS_CERT'] } })

  put(localTlsIdentity)
  const server = await startServer(config(), log)
  /** Name in the certificate that a visitor is shown. */
  const shown = async () => {
    const { hostname, port } = new URL(server.url)
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const name = socket.getPeerCertificate().subject.CN
    socket.destroy()
    return name
  }
  const named = () => JSON.parse(readFileSync(join(folder, 'a', 'server.json'), 'utf8'))
  try {
    expect(server.url).toMatch(/^https:/)
    expect([await shown(), named().certificate]).toEqual(['localhost', localTlsIdentity.cert])
    put({ ...signedTlsIdentity, key: 'damaged' })
    expect(() => server.renewCertificate()).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(await shown()).toBe('localhost')
    put(signedTlsIdentity)
    server.renewCertificate()
    expect([await shown(), named().certificate]).toEqual(['mien.example', signedTlsIdentity.cert])
  } finally {
    await server.close()
  }
})
