import { OpenAPIHono } from '@hono/zod-openapi'
import { apiVersion } from '@mien/shared/api/version'
import { MienError } from '@mien/shared/errors'
import type { Outcome } from '../../domain/decision.ts'
import type { Application, Digest } from '../../domain/model.ts'
import type { Clock } from '../../domain/ports.ts'
import type { Services } from '../../domain/services.ts'
import { clientAddress } from '../../http/client-address.ts'
import { clientOf } from '../../http/identify-client.ts'
import { strictJsonBody } from '../../http/json-body.ts'
import { methodGuard } from '../../http/method-guard.ts'
import { createRateLimiter } from '../../http/rate-limit.ts'
import { pathRules, requestRules } from '../../http/request-rules.ts'
import { throwInvalid } from '../../http/throw-invalid.ts'
import { createNativeAuth } from './auth.ts'
import * as map from './map.ts'
import type { Parts } from './parts.ts'
import { addWebhooks } from './webhooks-routes.ts'
import * as wire from './wire.ts'

export interface NativeSurfaceOptions {
  readonly services: Services
  readonly clock: Clock
  readonly adminTokenDigest: Digest
  readonly publicUrl: string | null
  /** Sessions that one address may open on one application with the public id. */
  readonly pageSessionsPerMinute: number
}

/** What this dialect answers for; everything else belongs to others. */
const paths = ['/v1/*', '/.well-known/*', '/openapi.json']

const defaultPage = 50
const maxPage = 100

/** The native dialect: `/v1`, its key set and its description. */
export function createNativeSurface(options: NativeSurfaceOptions): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: throwInvalid })
  const guard = methodGuard(() => app.openAPIRegistry.definitions)
  for (const path of paths) app.use(path, pathRules, requestRules, guard, strictJsonBody)
  const parts: Parts = { app, auth: createAuth(options), services: options.services }
  addCeremonies(parts, options.clock)
  addSubjects(parts)
  addGalleries(parts)
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

const createAuth = ({ services, adminTokenDigest, publicUrl, pageSessionsPerMinute }: NativeSurfaceOptions) =>
  createNativeAuth({
    services,
    adminTokenDigest,
    publicUrl,
    pageSessions: createRateLimiter(pageSessionsPerMinute),
  })

function addCeremonies({ app, auth, services }: Parts, clock: Clock): void {
  /** What the page may see of a granted outcome, where the application discloses to pages. */
  const answer = async (outcome: Outcome, application: Application) => {
    const isDisclosed = outcome.kind === 'ok' && outcome.subjectId !== null && application.settings.disclose_to_page
    if (!isDisclosed) return map.toSubmission(outcome, null)
    const subject = await services.subjects.find(application.id, outcome.subjectId)
    return map.toSubmission(outcome, map.toDisclosure(subject, outcome.at))
  }

  app.openapi(wire.openSession, async (c) => {
    const opener = await auth.opener(c)
    const request = c.req.valid('json')
    const opened = await services.sessions.open({ ...opener, request })
    return c.json(map.toSession(opened, opener.application, services.model, request.locales ?? []), 201)
  })

  app.openapi(wire.readSession, async (c) => {
    const { session, application, clientToken } = await auth.session(c)
    await auth.checkCountry(c, application)
    await services.sessions.refuseUsed(session)
    const { locales = [] } = c.req.valid('query')
    return c.json(map.toSession({ session, clientToken }, application, services.model, locales), 200)
  })

  app.openapi(wire.askChallenge, async (c) => {
    const { session, application } = await auth.session(c)
    await auth.checkCountry(c, application)
    return c.json(map.toChallenge(await services.sessions.challenge(session, application), clock.now()), 201)
  })

  app.openapi(wire.submitCapture, async (c) => {
    const { session, application } = await auth.session(c)
    const request = c.req.valid('json')
    auth.claimedOrigin(c, session, application, request.origin)
    const outcome = await services.submissions.submit({ session, application, request, client: clientOf(c) })
    return c.json(await answer(outcome, application), 200)
  })

  app.openapi(wire.stepUp, async (c) => {
    const { session, application } = await auth.session(c)
    await auth.checkCountry(c, application)
    const outcome = await services.stepUps.submit({
      session,
      application,
      request: c.req.valid('json'),
      client: clientOf(c),
    })
    return c.json(await answer(outcome, application), 200)
  })

  app.openapi(wire.redeemResult, async (c) => {
    const application = await auth.backend(c)
    const { result_code: code, code_verifier: verifier } = c.req.valid('json')
    return c.json(map.toRedeemed(await services.results.redeem(application.id, code, verifier)), 200)
  })
}

const galleryNames = async ({ galleries }: Services, applicationId: string): Promise<ReadonlyMap<string, string>> =>
  new Map((await galleries.list(applicationId)).map(({ id, name }) => [id, name]))

