import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { AnalysisTimes } from '../../packages/server/src/vision/worker-protocol.ts'
import { mediaFile } from '../fixtures/media.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { median } from './samples.ts'

/** One request: what its client waited, and what of that went where. Milliseconds. */
interface Timed extends AnalysisTimes {
  readonly requestMs: number
}

/** What comes out of the whole machine while somebody always waits. */
interface Capacity {
  readonly imagesPerSecond: number
  /** Of the time of the threads that look at them, 0..1. */
  readonly networks: number
  readonly decoding: number
}

/** Pixels of the sides. The first is a webcam's; the last is as large as is taken. */
const sizes = [
  [640, 480],
  [1155, 866],
  [2309, 1732],
  [4000, 3000],
  [5773, 4330],
] as const

const recorder = join(import.meta.dirname, 'record-times.mjs')

/** Requests before the first that counts: until then much of the server is still being compiled while it runs. */
const warmUpRequests = 300

/**
 * `/compat/ufme/api/v1/verify` of the server as a process, as the compiler puts it out and `npm start` runs it, from a client on the same
 * machine.
 *
 * First one request after the other, so that nobody waits for a thread: how long one takes. What is neither network nor decoding is HTTP, the
 * database, and the pipeline around the networks, most of it while the other core idles. A request is timed from its first byte, which is
 * written to an open connection with all the others, to the last of its answer: how long a client takes to make and read HTTP is the client's
 * affair. Then two at a time, so that both cores have work: how many images come out, and where the time of each goes.
 */
export async function runUfmeBench(rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-times-'))
  const timesFile = join(folder, 'times')
  const environment = {
    MIEN_DEMO: 'off',
    MIEN_API_CALLS_PER_MINUTE: '100000',
    NODE_OPTIONS: `--import=${recorder}`,
    MIEN_TIMES_FILE: timesFile,
  }
  const server = await startServer(environment, 'built')
  try {
    const connected = await enrolled(server)
    const lines = ['', 'UFME verify over HTTP: one at a time, medians in milliseconds | two at a time']
    lines.push(
      `pixels         KB  request  networks  decoding  around the networks  outside the thread   neither | images/s  networks  decoding  neither`,
    )
    const small = await photograph(...sizes[0])
    await connected((verify) => repeat(warmUpRequests, () => verify(small)))
    for (const [width, height] of sizes) {
      const picture = await photograph(width, height)
      const count = width === sizes[0][0] ? rounds : Math.max(3, Math.ceil(rounds / 6))
      const timed = await connected((verify) => timeRequests(() => verify(picture), count, timesFile))
      const both = () => [1, 2].map(() => connected((verify) => repeat(count, () => verify(picture))))
      const capacity = await measureCapacity(2 * count, () => Promise.all(both()), timesFile)
      lines.push(`${rowOf(`${width} x ${height}`, picture.length, timed)} |${capacityOf(capacity)}`)
    }
    console.log(lines.join('\n'))
  } finally {
    await server.close()
    await rm(folder, { recursive: true })
  }
}

/** Milliseconds from the first byte to the last. */
type Verify = (picture: Uint8Array) => Promise<number>

/** Does something over a connection of its own: the server ends those that are not used. */
type Connected = <T>(work: (verify: Verify) => Promise<T>) => Promise<T>

