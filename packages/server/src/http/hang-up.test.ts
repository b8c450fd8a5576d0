import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { MienError } from '@mien/shared/errors'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { colouredPicture } from '../../../../test/contract/colour-analyser.ts'
import { openTestApp, type TestApp } from '../../../../test/contract/test-app.ts'
import { createVisionPool, type VisionPool } from '../vision/vision-pool.ts'
import { createNodeServer } from './node-server.ts'

/** One thread that the test lets finish, and one place to wait for it. */
const thread = { runs: 0, finish: (): void => {} }
/** Pictures that came so far, and why they were not looked at. */
let begun = 0
const failures: unknown[] = []
let pool: VisionPool
let rig: TestApp
let server: Server
let body: string

beforeAll(async () => {
  const run = () => {
    thread.runs++
    return new Promise<never>((_, reject) => {
      thread.finish = () => reject(new MienError('NO_FACE'))
    })
  }
  pool = await createVisionPool({
    manifestPath: '',
    pack: '',
    weightsDirectory: '',
    size: 1,
    queueLimit: 1,
    startWorker: async () => ({ alive: true, run, check: async () => {}, close: async () => {} }),
  })
  const analyse: VisionPool['analyse'] = (file, options) => {
    begun++
    const outcome = pool.analyse(file, options)
    outcome.catch(({ code }) => code !== 'NO_FACE' && failures.push(code))
    return outcome
  }
  rig = await openTestApp({ analyser: { analyse, check: async () => {} } })
  const { credentials } = await rig.createApplication()
  body = JSON.stringify({ key: credentials.faceio.api_key, img: await colouredPicture() })
  server = createNodeServer(rig.fetch, null) as Server
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rig.close()
})

function ask(): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const head = [
    'POST /compat/faceio/agecheck HTTP/1.1',
    'Host: x',
    'Content-Type: application/json',
    'Connection: close',
  ]
  socket.write([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'))
  return socket
}
/** A busy machine may take a while; what never comes is told all the same. */
const until = (isSo: () => void) => vi.waitFor(isSo, { timeout: 20_000 })
const answerTo = async (socket: Socket) => String(Buffer.concat(await socket.toArray()))

test('a client that hangs up while its picture waits gives its place to the next', async () => {
  const first = ask()
  await until(() => expect(thread.runs).toBe(1))
  const waiting = ask()
  await until(() => expect(begun).toBe(2))
  expect(await answerTo(ask())).toContain('too busy')
  waiting.destroy()
  await until(() => expect(failures).toEqual(['OVERLOADED', 'ABORTED']))
  const next = ask()
  await until(() => expect(begun).toBe(4))
  thread.finish()
  expect(await answerTo(first)).toContain('No face')
  await until(() => expect(thread.runs).toBe(2))
  thread.finish()
  expect(await answerTo(next)).toContain('No face')
  expect([thread.runs, rig.failures]).toEqual([2, [expect.objectContaining({ code: 'OVERLOADED' })]])
})
