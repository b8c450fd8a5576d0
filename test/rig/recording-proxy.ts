import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordedRequest {
  readonly method: string
  readonly url: string
  readonly origin: string
  readonly body: Buffer
}

export interface RecordingProxy {
  readonly address: string
  /** Every request so far, those of workers and service workers included. */
  readonly requests: readonly RecordedRequest[]
  /** Forgets what was recorded. */
  clear(): void
  close(): Promise<void>
}

const isLocal = (url: URL): boolean => url.hostname === 'localhost' || url.hostname === '127.0.0.1'

/**
 * An HTTP proxy between a test's browser and everything: it cannot miss a request as a browser's own events might. Only
 * this machine is reachable through it; all else is recorded and refused.
 */
export async function startRecordingProxy(): Promise<RecordingProxy> {
  const requests: RecordedRequest[] = []
  const server = createServer((incoming, outgoing) => void forward(incoming, outgoing, requests))
  server.on('connect', (incoming, socket) => {
    requests.push({ method: 'CONNECT', url: incoming.url ?? '', origin: incoming.url ?? '', body: Buffer.alloc(0) })
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    clear: () => requests.splice(0),
    close: () => closeServer(server),
  }
}

async function forward(incoming: IncomingMessage, outgoing: ServerResponse, requests: RecordedRequest[]) {
  const url = new URL(incoming.url ?? '/', 'http://no-host.invalid')
  const body = await bodyOf(incoming)
  requests.push({ method: incoming.method ?? '', url: url.href, origin: url.origin, body })
  if (!isLocal(url)) return void outgoing.writeHead(403).end()
  const { method, headers } = incoming
  const onward = request(url, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(outgoing)
  })
  onward.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()))
  onward.end(body)
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
