import type { MienError } from '@mien/shared/errors'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import type { Mailer } from './domain/mailer.ts'
import type { Digest } from './domain/model.ts'
import type { Clock, Database } from './domain/ports.ts'
import type { Services } from './domain/services.ts'
import { type CrossOriginRequest, cors } from './http/cors.ts'
import { endConnections } from './http/end-connections.ts'
import { routeByHost } from './http/host-routing.ts'
import { identifyClient, type ProxyTrust } from './http/identify-client.ts'
import type { CreateLimiter } from './http/rate-limit.ts'
import { createReadiness } from './http/readiness.ts'
import { createReferencePage } from './http/reference-page.ts'
import { nameRequests } from './http/request-id.ts'
import { securityHeaders } from './http/security-headers.ts'
import { toHttpError } from './http/to-http-error.ts'
import { type RequestFacts, tellRequests } from './observe/request-facts.ts'
import { traceRequests } from './observe/trace-requests.ts'
import { type DialectName, type DialectOptions, dialectRoot } from './surfaces/dialects.ts'
import { createFaceioSurface } from './surfaces/faceio/index.ts'
import { createIdaasSurface } from './surfaces/idaas/index.ts'
import { renderError } from './surfaces/native/errors.ts'
import { createNativeSurface } from './surfaces/native/index.ts'
import { createTicosSurface } from './surfaces/ticos/index.ts'
import { createUfmeSurface } from './surfaces/ufme/index.ts'
import { createUqudoSurface } from './surfaces/uqudo/index.ts'

/** Sends a request into the application itself. */
export type SendRequest = (path: string, init: RequestInit) => Response | Promise<Response>

export interface AppDependencies {
  readonly services: Services
  readonly database: Database
  readonly clock: Clock
  readonly adminTokenDigest: Digest
  /** Where people reach the server when a proxy stands in front. */
  readonly publicUrl: string | null
  /** Where people's browsers reach this server, without a slash at the end. */
  readonly ownUrl: string
  readonly mailer: Mailer
  readonly proxyTrust: ProxyTrust
  readonly pageSessionsPerMinute: number
  /** Those that are answered, each under its root. */
  readonly dialects: readonly DialectName[]
  /** Host name in lower case -> the dialect whose root it is. */
  readonly hosts: ReadonlyMap<string, DialectName>
  /** Calls that one key of a dialect may make, and so many that one address may. */
  readonly apiCallsPerMinute: number
  readonly createLimiter: CreateLimiter
  /** Called for what went wrong inside; never with a body, a header or a secret. */
  readonly onFailure: (failure: { requestId: string; method: string; route: string; error: MienError }) => void
  /** Called for each request once it is over. */
  readonly onRequest?: (facts: RequestFacts) => void
  /** False while the server is stopping. */
  readonly isAccepting: () => boolean
  /** In front of what does work: see `admitRequests`. Default: everybody is let in. */
  readonly admit?: MiddlewareHandler
  /** Pages, scripts and models. */
  readonly webAssets?: Hono
  /** The demo site's backend, which speaks to the API as any other would. */
  readonly createDemo?: (send: SendRequest) => Hono
}

interface Env {
  Variables: { requestId: string }
}

/** By which a device knows what the server stated. */
const jwksPath = '/.well-known/jwks.json'

/** The calls that a widget makes from its page. A backend's calls are never readable by a page. */
const widgetPaths = [
  '/v1/sessions/current',
  '/v1/challenges',
  '/v1/submissions',
  '/v1/reveals',
  '/v1/step-ups',
  '/v1/passkey-options',
  '/v1/passkeys',
  '/v1/sync',
  '/v1/sync/kiosks',
  '/v1/sync/own-devices',
  '/v1/sync/pull',
  '/v1/sync/tickets',
  jwksPath,
]

/** The whole server as one request handler: no port, no process, no environment. */
export function createApp(dependencies: AppDependencies): Hono<Env> {
  const { services, webAssets, createDemo } = dependencies
  const roots = [...dependencies.hosts].map(([host, name]) => [host, dialectRoot(name)] as const)
  const app = new Hono<Env>({ getPath: routeByHost(new Map(roots)) })
  const report = (c: Context, error: MienError) => {
    // A client that left is no failure of ours, and nobody reads its answer.
    if (error.code === 'ABORTED' && c.req.raw.signal.aborted) return
    dependencies.onFailure({ requestId: c.get('requestId'), method: c.req.method, route: c.req.routePath, error })
  }
  const { proxyTrust, onRequest } = dependencies
  if (onRequest !== undefined) app.use(tellRequests(onRequest))
  app.use(nameRequests(proxyTrust), traceRequests(proxyTrust))
  app.use(endConnections(dependencies.isAccepting))
  app.use(securityHeaders(dependencies.ownUrl))
  app.use(identifyClient(proxyTrust))
  app.onError((thrown, c) => {
    const error = toHttpError(thrown)
    const { status, body, headers } = renderError(error, c.get('requestId'))
    if (status >= 500) report(c, error)
    return c.json(body, status, headers)
  })
  for (const path of ['/v1/*', jwksPath]) app.use(path, cors(allowsPage(services)))
  app.use('/v1/*', dependencies.admit ?? everybody)
  addHealth(app, dependencies)
  app.route('/', createNativeSurface(dependencies))
  for (const name of dependencies.dialects) {
    app.route(dialectRoot(name), createDialect[name](dialectOptions(dependencies, report)))
  }
  if (createDemo !== undefined)
    app.route(
      '/demo',
      createDemo((path, init) => app.request(path, init)),
    )
  app.route('/', createReferencePage())
  if (webAssets !== undefined) app.route('/', webAssets)
  return app
}

const everybody: MiddlewareHandler = (_, next) => next()

const createDialect: Readonly<Record<DialectName, (options: DialectOptions) => Hono>> = {
  faceio: createFaceioSurface,
  idaas: createIdaasSurface,
  ufme: createUfmeSurface,
  ticos: createTicosSurface,
  uqudo: createUqudoSurface,
}

const dialectOptions = (
  { services, database, clock, mailer, ownUrl, apiCallsPerMinute, createLimiter, admit = everybody }: AppDependencies,
  onFailure: DialectOptions['onFailure'],
): DialectOptions => ({
  services,
  clock,
  mailer,
  ownUrl,
  callsPerMinute: apiCallsPerMinute,
  createLimiter,
  admit,
  checkHealth: async () => {
    await database.ping()
    await services.pictures.check()
  },
  onFailure,
})

/**
 * A preflight carries no application, so it is answered for an origin that any of them allows; the request is then checked against
 * its own. Opening a session may be tried from everywhere, so that a widget can say that its site is not listed.
 */
const allowsPage =
  ({ applications }: Services) =>
  async ({ origin, path }: CrossOriginRequest): Promise<boolean> =>
    path === '/v1/sessions' || (widgetPaths.includes(path) && (await applications.someAllowsOrigin(origin)))

function addHealth(app: Hono<Env>, { database, isAccepting }: AppDependencies): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  const isReady = createReadiness({ isAccepting, check: () => database.ping() })
  app.get('/readyz', async (c) =>
    (await isReady()) ? c.json({ status: 'ready' }) : c.json({ status: 'not_ready' }, 503),
  )
}
