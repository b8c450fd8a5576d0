import { createSocket, type Socket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createVettedSender } from './vetted-sender.ts'
import type { Resolve } from './webhook-target.ts'

const publicAddress = '93.184.215.14'
const post = { headers: { 'content-type': 'application/json' }, body: '{}' }

let nameServer: Socket
let inside: Server
let reached: number
let asked: number
/** The addresses of each answer, in turn; the last goes on. */
let script: readonly (readonly string[])[]

/** A name server as an attacker runs one: every answer is as long as it likes and good for no second at all. */
function answer(query: Buffer): Buffer {
  const addresses = script[Math.min(asked++, script.length - 1)]!
  const records = addresses.map((address) =>
    Buffer.concat([
      // A pointer to the name of the question, type A, class IN, TTL 0, four bytes (RFC 1035 section 4.1.3).
      Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]),
      Buffer.from(address.split('.').map(Number)),
    ]),
  )
  const head = Buffer.from([query[0]!, query[1]!, 0x81, 0x80, 0, 1, 0, records.length, 0, 0, 0, 0])
  const question = query.subarray(12, query.indexOf(0, 12) + 5)
  return Buffer.concat([head, question, ...records])
}

beforeEach(async () => {
  reached = 0
  asked = 0
  inside = createServer((socket) => {
    reached++
    socket.destroy()
  }).listen(0, '127.0.0.1')
  nameServer = createSocket('udp4', (query, { port, address }) => nameServer.send(answer(query), port, address))
  nameServer.bind(0, '127.0.0.1')
  await Promise.all([once(inside, 'listening'), once(nameServer, 'listening')])
})
afterEach(() => {
  inside.close()
  nameServer.close()
})

const resolveThere: Resolve = async (name) => {
  const resolver = new Resolver()
  resolver.setServers([`127.0.0.1:${nameServer.address().port}`])
  return (await resolver.resolve4(name)).map((address) => ({ address, family: 4 }))
}
const senderThere = () =>
  createVettedSender({ allowedOrigins: [], ownOrigins: [], resolve: resolveThere, timeoutMs: 2000 })

test('NET-01, WH11: a name server that changes its answer leads nobody inside, however often it is asked', async () => {
  const sender = senderThere()
  let refused = 0
  for (let i = 0; i < 20; i++) {
    asked = 0
    script = [[publicAddress], ['127.0.0.1']]
    await sender.check('https://turning.example:8443/')
    const outcome = await sender.post({ url: 'https://turning.example:8443/', ...post })
    expect([outcome, asked]).toEqual([{ httpStatus: null, error: 'address_refused' }, 2])
    refused++
  }
  expect(reached).toBe(0)
  console.log(`NET-01: rebinding server, ${refused} of 20 refused, 0 connections inside`)
})

test.each([
  ['a private one among public ones', [[publicAddress, '10.0.0.1', publicAddress]]],
  ['the address of a cloud’s own data', [['169.254.169.254']]],
  ['none', [[]]],
])('NET-01, WH10: an answer with %s is refused', async (_, answers) => {
  script = answers
  await expect(senderThere().check('https://some.example/')).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  expect((await senderThere().post({ url: 'https://some.example/', ...post })).httpStatus).toBeNull()
})

test('NET-01, WH11: the name is asked for once an attempt, and the connection goes to that answer, not to the next', async () => {
  // The operator allows this one, so that the first answer may be here: a second question would be answered with elsewhere.
  const { port } = inside.address() as AddressInfo
  script = [['127.0.0.1'], ['127.0.0.2']]
  const url = `http://allowed.example:${port}/`
  const sender = createVettedSender({ allowedOrigins: [new URL(url).origin], ownOrigins: [], resolve: resolveThere })
  expect(await sender.post({ url, ...post })).toEqual({ httpStatus: null, error: 'connection_failed' })
  expect([asked, reached]).toEqual([1, 1])
})
