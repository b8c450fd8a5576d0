import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { connect } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import { localTlsIdentity } from '../../../../test/fixtures/tls-identity.ts'
import { bind, createNodeServer } from './node-server.ts'
import { serverLimits } from './server-limits.ts'

let server: Server | TlsServer
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const echo = (request: Request) => new Response(request.url)

test('with an identity it speaks HTTPS, HTTP/1.1 at that, and knows its own scheme', async () => {
  server = createNodeServer(echo, localTlsIdentity)
  const url = new URL(await bind(server, '127.0.0.1', 0))
  expect(url.protocol).toBe('https:')
  const options = { host: url.hostname, port: Number(url.port), ca: localTlsIdentity.cert, servername: 'localhost' }
  const socket = connect({ ...options, ALPNProtocols: ['h2', 'http/1.1'] })
  await once(socket, 'secureConnect')
  expect(socket.alpnProtocol).toBe('http/1.1')
  socket.write('GET /a HTTP/1.1\r\nHost: mien.example\r\nConnection: close\r\n\r\n')
  expect(String(Buffer.concat(await socket.toArray()))).toMatch(/^HTTP\/1\.1 200[\s\S]+https:\/\/mien\.example\/a/)
})

test('what speaks no TLS to it is turned away', async () => {
  server = createNodeServer(echo, localTlsIdentity)
  const { port } = new URL(await bind(server, '127.0.0.1', 0))
  const socket = connectPlain(Number(port), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(String(Buffer.concat(await socket.toArray()))).not.toContain('200 OK')
})

test.each([null, localTlsIdentity])('the limits hold with TLS and without: %#', async (identity) => {
  server = createNodeServer(echo, identity)
  expect((await bind(server, '127.0.0.1', 0)).split(':')[0]).toBe(identity === null ? 'http' : 'https')
  const { requestTimeout, headersTimeout, keepAliveTimeout } = serverLimits
  expect(server).toMatchObject({ requestTimeout, headersTimeout, keepAliveTimeout })
})
