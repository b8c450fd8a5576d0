import { Buffer } from 'node:buffer'
import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fromWireCode } from '@mien/shared/api/errors'
import { MienError, toMienError } from '@mien/shared/errors'

/** Whoever may open this may read the data folder: it is asked for what is as secret as that. */
const socketFile = (dataDir: string): string => join(dataDir, 'transfer.sock')

/** Bytes of a path that the system takes, with the zero at its end: sockaddr_un of Linux has 108, of macOS 104. */
const maxPathBytes = 103

export type TransferHandler = (
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>

/** What is sent. Whoever stops reading it can still answer: the connection stays. */
export const bodyOf = (request: IncomingMessage): AsyncIterable<Uint8Array> =>
  request.iterator({ destroyOnReturn: false })

export interface TransferSocket {
  close(): Promise<void>
}

/**
 * Where a running server is asked for what only the owner of its data folder may have. Null where the folder's path is too long for a socket.
 *
 * @param handlers by path
 */
export async function openTransferSocket(
  dataDir: string,
  handlers: Readonly<Record<string, TransferHandler>>,
): Promise<TransferSocket | null> {
  const path = socketFile(dataDir)
  if (Buffer.byteLength(path) > maxPathBytes) return null
  const server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://transfer')
    const handler = handlers[pathname] ?? (() => Promise.reject(new MienError('ROUTE_NOT_FOUND')))
    handler(searchParams, incoming, response).catch((thrown) => refuse(response, toMienError(thrown)))
  })
  // It takes as long as it takes.
  server.requestTimeout = 0
  // Of a killed server.
  rmSync(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    listenForOwner(server, path, resolve)
  })
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Nobody else's from its first moment: it is made within the call. */
function listenForOwner(server: Server, path: string, onListening: () => void): void {
  const before = process.umask(0o177)
  try {
    server.listen(path, onListening)
  } finally {
    process.umask(before)
  }
}

function refuse(response: ServerResponse, { code, message }: MienError): void {
  // Half an answer must not look like a whole one.
  if (response.headersSent) response.destroy()
  else response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ code, message }))
}

/**
 * Asks the server that runs on this data folder. Null: none does, or it cannot be asked.
 *
 * @param body what is sent, once somebody listens
 * @throws MienError as the server says
 */
export async function askServer(
  dataDir: string,
  path: string,
  body?: () => AsyncIterable<Uint8Array>,
): Promise<IncomingMessage | null> {
  const answer = await new Promise<IncomingMessage | null>((resolve, reject) => {
    const asking = request({ socketPath: socketFile(dataDir), path, method: 'POST', agent: false }, resolve)
    asking.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? resolve(null) : reject(error),
    )
    asking.once('socket', (socket) =>
      socket.once('connect', () => {
        send(asking, body?.()).catch((error) => {
          asking.destroy()
          reject(error)
        })
      }),
    )
  })
  if (answer === null || answer.statusCode === 200) return answer
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part as Buffer)
  const { code, message } = JSON.parse(Buffer.concat(parts).toString()) as { code: string; message: string }
  throw new MienError(fromWireCode(code) ?? 'INTERNAL', { message })
}

async function send(asking: ReturnType<typeof request>, body: AsyncIterable<Uint8Array> | undefined): Promise<void> {
  if (body !== undefined) {
    for await (const part of body) {
      // Whoever answered already takes no more.
      if (asking.destroyed) return
      if (!asking.write(part)) await new Promise((resolve) => asking.once('drain', resolve).once('close', resolve))
    }
  }
  asking.end()
}
