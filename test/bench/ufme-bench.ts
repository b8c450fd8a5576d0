import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import sharp from 'sharp'
import type { AnalysisTimes } from '../../packages/server/src/vision/worker-protocol.ts'
import { mediaFile } from '../fixtures/media.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { median } from './samples.ts'

/** One request: what its client waited, and what of that went where. Milliseconds. */
interface Timed extends AnalysisTimes {
  readonly requestMs: number
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

/**
 * `/compat/ufme/api/v1/verify` of the server as a process, from a client on the same machine, one request after the other, so that
 * nobody waits for a thread. What is neither network nor decoding is HTTP, the database, and the pipeline around the networks.
 */
export async function runUfmeBench(rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-times-'))
  const timesFile = join(folder, 'times')
  const server = await startServer({
    MIEN_DEMO: 'off',
    MIEN_API_CALLS_PER_MINUTE: '100000',
    NODE_OPTIONS: `--import=${recorder}`,
    MIEN_TIMES_FILE: timesFile,
  })
  try {
    const verify = await openVerify(server)
    const lines = ['', 'UFME verify over HTTP, sequential, median of each picture, milliseconds']
    lines.push(
      `pixels         KB  request  networks  decoding  around the networks  outside the thread  ${'neither'.padStart(8)}   images/s`,
    )
    for (const [width, height] of sizes) {
      const picture = await photograph(width, height)
      const count = width === sizes[0][0] ? rounds : Math.max(3, Math.ceil(rounds / 6))
      const timed = await timeRequests(await verify(picture), count, timesFile)
      lines.push(rowOf(`${width} x ${height}`, picture.length, timed))
    }
    console.log(lines.join('\n'))
  } finally {
    await server.close()
    await rm(folder, { recursive: true })
  }
}

/** Makes what is sent for a picture, once; what that sends is only the bytes, over a connection that is open already. */
type PrepareVerify = (picture: Uint8Array) => Promise<() => Promise<void>>

async function openVerify(server: TestServer): Promise<PrepareVerify> {
  const { ufme } = await server.admin.createApplication({ name: 'Bench' })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const prepare = async (operation: string, picture: Uint8Array): Promise<() => Promise<string>> => {
    const form = new FormData()
    form.set('image', new Blob([Uint8Array.from(picture)], { type: 'image/jpeg' }), 'probe.jpg')
    form.set('metadata', JSON.stringify({ subject_id: 'person-001' }))
    const encoded = new Response(form)
    const headers = { 'x-api-key': ufme.api_key, 'content-type': encoded.headers.get('content-type')! }
    const body = Buffer.from(await encoded.arrayBuffer())
    return async () => {
      const sent = request(`${server.url}/compat/ufme/api/v1/${operation}`, { method: 'POST', agent, headers })
      sent.end(body)
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      const answered = await text(answer)
      if (answer.statusCode !== 200) throw new Error(answered)
      return answered
    }
  }
  await (await prepare('enrol', await photograph(640, 480)))()
  return async (picture) => {
    const send = await prepare('verify', picture)
    return async () => {
      if (!(await send()).includes('<match>true</match>')) throw new Error('Somebody else was verified')
    }
  }
}

/** The largest 4 : 3 part of a photograph, in this size. */
async function photograph(width: number, height: number): Promise<Buffer> {
  const file = await readFile(await mediaFile('franck_02683.jpg'))
  return sharp(file).resize({ width, height, fit: 'cover' }).jpeg({ quality: 85 }).toBuffer()
}

async function timeRequests(send: () => Promise<void>, rounds: number, timesFile: string): Promise<readonly Timed[]> {
  // The first ones compile what the others run.
  for (let i = 0; i < Math.max(3, rounds); i++) await send()
  const known = (await readTimes(timesFile)).length
  const requestMs: number[] = []
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    await send()
    requestMs.push(performance.now() - start)
  }
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
    show(1000 / of((each) => each.requestMs), 11, 2),
  ].join('')
}
