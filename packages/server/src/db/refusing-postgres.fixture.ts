import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface RefusingPostgres {
  readonly url: string
  /** Connections that were made so far. */
  connections(): number
  close(): Promise<void>
}

/** Answers whoever begins a session as a database does that takes nobody now: says why, in one FATAL message, and hangs up. */
export async function startRefusingPostgres(sqlState: string): Promise<RefusingPostgres> {
  const sockets = new Set<Socket>()
  let made = 0
  const server = createServer((socket) => {
    made++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.once('data', () => socket.end(fatal(sqlState)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/none`,
    connections: () => made,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** ErrorResponse of the frontend/backend protocol 3.0: `E`, length with itself, fields that end with a zero, a zero. */
function fatal(sqlState: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0Mrefused\0\0`)
  const length = Buffer.alloc(4)
  length.writeInt32BE(fields.length + 4)
  return Buffer.concat([Buffer.from('E'), length, fields])
}
