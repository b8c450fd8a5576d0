import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer as createSocketServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { tlsIdentity } from '../../../../test/fixtures/tls-identity.ts'
import { createVettedSender, type VettedSenderOptions } from './vetted-sender.ts'

const servers: { close(): unknown; closeAllConnections?(): void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.()
    server.close()
  }
})

const listen = (server: Server | ReturnType<typeof createSocketServer>): Promise<number> =>
  new Promise((resolve) => {
    servers.push(server)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

/** A receiver that an operator allows, and a sender that knows it. */
async function receiver(handler: RequestListener, options: Partial<VettedSenderOptions> = {}) {
  const url = `http://127.0.0.1:${await listen(createServer(handler))}`
  return { url, sender: createVettedSender({ allowedOrigins: [url], ownOrigins: [], ...options }) }
}

const post = { headers: { 'content-type': 'application/json', 'webhook-id': 'x' }, body: '{"name":"é"}' }

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

test('[WH9] body and headers arrive as they were given', async () => {
  const seen: unknown[] = []
  const { url, sender } = await receiver(async (request, response) => {
    seen.push(request.method, request.url, request.headers['webhook-id'], request.headers.host, await bodyOf(request))
    response.end()
  })
  expect(await sender.post({ url: `${url}/hook?a=b`, ...post })).toEqual({ httpStatus: 200, error: null })
  expect(seen).toEqual(['POST', '/hook?a=b', 'x', new URL(url).host, post.body])
})

test.each([200, 201, 202, 204, 299])('[WH9] %i is a success', async (status) => {
  const { url, sender } = await receiver((_, response) => response.writeHead(status).end())
  expect(await sender.post({ url, ...post })).toEqual({ httpStatus: status, error: null })
})

test.each([300, 304, 400, 410, 429, 500, 503])('[WH9] %i is a failure', async (status) => {
  const { url, sender } = await receiver((_, response) => response.writeHead(status).end())
  expect(await sender.post({ url, ...post })).toEqual({ httpStatus: status, error: 'status' })
})

test.each([301, 302, 307, 308])(
  'NET-01, WH9: a redirect with %i is a failure and is never followed',
  async (status) => {
    let isReached = false
    const { url: inside } = await receiver((_, response) => {
      isReached = true
      response.end()
    })
    const { url, sender } = await receiver((_, response) => response.writeHead(status, { location: inside }).end())
    expect(await sender.post({ url, ...post })).toEqual({ httpStatus: status, error: 'status' })
    expect(isReached).toBe(false)
  },
)

test('[WH9] an answer without end is cut off, and its status counts', async () => {
  let sent = 0
  const { url, sender } = await receiver((request, response) => {
    const chunk = Buffer.alloc(16 * 1024)
    const more = () => {
      while (!response.destroyed && sent < 64 * 1024 * 1024) {
        sent += chunk.length
        if (!response.write(chunk)) return response.once('drain', more)
      }
    }
    request.resume()
    more()
  })
  expect(await sender.post({ url, ...post })).toEqual({ httpStatus: 200, error: null })
  expect(sent).toBeLessThan(64 * 1024 * 1024)
})

test('[WH9] whoever does not answer in time has not answered', async () => {
  const silent = await receiver(() => {}, { timeoutMs: 200 })
  expect(await silent.sender.post({ url: silent.url, ...post })).toEqual({ httpStatus: null, error: 'timeout' })
  const dripping = await receiver((_, response) => response.writeHead(200).write('x'), { timeoutMs: 200 })
  expect(await dripping.sender.post({ url: dripping.url, ...post })).toEqual({ httpStatus: 200, error: null })
})

test('[WH9] looking up the name is part of the time', async () => {
  const resolve = () => new Promise<never>(() => {})
  const sender = createVettedSender({ allowedOrigins: [], ownOrigins: [], resolve, timeoutMs: 100 })
  expect(await sender.post({ url: 'https://slow.example/', ...post })).toEqual({ httpStatus: null, error: 'timeout' })
  await expect(sender.check('https://slow.example/')).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

test('[WH9] a closed port and an answer that is not HTTP are failed connections', async () => {
  const { url, sender } = await receiver(() => {})
  servers.pop()!.close()
  expect(await sender.post({ url, ...post })).toEqual({ httpStatus: null, error: 'connection_failed' })
  const port = await listen(createSocketServer((socket) => socket.end('220 mail.example ESMTP\r\n')))
  const other = createVettedSender({ allowedOrigins: [`http://127.0.0.1:${port}`], ownOrigins: [] })
  const answer = await other.post({ url: `http://127.0.0.1:${port}/`, ...post })
  expect(answer).toEqual({ httpStatus: null, error: 'connection_failed' })
})

test('[WH10] a refused address is refused when it is saved and again when something is sent', async () => {
  const sender = createVettedSender({ allowedOrigins: [], ownOrigins: [] })
  for (const url of [
    'http://127.0.0.1/',
    'https://127.0.0.1/',
    'https://[::ffff:10.0.0.1]/',
    'https://a:b@shop.example/',
  ]) {
    const details = { fields: ['url'] }
    await expect(sender.check(url)).rejects.toMatchObject({ code: 'REQUEST_INVALID', details })
    expect(await sender.post({ url, ...post })).toEqual({ httpStatus: null, error: 'address_refused' })
  }
})

test('NET-01, WH11: a name that turned private after it was saved is refused', async () => {
  const answers = ['93.184.215.14', '127.0.0.1']
  const resolve = async () => [{ address: answers.shift()!, family: 4 as const }]
  const sender = createVettedSender({ allowedOrigins: [], ownOrigins: [], resolve })
  await sender.check('https://turning.example/')
  const answer = await sender.post({ url: 'https://turning.example/', ...post })
  expect([answer, answers]).toEqual([{ httpStatus: null, error: 'address_refused' }, []])
})

test('[WH11] over TLS the name is looked up once, the connection goes to that address, and name and certificate are kept', async () => {
  const seen: unknown[] = []
  const ca = tlsIdentity.cert
  const server = createTlsServer(tlsIdentity, (request, response) => {
    seen.push(request.headers.host, (request.socket as unknown as { servername: string }).servername)
    response.end()
  })
  const port = await listen(server as unknown as Server)
  const asked: string[] = []
  const resolve = async (name: string) => {
    asked.push(name)
    return [{ address: '127.0.0.1', family: 4 as const }]
  }
  const url = `https://receiver.example:${port}/`
  const options = { allowedOrigins: [new URL(url).origin], ownOrigins: [], resolve }
  expect(await createVettedSender({ ...options, ca }).post({ url, ...post })).toEqual({ httpStatus: 200, error: null })
  expect(asked).toEqual(['receiver.example'])
  expect(seen).toEqual([`receiver.example:${port}`, 'receiver.example'])
  const untrusting = await createVettedSender(options).post({ url, ...post })
  expect(untrusting).toEqual({ httpStatus: null, error: 'tls_failed' })
  const wrongName = `https://other.example:${port}/`
  const other = createVettedSender({ ...options, ca, allowedOrigins: [new URL(wrongName).origin] })
  expect(await other.post({ url: wrongName, ...post })).toEqual({ httpStatus: null, error: 'tls_failed' })
})
