import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** What becomes of the bytes on their way. `silent`: they are taken and go nowhere. */
export type ShimMode = 'open' | 'silent' | 'refuse'

export interface TcpShim {
  readonly url: string
  /** From now on, also of the connections that are open; `refuse` ends those. */
  become(mode: ShimMode): void
  /** Ends a connection as soon as bytes that hold this text went on to the database: the answer never comes back. Once. */
  cutAfter(text: string): void
  /** What went to the database so far, from this many characters on: its length as a number, or the rest as text. */
  received(): number
  received(from: number): string
  /** Connections that are open. */
  count(): number
  close(): Promise<void>
}

/** Stands between a server and its database, and does what networks do. */
export async function startTcpShim(databaseUrl: string): Promise<TcpShim> {
  const behind = new URL(databaseUrl)
  const pairs = new Set<readonly [Socket, Socket]>()
  let mode: ShimMode = 'open'
  let fatal: string | undefined
  let sent = ''

  const server = createServer((near) => {
    const far = connect({ host: behind.hostname, port: Number(behind.port || 5432) })
    const pair = [near, far] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) {
      socket.on('error', end)
      socket.on('close', end)
    }
    if (mode === 'refuse') return end()
    near.on('data', (bytes) => {
      if (mode === 'silent') return
      sent += bytes.toString('latin1')
      far.write(bytes)
      if (fatal === undefined || !bytes.includes(fatal)) return
      fatal = undefined
      far.end()
      near.destroy()
    })
    far.on('data', (bytes) => {
      if (mode === 'open') near.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  const endAll = () => {
    for (const [near, far] of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    url: url.href,
    become(next) {
      mode = next
      if (next === 'refuse') endAll()
    },
    cutAfter(text) {
      fatal = text
    },
    received: ((from?: number) => (from === undefined ? sent.length : sent.slice(from))) as TcpShim['received'],
    count: () => pairs.size,
    close() {
      endAll()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
