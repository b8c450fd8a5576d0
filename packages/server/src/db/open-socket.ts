import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What postgres.js hands over to whoever opens its sockets. */
interface SocketTarget {
  readonly host: readonly string[]
  readonly port: readonly number[]
  /** A Unix socket, or false. */
  readonly path?: string | false | undefined
}

/**
 * A socket that is ours to destroy: postgres.js only says goodbye to a database that does not answer, and keeps the socket of each one
 * that never says it back.
 *
 * @param connectMs longest wait for the connection, in milliseconds
 * @throws Error with the code ETIMEDOUT, or that of the system
 */
export async function openSocket(target: SocketTarget, connectMs: number): Promise<Socket> {
  const { host, port, path } = target
  const socket = path ? connect(path) : connect({ host: host[0]!, port: port[0]!, noDelay: true, keepAlive: true })
  const timer = setTimeout(() => socket.destroy(timedOut()), connectMs)
  try {
    await once(socket, 'connect')
  } finally {
    clearTimeout(timer)
  }
  // From where postgres.js has the name for the certificate.
  return Object.assign(socket, { host: host[0] })
}

const timedOut = () => Object.assign(new Error('The database cannot be reached'), { code: 'ETIMEDOUT' })