async function enrolled(server: TestServer): Promise<Connected> {
  const { ufme } = await server.admin.createApplication({ name: 'Bench' })
  const { hostname, port } = new URL(server.url)
  const open = async () => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await once(socket, 'connect')
    return socket
  }
  const toRequest = async (operation: string, picture: Uint8Array): Promise<Buffer> => {
    const form = new FormData()
    form.set('image', new Blob([Uint8Array.from(picture)], { type: 'image/jpeg' }), 'probe.jpg')
    form.set('metadata', JSON.stringify({ subject_id: 'person-001' }))
    const encoded = new Response(form)
    const body = Buffer.from(await encoded.arrayBuffer())
    const head = [
      `POST /compat/ufme/api/v1/${operation} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      `X-Api-Key: ${ufme.api_key}`,
      `Content-Type: ${encoded.headers.get('content-type')}`,
      `Content-Length: ${body.length}`,
    ]
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
  }
  const enrolling = await open()
  await exchange(enrolling, await toRequest('enrol', await photograph(640, 480)))
  enrolling.destroy()
  return async (work) => {
    const socket = await open()
    const verify: Verify = async (picture) => {
      const request = await toRequest('verify', picture)
      const start = performance.now()
      const answer = await exchange(socket, request)
      const ms = performance.now() - start
      if (!answer.includes('<match>true</match>')) throw new Error(`Somebody else was verified: ${answer}`)
      return ms
    }
    return work(verify).finally(() => socket.destroy())
  }
}

/** Sends a whole request and gives back the whole answer to it, which has a length. @throws Error unless it is 200 */
function exchange(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const onData = (chunk: Buffer): void => {
      // Of bytes, so that lengths are the same.
      answer += chunk.toString('latin1')
      const head = answer.indexOf('\r\n\r\n')
      const length = /\r\ncontent-length: (\d+)\r\n/i.exec(answer)?.[1]
      if (head < 0 || (length !== undefined && answer.length < head + 4 + Number(length))) return
      socket.off('data', onData)
      if (answer.startsWith('HTTP/1.1 200 ') && length !== undefined) resolve(answer)
      else reject(new Error(answer))
    }
    socket.on('data', onData)
    socket.write(request)
  })
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < times; i++) await work()
}

/** Threads of the server that two at a time can keep busy: it leaves one core to everything else. */
const busyThreads = Math.min(2, Math.max(1, availableParallelism() - 1))

async function measureCapacity(images: number, work: () => Promise<unknown>, timesFile: string): Promise<Capacity> {
  const known = (await readTimes(timesFile)).length
  const start = performance.now()
  await work()
  const tookMs = performance.now() - start
  const times = (await readTimes(timesFile)).slice(known)
  if (times.length !== images) throw new Error(`${times.length} pictures were looked at for ${images} answers`)
  const ofTimes = tookMs * busyThreads
  const share = (of: (each: AnalysisTimes) => number) => times.reduce((sum, each) => sum + of(each), 0) / ofTimes
  return {
    imagesPerSecond: (1000 * images) / tookMs,
    networks: share(({ networkMs }) => networkMs),
    decoding: share(({ decodeMs }) => decodeMs),
  }
}

function capacityOf({ imagesPerSecond, networks, decoding }: Capacity): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const shares = [
    percent(networks).padStart(10),
    percent(decoding).padStart(10),
    percent(1 - networks - decoding).padStart(9),
  ]
  return [imagesPerSecond.toFixed(1).padStart(9), ...shares].join('')
}

/** The largest 4 : 3 part of a photograph, in this size. */
async function photograph(width: number, height: number): Promise<Buffer> {
  const file = await readFile(await mediaFile('franck_02683.jpg'))
  return sharp(file).resize({ width, height, fit: 'cover' }).jpeg({ quality: 85 }).toBuffer()
}

async function timeRequests(send: () => Promise<number>, rounds: number, timesFile: string): Promise<readonly Timed[]> {
  // The first ones compile what the others run.
  for (let i = 0; i < Math.max(3, rounds); i++) await send()
  const known = (await readTimes(timesFile)).length
  const requestMs: number[] = []
  for (let i = 0; i < rounds; i++) requestMs.push(await send())
  const times = (await readTimes(timesFile)).slice(known)
  if (times.length !== rounds) throw new Error(`${times.length} pictures were looked at in ${rounds} requests`)
  return times.map((each, i) => ({ ...each, requestMs: requestMs[i]! }))
}

const readTimes = async (file: string): Promise<readonly AnalysisTimes[]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AnalysisTimes)

function rowOf(name: string, bytes: number, timed: readonly Timed[]): string {
  const of = (value: (each: Timed) => number) => median(timed.map(value))
  const other = ({ requestMs, networkMs, decodeMs }: Timed) => requestMs - networkMs - decodeMs
  const show = (value: number, width: number, digits = 1) => value.toFixed(digits).padStart(width)
  const share = of((each) => (100 * other(each)) / each.requestMs)
  return [
    name.padEnd(11),
    show(bytes / 1000, 6, 0),
    show(
      of((each) => each.requestMs),
      9,
    ),
    show(
      of((each) => each.networkMs),
      10,
    ),
    show(
      of((each) => each.decodeMs),
      10,
    ),
    show(
      of(({ totalMs, decodeMs, networkMs }) => totalMs - decodeMs - networkMs),
      21,
    ),
    show(
      of(({ requestMs, totalMs }) => requestMs - totalMs),
      20,
    ),
    `${show(share, 8)} %`,
  ].join('')
}
