import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { endStalledBodies } from './end-stalled-bodies.ts'

/** Far longer than a busy machine keeps a process from reading what has come. */
const silentMs = 1500

/** How long the server takes to answer once the body is there. */
let workMs = 0
let server: Server

beforeEach(async () => {
  workMs = 0
  server = createServer((request, response) => {
    let bytes = 0
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => (bytes += chunk.length))
    request.on('end', () => setTimeout(() => response.end(`${bytes}`), workMs))
  })
  endStalledBodies(server, silentMs)
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function begin(length: number): Promise<{ socket: Socket; ended: Promise<string> }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  socket.on('error', () => undefined)
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`)
  return { socket, ended: once(socket, 'close').then(() => answer) }
}

describe('[ER8] a body', () => {
  test('that falls silent is answered by 408, and its socket is closed', async () => {
    const { socket, ended } = await begin(100)
    socket.write('{')
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('that keeps coming may take longer than that', async () => {
    const { socket, ended } = await begin(6)
    for (let i = 0; i < 6; i++) {
      socket.write('x')
      await sleep(silentMs / 4)
    }
    expect(await ended).toMatch(/^HTTP\/1\.1 200 [\s\S]+6$/)
  })

  test('that has come waits for its answer for as long as that takes', async () => {
    workMs = 2 * silentMs
    const { socket, ended } = await begin(2)
    socket.write('{}')
    expect(await ended).toMatch(/^HTTP\/1\.1 200 [\s\S]+2$/)
  })
})
