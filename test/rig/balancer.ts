import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Balancer {
  readonly url: string
  /** Addresses of servers that said so when they were asked last. */
  ready(): readonly string[]
  figures(): BalancerFigures
  close(): Promise<void>
}

export interface BalancerFigures {
  /** Status -> answers. 502: nobody could be reached, or a connection was lost when it may have been used. */
  readonly statuses: Readonly<Record<number, number>>
  /** Sent to a server that could not be reached, and then to another one. */
  readonly retries: number
  /** From the request's first byte until the answer's last, in milliseconds. */
  readonly times: readonly number[]
}

/** Half of the shortest delay that servers in these tests go on for after they said that they are not ready. */
const askEveryMs = 250

/** Longest wait for a server that is ready, when there is none. */
const patienceMs = 5000

/** What an operator puts in front of several servers: each in turn that is ready; another one only when none could be reached. */
export async function startBalancer(backends: readonly string[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true })
  const statuses: Record<number, number> = {}
  const times: number[] = []
  let ready: readonly string[] = []
  let retries = 0
  let turn = 0
  let isClosed = false

  const look = async (): Promise<void> => {
    const answers = await Promise.all(backends.map(isReady))
    ready = backends.filter((_, i) => answers[i])
  }
  const looking = async (): Promise<void> => {
    while (!isClosed) {
      await look()
      await sleep(askEveryMs)
    }
  }

  const next = async (tried: ReadonlySet<string>): Promise<string | undefined> => {
    for (const until = performance.now() + patienceMs; performance.now() < until; await sleep(askEveryMs / 5)) {
      const free = ready.filter((url) => !tried.has(url))
      if (free.length > 0) return free[turn++ % free.length]
      if (ready.length > 0) return undefined
    }
    return undefined
  }

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const began = performance.now()
    const body = await bodyOf(incoming)
    const tried = new Set<string>()
    let status = 502
    for (let url = await next(tried); url !== undefined; url = await next(tried)) {
      const outcome = await forward(agent, url, incoming, body)
      if (outcome === 'unreached') {
        tried.add(url)
        retries++
        continue
      }
      if (outcome === 'lost') break
      status = outcome.status
      outgoing.writeHead(status, outcome.headers).end(outcome.body)
      break
    }
    if (!outgoing.headersSent) outgoing.writeHead(502).end()
    statuses[status] = (statuses[status] ?? 0) + 1
    times.push(performance.now() - began)
  }

  await look()
  const asking = looking()
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: () => ready,
    figures: () => ({ statuses: { ...statuses }, retries, times: [...times] }),
    async close() {
      isClosed = true
      await asking
      agent.destroy()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const isReady = (url: string): Promise<boolean> =>
  fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  )

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** `unreached`: no byte was sent. `lost`: some were, and no answer came. */
function forward(
  agent: Agent,
  url: string,
  { method, url: path, headers }: IncomingMessage,
  body: Buffer,
): Promise<Answer | 'unreached' | 'lost'> {
  return new Promise((resolve) => {
    let isReached = false
    const { host, ...rest } = headers
    const sent = request(new URL(path ?? '/', url), { agent, method, headers: withoutHops(rest) })
    sent.on('socket', (socket) => {
      isReached = !socket.connecting
      if (socket.connecting)
        socket.once('connect', () => {
          isReached = true
        })
    })
    sent.on('error', () => resolve(isReached ? 'lost' : 'unreached'))
    sent.on('response', (answer) => {
      bodyOf(answer).then(
        (bytes) => resolve({ status: answer.statusCode ?? 502, headers: withoutHops(answer.headers), body: bytes }),
        () => resolve('lost'),
      )
    })
    sent.end(body)
  })
}

/** Between two neighbours only. */
const withoutHops = ({ connection, 'keep-alive': _, 'transfer-encoding': __, ...rest }: IncomingMessage['headers']) =>
  rest

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
