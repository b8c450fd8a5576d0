import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../../../test/contract/test-app.ts'
import { localTlsIdentity, signedTlsIdentity, tlsIdentity } from '../../../../test/fixtures/tls-identity.ts'
import { bind, createNodeServer } from '../http/node-server.ts'
import { addressFile, type ServerAddress, withAdmin } from './connect.ts'

let folder: string
let rig: TestApp
let server: Server | TlsServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mien-connect-'))
  rig = await openTestApp()
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})
afterAll(async () => {
  await rig.close()
  rmSync(folder, { recursive: true })
})

/** Listens as one server and says that it is another. */
async function run(identity: typeof tlsIdentity | null, certificate: string | null): Promise<void> {
  server = createNodeServer(rig.fetch, identity)
  const address: ServerAddress = { url: await bind(server, '127.0.0.1', 0), pid: process.pid, certificate }
  writeFileSync(addressFile(folder), JSON.stringify(address))
}

const ask = () =>
  withAdmin(
    {
      dataDir: folder,
      readAdminToken: async () => rig.adminToken,
      openServer: () => Promise.reject(new Error('opened the database')),
    },
    async (admin) => {
      const { application_id: id } = await admin.createApplication({ name: 'Shop', origins: [] })
      const [known] = await admin.listApplications()
      await admin.deleteApplication(id)
      return known?.application_id === id
    },
  )

test.each([
  ['without TLS', null],
  ['with a certificate that nobody signed, for another name', tlsIdentity],
  ['with a certificate that an authority signed, for another name', signedTlsIdentity],
])('the command line reaches a running server %s', async (_, identity) => {
  await run(identity, identity?.cert ?? null)
  expect(await ask()).toBe(true)
})

test.each([
  ['another certificate', localTlsIdentity, tlsIdentity.cert],
  ['one that the named one signed', signedTlsIdentity, tlsIdentity.cert],
  ['none', null, tlsIdentity.cert],
])('the admin token goes to no server that shows %s', async (_, identity, certificate) => {
  await run(identity, certificate)
  const asked: unknown[] = []
  server.prependListener('request', (request) => asked.push(request.headers.authorization))
  await expect(ask()).rejects.toThrow('opened the database')
  expect(asked).toEqual([])
})
