import { OpenAPIHono } from '@hono/zod-openapi'
import { apiVersion } from '@mien/shared/api/version'
import { MienError } from '@mien/shared/errors'
import type { Digest } from '../../domain/model.ts'
import type { Clock, Database } from '../../domain/ports.ts'
import type { Services } from '../../domain/services.ts'
import { strictJsonBody } from '../../http/json-body.ts'
import { methodGuard } from '../../http/method-guard.ts'
import type { CreateLimiter } from '../../http/rate-limit.ts'
import { pathRules, requestRules } from '../../http/request-rules.ts'
import { revalidated } from '../../http/revalidated.ts'
import { throwInvalid } from '../../http/throw-invalid.ts'
import { addAdministration } from './administration-routes.ts'
import { createNativeAuth } from './auth.ts'
import { addCeremonies } from './ceremonies-routes.ts'
import { addDevices } from './devices-routes.ts'
import { addFaces, unlessFace } from './faces-routes.ts'
import { addGalleries } from './galleries-routes.ts'
import { addMonitoring } from './monitoring-routes.ts'
import { addOffline } from './offline-routes.ts'
import { createOnce } from './once.ts'
import type { Parts } from './parts.ts'
import { addPasskeys } from './passkeys-routes.ts'
import { addSubjects } from './subjects-routes.ts'
import { addSync, unlessSync } from './sync-routes.ts'
import { addWebhooks } from './webhooks-routes.ts'
import * as wire from './wire.ts'

export interface NativeSurfaceOptions {
  readonly services: Services
  readonly database: Pick<Database, 'ping'>
  readonly clock: Clock
  readonly adminTokenDigest: Digest
  readonly publicUrl: string | null
  /** Sessions that one address may open on one application with the public id. */
  readonly pageSessionsPerMinute: number
  /** Keys and tokens that are nobody's, which one address may present. */
  readonly apiCallsPerMinute: number
  readonly createLimiter: CreateLimiter
}

/** What this dialect answers for; everything else belongs to others. */
const paths = ['/v1/*', '/.well-known/*']

/** Where a GET may be answered with "the same as before". */
const revalidatedPaths = ['/v1/subjects/*', '/v1/galleries/*', '/v1/stats', '/v1/openapi.json']

/** Of one device that works offline: more than twice what 5,000 events and a gallery of 10,000 people take at once. */
const deviceCallsPerMinute = 120

/** The native dialect: `/v1`, its key set and its description. */
export function createNativeSurface(options: NativeSurfaceOptions): OpenAPIHono {
  const { services, database, clock } = options
  const app = new OpenAPIHono({ defaultHook: throwInvalid })
  const guard = methodGuard(() => app.openAPIRegistry.definitions)
  for (const path of revalidatedPaths) app.use(path, revalidated)
  for (const path of paths) app.use(path, pathRules, requestRules, guard, unlessFace(unlessSync(strictJsonBody)))
  const parts: Parts = { app, auth: createAuth(options), services, once: createOnce(services.idempotency) }
  addCeremonies(parts, clock)
  addSubjects(parts, clock)
  addFaces(parts)
  addDevices(parts)
  addPasskeys(parts)
  addOffline(parts)
  addSync(parts, clock)
  addGalleries(parts)
  addMonitoring(parts, database)
  addWebhooks(parts)
  addAdministration(parts)
  addDescription(parts)
  for (const path of paths) {
    app.all(path, () => {
      throw new MienError('ROUTE_NOT_FOUND')
    })
  }
  return app
}

const createAuth = ({ createLimiter, pageSessionsPerMinute, apiCallsPerMinute, ...options }: NativeSurfaceOptions) =>
  createNativeAuth({
    ...options,
    pageSessions: createLimiter('native|sessions', pageSessionsPerMinute),
    failedSecrets: createLimiter('native|secrets', apiCallsPerMinute),
    deviceCalls: createLimiter('native|devices', deviceCallsPerMinute),
  })

function addDescription({ app, services }: Parts): void {
  app.openapi(wire.publishKeys, async (c) => {
    const keys = await services.signer.publicKeys()
    c.header('Access-Control-Allow-Origin', '*')
    c.header('Cache-Control', 'public, max-age=300')
    return c.json({ keys } as never, 200)
  })

  for (const [name, scheme] of Object.entries(wire.securitySchemes)) {
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  }
  app.get('/v1/openapi.json', (c) =>
    c.json(app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Mien', version: apiVersion } })),
  )
}
