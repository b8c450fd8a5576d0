import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FrontProxy {
  /** Where people reach what stands behind. */
  readonly origin: string
  /** Sends everything that comes from now on to this address, under its own host name. */
  lead(url: string): void
  close(): Promise<void>
}

/** What becomes of an answer on its way, such as one bit of it; the length stays. */
export type Alter = (path: string, bytes: Buffer) => Buffer

/** What an operator puts in front of a server: another address, which the server knows by its configuration only. */
export async function startFrontProxy(alter: Alter = (_, bytes) => bytes): Promise<FrontProxy> {
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
      bodyOf(answer).then(
        (bytes) => outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(alter(path ?? '/', bytes)),
        () => outgoing.destroy(),
      )
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

async function bodyOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