function addSubjects({ app, auth, services }: Parts): void {
  const { subjects, galleries } = services

  app.openapi(wire.listSubjects, async (c) => {
    const { id } = await auth.backend(c)
    const { limit = defaultPage, cursor, gallery } = c.req.valid('query')
    if (limit > maxPage) throw new MienError('PARAM_INVALID', { details: { fields: ['limit'] } })
    const galleryId = gallery === undefined ? undefined : (await galleries.findByName(id, gallery)).id
    const found = await subjects.list(id, {
      limit: limit + 1,
      ...(galleryId === undefined ? {} : { galleryId }),
      ...(cursor === undefined ? {} : { afterId: cursor }),
    })
    const page = found.slice(0, limit)
    const names = await galleryNames(services, id)
    return c.json(
      {
        subjects: page.map((subject) => map.toSummary(subject, names.get(subject.galleryId) ?? '')),
        next_cursor: found.length > limit ? (page.at(-1)?.id ?? null) : null,
      },
      200,
    )
  })

  app.openapi(wire.getSubject, async (c) => {
    const { id } = await auth.backend(c)
    const subject = await subjects.find(id, c.req.valid('param').facial_id)
    const gallery = (await galleryNames(services, id)).get(subject.galleryId) ?? ''
    return c.json(map.toSubject(subject, gallery, await subjects.consentOf(id, subject.id)), 200)
  })

  app.openapi(wire.deleteSubject, async (c) => {
    await subjects.remove((await auth.backend(c)).id, c.req.valid('param').facial_id, clientAddress(c))
    return c.body(null, 204)
  })

  app.openapi(wire.putPayload, async (c) => {
    const { id } = await auth.backend(c)
    await subjects.setPayload(id, c.req.valid('param').facial_id, c.req.valid('json').payload)
    return c.body(null, 204)
  })

  app.openapi(wire.putPin, async (c) => {
    await subjects.setPin(await auth.backend(c), c.req.valid('param').facial_id, c.req.valid('json').pin)
    return c.body(null, 204)
  })

  app.openapi(wire.deletePin, async (c) => {
    await subjects.removePin((await auth.backend(c)).id, c.req.valid('param').facial_id)
    return c.body(null, 204)
  })
}

function addGalleries({ app, auth, services: { galleries } }: Parts): void {
  app.openapi(wire.listGalleries, async (c) => {
    const all = await galleries.list((await auth.backend(c)).id)
    return c.json({ galleries: all.map(map.toGallery) }, 200)
  })

  app.openapi(wire.createGallery, async (c) => {
    const created = await galleries.create((await auth.backend(c)).id, c.req.valid('json').name)
    return c.json(map.toGallery({ ...created, subjects: 0 }), 201)
  })
}

function addAdministration({ app, auth, services: { applications } }: Parts): void {
  app.openapi(wire.createApplication, async (c) => {
    auth.admin(c)
    const { name, origins = [] } = c.req.valid('json')
    return c.json(await applications.create(name, origins), 201)
  })

  app.openapi(wire.listApplications, async (c) => {
    auth.admin(c)
    return c.json({ applications: (await applications.list()).map(map.toApplication) }, 200)
  })

  app.openapi(wire.deleteApplication, async (c) => {
    auth.admin(c)
    await applications.remove(c.req.valid('param').application_id)
    return c.body(null, 204)
  })

  app.openapi(wire.patchSettings, async (c) => {
    auth.admin(c)
    const changed = await applications.changeSettings(c.req.valid('param').application_id, c.req.valid('json'))
    return c.json(map.toApplication(changed), 200)
  })

  app.openapi(wire.rotateKey, async (c) => {
    auth.admin(c)
    const issued = await applications.issueKey(c.req.valid('param').application_id, c.req.valid('json'))
    return c.json(map.toRotated(issued), 201)
  })

  app.openapi(wire.listKeys, async (c) => {
    auth.admin(c)
    const keys = await applications.listKeys(c.req.valid('param').application_id)
    return c.json({ keys: keys.map(map.toCredential) }, 200)
  })

  app.openapi(wire.removeKey, async (c) => {
    auth.admin(c)
    const { application_id: applicationId, credential_id: credentialId } = c.req.valid('param')
    await applications.removeKey(applicationId, credentialId)
    return c.body(null, 204)
  })
}

function addDescription({ app, services }: Parts): void {
  app.openapi(wire.publishKeys, (c) => {
    c.header('Access-Control-Allow-Origin', '*')
    c.header('Cache-Control', 'public, max-age=300')
    return c.json({ keys: services.signer.publicKeys() } as never, 200)
  })

  for (const [name, scheme] of Object.entries(wire.securitySchemes)) {
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  }
  app.get('/openapi.json', (c) =>
    c.json(app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Mien', version: apiVersion } })),
  )
}
