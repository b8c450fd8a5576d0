import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askServer, bodyOf, openTransferSocket, type TransferHandler } from './transfer-socket.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-socket-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function textOf(answer: AsyncIterable<Uint8Array> | null): Promise<string> {
  let text = ''
  for await (const part of answer ?? []) text += Buffer.from(part).toString()
  return text
}

async function* manyBytes(megabytes: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < 16 * megabytes; i++) yield new Uint8Array(65_536)
}

const refuseEarly: TransferHandler = async (_query, request, response) => {
  for await (const _part of bodyOf(request)) break
  response.write('no')
  request.resume()
  response.end()
}

test('[MV9] nobody but its owner may ask, and without a server nobody answers', async () => {
  expect(await askServer(folder, '/x')).toBeNull()
  // Left by a killed server.
  writeFileSync(join(folder, 'transfer.sock'), '')
  const before = process.umask()
  const socket = await openTransferSocket(folder, {
    '/x': async (query, _, response) => void response.end(query.get('a')),
  })
  expect(process.umask()).toBe(before)
  expect(statSync(join(folder, 'transfer.sock')).mode & 0o777).toBe(0o600)
  expect(await textOf(await askServer(folder, '/x?a=b'))).toBe('b')
  await expect(askServer(folder, '/y')).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' })
  await socket?.close()
  expect(await askServer(folder, '/x')).toBeNull()
})

test('[MV9] what is refused is said by its code, and what breaks off is no whole answer', async () => {
  const socket = await openTransferSocket(folder, {
    '/refused': () => Promise.reject(new MienError('NOT_FOUND', { message: 'not here' })),
    '/broken': async (_query, _request, response) => {
      response.write('half')
      throw new MienError('INTERNAL')
    },
  })
  await expect(askServer(folder, '/refused')).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'not here' })
  await expect(askServer(folder, '/broken').then(textOf)).rejects.toThrow()
  await socket?.close()
})

test('[MV9] who sends much hears an answer that comes before all was read', async () => {
  const socket = await openTransferSocket(folder, { '/import': refuseEarly })
  expect(await textOf(await askServer(folder, '/import', () => manyBytes(20)))).toBe('no')
  await socket?.close()
})

test('[MV9] a folder whose path is too long for a socket has none', async () => {
  const long = join(folder, 'x'.repeat(100))
  mkdirSync(long)
  expect(await openTransferSocket(long, {})).toBeNull()
})
