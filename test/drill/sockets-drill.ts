import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import type { TestServer } from '../rig/server.ts'
import { defineDrill } from './define-drill.ts'
import { type OpenedApplication, openApplication } from './open-application.ts'
import { say } from './say.ts'
import { createServerProcessGauge } from './server-process-gauge.ts'

/** A second more than the server takes to look, milliseconds. */
const maxStalledMs = 15_000
/** Beyond what the server took before, while big bodies come. */
const maxMoreMegabytes = 700

/** Times as long as without them that sign-ins take beside slow clients at most. */
const maxSlower = 2

/** Clients that are slow, idle, lying or big, and what they take from those that are not. */
export const socketsDrill = defineDrill({
  name: 'sockets',
  summary: 'slow, lying and big clients beside ordinary ones',
  options: { sockets: 500, requests: 200, bodies: 2000 },
  async run({ options: { sockets, requests, bodies }, openServer }) {
    const server = await openServer()
    const application = await openApplication(server, 'sockets', { prevent_duplicates: false })
    const slow = await besideSlow(server, application, sockets, requests)
    const lying = await timeLies(server, application)
    const big = await sendBig(server, application, bodies)
    return slow && lying && big
  },
})

/** Times of that many sign-ins, one after the other. */
async function timeSignIns(application: OpenedApplication, count: number): Promise<readonly number[]> {
  const person = syntheticPerson(4_000_000)
  const enrolled = await application.widget.run('enroll', person)
  if (enrolled.status !== 'ok' || enrolled.disclosed === null) throw new Error(JSON.stringify(enrolled))
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const began = performance.now()
    const answer = await application.widget.verify(enrolled.disclosed.facial_id, application.secretKey, person)
    if (answer.status !== 'ok') throw new Error(JSON.stringify(answer))
    times.push(performance.now() - began)
  }
  await fetch(new URL(`/v1/subjects/${enrolled.disclosed.facial_id}`, application.url), {
    method: 'DELETE',
    headers: { authorization: `Bearer ${application.secretKey}` },
  })
  return times.sort((a, b) => a - b)
}

const p95 = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.95)] ?? 0

const openSocket = async ({ url }: Pick<TestServer, 'url'>): Promise<Socket> => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return socket
}

/** Half of them say nothing, half send a header line a second. */
async function besideSlow(server: TestServer, application: OpenedApplication, sockets: number, requests: number) {
  const quiet = await timeSignIns(application, requests)
  const held = new Set<Socket>()
  let isOver = false
  let ended = 0
  const keepOne = async (isIdle: boolean) => {
    while (!isOver) {
      const socket = await openSocket(server)
      held.add(socket)
      socket.once('close', () => {
        held.delete(socket)
        ended++
      })
      if (!isIdle) socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n')
      while (!isOver && !socket.destroyed) {
        if (!isIdle) socket.write(`X-${Math.random()}: a\r\n`)
        await sleep(1000)
      }
    }
  }
  const keeping = Array.from({ length: sockets }, (_, i) => keepOne(i % 2 === 0))
  await sleep(1000)
  const beside = await timeSignIns(application, requests)
  isOver = true
  for (const socket of held) socket.destroy()
  await Promise.all(keeping)
  return say(
    'R8',
    `${sockets} idle and slow sockets, ${ended} of them ended: ${beside.length} of ${requests} sign-ins answered, p95 ${p95(beside).toFixed(0)} ms beside ${p95(quiet).toFixed(0)} ms without them (${(p95(beside) / p95(quiet)).toFixed(2)} times)`,
    beside.length === requests && p95(beside) <= maxSlower * p95(quiet),
  )
}

/** A header that never ends, and a body that is shorter than it says. */
async function timeLies(server: TestServer, { secretKey }: OpenedApplication): Promise<boolean> {
  const time = async (bytes: string): Promise<{ status: number; seconds: number }> => {
    const socket = await openSocket(server)
    const began = performance.now()
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk))
    socket.write(bytes)
    await Promise.race([new Promise((resolve) => socket.once('close', resolve)), sleep(60_000)])
    socket.destroy()
    return { status: Number(answer.split(' ')[1] ?? 0), seconds: (performance.now() - began) / 1000 }
  }
  const post = `POST /v1/subjects HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secretKey}\r\nContent-Type: application/json\r\n`
  const [header, body] = await Promise.all([
    time('GET /healthz HTTP/1.1\r\nHost: x\r\n'),
    time(`${post}Content-Length: 1000\r\n\r\n{`),
  ])
  return say(
    'R8',
    `a header that never ends: ${header.status} after ${header.seconds.toFixed(1)} s; a body that is shorter than it says: ${body.status} after ${body.seconds.toFixed(1)} s`,
    [header, body].every(({ status, seconds }) => status === 408 && seconds * 1000 < maxStalledMs),
  )
}

/** As big as a body may be, and a hundred at once; each has to be answered with something. */
async function sendBig(server: TestServer, { secretKey }: OpenedApplication, bodies: number): Promise<boolean> {
  const gauge = await createServerProcessGauge(server.dataDir)
  const text = JSON.stringify({ name: 'x'.repeat(7_000_000) })
  const statuses: Record<string, number> = {}
  const before = await gauge.megabytes()
  let most = before
  let left = bodies
  const one = async () => {
    while (left-- > 0) {
      const status = await fetch(new URL('/v1/subjects', server.url), {
        method: 'POST',
        headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
        body: text,
      }).then(
        async (answer) => {
          await answer.text()
          return String(answer.status)
        },
        () => 'hung up',
      )
      statuses[status] = (statuses[status] ?? 0) + 1
      most = Math.max(most, await gauge.megabytes())
    }
  }
  await Promise.all(Array.from({ length: 100 }, one))
  const isUp = (await fetch(new URL('/readyz', server.url))).ok
  const answers = Object.entries(statuses).map(([status, count]) => `${count} ${status}`)
  return say(
    'R8',
    `${bodies} bodies of ${(text.length / 1e6).toFixed(0)} MB, 100 at once: ${answers.join(', ')}; the server's process took ${before.toFixed(0)} MB before and at most ${most.toFixed(0)} MB`,
    isUp && most - before < maxMoreMegabytes && !Object.keys(statuses).some((status) => status === '500'),
  )
}
