import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FrontProxy {
  /** Where people reach what stands behind. */
  readonly origin: string
  /** Sends everything that comes from now on to this address, under its own host name. */
  lead(url: string): void
  close(): Promise<void>
}

/** What an operator puts in front of a server: another address, which the server knows by its configuration only. */
export async function startFrontProxy(): Promise<FrontProxy> {
  let behind = ''
  const server = createServer((incoming, outgoing) => {
    const target = new URL(behind)
    const { method, url: path, headers } = incoming
    const options = {
      host: target.hostname,
      port: target.port,
      method,
      path,
      headers: { ...headers, host: target.host },
    }
    const asked = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    asked.on('error', () => outgoing.destroy())
    incoming.pipe(asked)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    lead(url) {
      behind = url
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
