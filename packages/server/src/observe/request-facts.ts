import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { type DialectName, dialectNames } from '../surfaces/dialects.ts'

/** Who answers: a dialect, or what is around them. */
export type Answerer = DialectName | 'native' | 'demo' | 'health' | 'web'

/** What may be told of a request to whoever runs the server: nothing that its client wrote. */
export interface RequestFacts {
  readonly requestId: string
  readonly method: string
  /** The pattern that answered, such as `/v1/subjects/:id`; never the path. */
  readonly route: string
  readonly dialect: Answerer
  /** Null: the client left before an answer was there. */
  readonly status: number | null
  /** From the last header of the request to the last byte of the answer. */
  readonly durationMs: number
  /** Of the answer, its head included; null where no socket is below. */
  readonly bytes: number | null
}

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Tells of each request once it is over. */
export function tellRequests(onEnd: (facts: RequestFacts) => void): MiddlewareHandler {
  return async (c, next) => {
    const began = performance.now()
    const outgoing = (c.env as Partial<HttpBindings> | undefined)?.outgoing
    const socket = outgoing?.socket
    const bytesBefore = socket?.bytesWritten ?? 0
    const tell = (isSent: boolean) => {
      const bytes = socket == null ? null : socket.bytesWritten - bytesBefore
      onEnd({ ...describe(c), status: isSent ? c.res.status : null, durationMs: performance.now() - began, bytes })
    }
    outgoing?.once('close', () => tell(c.finalized && outgoing.writableFinished))
    await next()
    if (outgoing === undefined) tell(true)
  }
}

/** What is known of a request while it is answered. */
export function describe(c: Context): Pick<RequestFacts, 'requestId' | 'method' | 'route' | 'dialect'> {
  const route = routePath(c)
  const method = methods.includes(c.req.method) ? c.req.method : 'other'
  return { requestId: c.get('requestId'), method, route, dialect: answererOf(route) }
}

const known: ReadonlyMap<string, Answerer> = new Map<string, Answerer>([
  ['v1', 'native'],
  ['.well-known', 'native'],
  ['demo', 'demo'],
  ['healthz', 'health'],
  ['readyz', 'health'],
])

function answererOf(route: string): Answerer {
  const [, first = '', second] = route.split('/')
  if (first === 'compat') return dialectNames.find((name) => name === second) ?? 'web'
  return known.get(first) ?? 'web'
}
