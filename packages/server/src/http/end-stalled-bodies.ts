import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'

const timedOut = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'

/**
 * Ends whoever has begun a body and sends nothing more of it for so long. `requestTimeout` bounds the whole of a request, and a slow phone
 * with a large picture needs that long; one that has fallen silent does not.
 */
export function endStalledBodies(server: Server | TlsServer, silentMs: number): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Also told once the body is there and the answer is not: without a listener node would hang up on whoever waits for it.
    response.on('timeout', () => undefined)
    request.setTimeout(silentMs, () => {
      // Node tells this only of a request that has not come to its end.
      const socket: Socket = request.socket
      if (!response.headersSent) socket.write(timedOut)
      socket.destroySoon()
    })
  })
}
