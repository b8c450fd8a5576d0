import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { serverLimits } from './server-limits.ts'

let rig: TestApp
let shop: TestApplication
let server: Server

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication()
  // The same limits in a hundredth of the time.
  const quick = { requestTimeout: 300, headersTimeout: 300, connectionsCheckingInterval: 50 }
  server = createAdaptorServer({ fetch: rig.fetch, serverOptions: { ...serverLimits, ...quick } }) as Server
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rig.close()
})

/** Sends bytes as they are and gives the status line of whatever comes back. */
async function raw(...lines: string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(lines.join('\r\n'))
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  socket.on('error', () => {})
  await Promise.race([once(socket, 'close'), once(socket, 'end')])
  socket.destroy()
  return answer
}

const statusOf = (answer: string) => Number(answer.split(' ')[1])
const end = ['Connection: close', '', '']
const authorization = () => `Authorization: Bearer ${shop.credentials.secret_key}`

describe('[ER8] what only a socket can send', () => {
  test('an ordinary request is answered', async () => {
    expect(statusOf(await raw('GET /v1/subjects HTTP/1.1', 'Host: x', authorization(), ...end))).toBe(200)
  })

  test('H2 two Authorization headers are refused, whichever is right', async () => {
    const wrong = 'Authorization: Bearer aaaaaaaaaaaa'
    for (const pair of [
      [authorization(), wrong],
      [wrong, authorization()],
      [authorization(), authorization()],
    ]) {
      const answer = await raw('GET /v1/subjects HTTP/1.1', 'Host: x', ...pair, ...end)
      expect(statusOf(answer)).toBe(400)
      expect(answer).toContain('header_duplicate')
    }
  })

  test('H2 two origins are refused', async () => {
    const answer = await raw(
      'GET /v1/subjects HTTP/1.1',
      'Host: x',
      authorization(),
      'Origin: https://a',
      'Origin: https://b',
      ...end,
    )
    expect(statusOf(answer)).toBe(400)
  })

  test.each([
    ['H9 more than 16 KB of headers', ['GET / HTTP/1.1', 'Host: x', `X-Long: ${'a'.repeat(17_000)}`, ...end], 431],
    ['H10 NUL in a header', ['GET / HTTP/1.1', 'Host: x', 'X-A: a\0b', ...end], 400],
    ['H10 a bare CR in a header', ['GET / HTTP/1.1', 'Host: x', 'X-A: a\rX-B: c', ...end], 400],
    [
      'H11 length and chunks',
      ['POST /v1/sessions HTTP/1.1', 'Host: x', 'Content-Length: 4', 'Transfer-Encoding: chunked', ...end],
      400,
    ],
    [
      'H11 two lengths',
      ['POST /v1/sessions HTTP/1.1', 'Host: x', 'Content-Length: 4', 'Content-Length: 5', ...end],
      400,
    ],
    ['H11 a negative length', ['POST /v1/sessions HTTP/1.1', 'Host: x', 'Content-Length: -1', ...end], 400],
    ['H11 no host', ['GET /healthz HTTP/1.1', ...end], 400],
    ['H13 TRACE', ['TRACE /v1/sessions HTTP/1.1', 'Host: x', ...end], 405],
  ])('%s', async (_, lines, status) => {
    expect(statusOf(await raw(...(lines as string[])))).toBe(status)
  })

  test('H12 a body shorter than it says is given up', async () => {
    const lines = [
      'POST /v1/sessions HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      'Content-Length: 100',
      '',
      '{',
    ]
    expect(statusOf(await raw(...lines))).toBe(408)
  })

  test('H14 a forwarded address is not believed', async () => {
    const tight = await openTestApp({ pageSessionsPerMinute: 1 })
    try {
      const app = await tight.createApplication()
      const open = (address: string) =>
        app.openSession({ operation: 'enroll' }, { origin: 'https://shop.example', 'x-forwarded-for': address })
      expect((await open('10.0.0.1')).status).toBe(201)
      expect((await open('10.0.0.2')).status).toBe(429)
    } finally {
      await tight.close()
    }
  })

  test('the limits are minutes nowhere', () => {
    expect(serverLimits.requestTimeout).toBeLessThanOrEqual(30_000)
    expect(serverLimits.headersTimeout).toBeLessThanOrEqual(10_000)
  })
})
