import type { Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { MienError } from '@mien/shared/errors'
import type { TlsIdentity } from '../tls-identity.ts'
import { endStalledBodies } from './end-stalled-bodies.ts'
import { bodySilenceMs, serverLimits } from './server-limits.ts'

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch']

/** A server that keeps our limits: HTTPS with an identity, else HTTP. */
export function createNodeServer(fetch: Fetch, identity: TlsIdentity | null): Server | TlsServer {
  const server = adapt(fetch, identity)
  endStalledBodies(server, bodySilenceMs)
  return server
}

function adapt(fetch: Fetch, identity: TlsIdentity | null): Server | TlsServer {
  if (identity === null) return createAdaptorServer({ fetch, serverOptions: serverLimits }) as Server
  const serverOptions = { ...serverLimits, ...identity, handshakeTimeout: serverLimits.headersTimeout }
  return createAdaptorServer({ fetch, createServer: createTlsServer, serverOptions }) as TlsServer
}

/**
 * Listens, and says where.
 *
 * @throws MienError CONFIG_INVALID when the port is taken or not allowed
 */
export async function bind(server: Server | TlsServer, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(cause, host, port)))
    server.listen(port, host, resolve)
  })
  const { address, family, port: chosen } = server.address() as AddressInfo
  const name = family === 'IPv6' ? `[${address}]` : address
  const scheme = 'setSecureContext' in server ? 'https' : 'http'
  return `${scheme}://${['0.0.0.0', '[::]'].includes(name) ? '127.0.0.1' : name}:${chosen}`
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): MienError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is taken. Stop the other program or set PORT.`,
    EACCES: `Port ${port} needs more rights than this user has. Set PORT to 1024 or more.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST.`,
  }
  const message = reasons[cause.code ?? ''] ?? `Cannot listen on ${host}:${port} (${cause.code})`
  return new MienError('CONFIG_INVALID', { message, cause })
}

/** Takes no new connections, and ends those that are still open after so long. */
export function drain(server: Server | TlsServer, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), drainMs)
  return closed.finally(() => clearTimeout(timer))
}
