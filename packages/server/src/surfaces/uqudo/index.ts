import { MienError } from '@mien/shared/errors'
import { isCanonicalUuid } from '@mien/shared/ids'
import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Caller } from '../../domain/applications.ts'
import { faceOfSample } from '../../domain/face-enrolments.ts'
import type { Session, Subject } from '../../domain/model.ts'
import { type FaceSample, noGates, type Picture } from '../../domain/pictures.ts'
import type { Clock } from '../../domain/ports.ts'
import type { Services } from '../../domain/services.ts'
import { clientAddress, clientNetwork } from '../../http/client-address.ts'
import { handleMethods } from '../../http/handle-methods.ts'
import { readPictureForm } from '../../http/picture-form.ts'
import { checkHeaders } from '../../http/request-rules.ts'
import { revalidated } from '../../http/revalidated.ts'
import { toHttpError } from '../../http/to-http-error.ts'
import type { DialectOptions } from '../dialects.ts'
import { authorize, issueToken, readTokenRequest } from './auth.ts'
import { renderFailure, renderTokenFailure } from './errors.ts'
import * as map from './map.ts'
import {
  defaultMinimumLevel,
  dialectName,
  onePictureBody,
  paths,
  pictureForm,
  type Scope,
  sessionSeconds,
  twoPicturesBody,
} from './wire.ts'

type UqudoSurfaceOptions = Pick<
  DialectOptions,
  'services' | 'clock' | 'callsPerMinute' | 'createLimiter' | 'admit' | 'onFailure'
>

/** One call that its token allows. */
interface Call extends Caller {
  readonly c: Context
}

/** uqudo's face API and the token that it asks for. */
export function createUqudoSurface(options: UqudoSurfaceOptions): Hono {
  const { services, clock, callsPerMinute, createLimiter, onFailure } = options
  const app = new Hono()
  const limiter = createLimiter(dialectName, callsPerMinute)
  app.use(options.admit)
  app.onError((thrown, c) => {
    const error = toHttpError(thrown)
    const { status, body, headers } = renderFailure(error)
    if (status >= 500) onFailure(c, error)
    return c.json(body, status, { ...headers })
  })

  const arrive = async (c: Context): Promise<void> => {
    await limiter.take(`address|${clientNetwork(c)}`)
    checkHeaders(c)
  }
  const count = async ({ application, credential }: Caller): Promise<void> => {
    await limiter.take(`key|${credential.id}`)
    await services.usage.countCall(application.id, dialectName)
  }
  /** Who calls is known before any body is read. */
  const by =
    (scope: Scope, answer: (call: Call) => Promise<Response>) =>
    async (c: Context): Promise<Response> => {
      await arrive(c)
      const caller = await authorize(services, c, scope)
      await count(caller)
      return answer({ ...caller, c })
    }

  const giveToken = async (c: Context): Promise<Response> => {
    await arrive(c)
    const request = await readTokenRequest(services, c)
    await count(request.caller)
    return c.json(await issueToken(services, request), 200, { Pragma: 'no-cache' })
  }
  const refuseToken = (c: Context, thrown: unknown): Response => {
    const { status, body, headers } = renderTokenFailure(toHttpError(thrown))
    if (status === 500) throw thrown
    return c.json(body, status, { ...headers, Pragma: 'no-cache' })
  }
  handleMethods(app, paths.token, { POST: (c) => giveToken(c).catch((thrown) => refuseToken(c, thrown)) })

  const face = createFaceOperations(services, clock)
  handleMethods(app, paths.session, {
    POST: by('face:session', async (call) => call.c.json({ sessionId: await face.openSession(call) }, 201)),
  })
  handleMethods(app, paths.match, { POST: by('face:match', async (call) => call.c.json(await face.match(call))) })
  handleMethods(app, paths.search, { POST: by('face:search', async (call) => call.c.json(await face.search(call))) })
  handleMethods(app, paths.insert, {
    POST: by('face:insert', async (call) => call.c.json({ oneToNVerificationId: await face.insert(call) })),
  })
  handleMethods(app, paths.found, { DELETE: by('face:delete', (call) => noContent(call, face.remove(call))) })
  app.use(paths.image, revalidated)
  handleMethods(app, paths.image, {
    GET: by('face:info', async (call) => call.c.body(await face.image(call), 200, { 'Content-Type': 'image/jpeg' })),
  })
  handleMethods(app, paths.info, { DELETE: by('face:info', (call) => noContent(call, face.endSession(call))) })
  app.all('*', () => {
    throw new MienError('ROUTE_NOT_FOUND')
  })
  return app
}

async function noContent({ c }: Call, work: Promise<void>): Promise<Response> {
  await work
  return c.body(null, 204)
}

/** The operations. People and sessions of other galleries are not there. */
function createFaceOperations(services: Services, clock: Clock) {
  const { sessions, subjects, pictures, faceEnrolments, keptImages, model } = services

  /** Never whether it is a live face: it is a photograph. */
  const look = ({ c, application }: Call, picture: Picture, mayKeep: boolean): Promise<FaceSample> =>
    pictures.look(picture, noGates, {
      signal: c.req.raw.signal,
      keep: mayKeep && application.settings.retain_images,
    })

  const find = async ({ application, credential }: Call, id: string): Promise<Subject> => {
    if (!isCanonicalUuid(id)) throw new MienError('NOT_FOUND')
    return subjects.findWithFace(application.id, credential.galleryId, id)
  }

  const findSession = async ({ application, credential }: Call, sessionId: string): Promise<Session> => {
    const session = await sessions.find(application.id, sessionId)
    const isHere = session.hasPhoto && session.galleryId === credential.galleryId
    if (!isHere || !(session.expiresAt > clock.now())) throw new MienError('NOT_FOUND')
    return session
  }

  const idOf = ({ c }: Call, name: string): string => c.req.param(name) ?? ''

  return {
    async openSession(call: Call): Promise<string> {
      const { application, credential } = call
      const sample = await look(call, await readIdPhoto(call.c.req.raw), true)
      const photo = { application, galleryId: credential.galleryId, sample }
      const opened = await sessions.openForPhoto({ ...photo, minLevel: defaultMinimumLevel, seconds: sessionSeconds })
      return opened.clientToken
    },

    async match({ c }: Call) {
      const parameters = await map.readJson(c.req.raw, twoPicturesBody)
      const minimum = map.minimumLevelOf(parameters)
      const [source, target] = [map.pictureOf(parameters, 'sourceImage'), map.pictureOf(parameters, 'targetImage')]
      return map.toMatch(await pictures.compare(source, target, c.req.raw.signal), minimum, model.points)
    },

    async search(call: Call) {
      const { c, application, credential } = call
      const parameters = await map.readJson(c.req.raw, onePictureBody)
      const insert = map.insertOf(parameters)
      const face = faceOfSample(await look(call, map.pictureOf(parameters, 'idPhoto'), insert))
      const probe = { application, galleryId: credential.galleryId, face, clientAddress: clientAddress(c) }
      const { found, enrolled } = await faceEnrolments.findOrEnroll({ ...probe, insert })
      return map.toSearch(found, enrolled)
    },

    async insert(call: Call): Promise<string> {
      const { c, application, credential } = call
      const parameters = await map.readJson(c.req.raw, onePictureBody)
      const face = faceOfSample(await look(call, map.pictureOf(parameters, 'idPhoto'), true))
      const { subject } = await faceEnrolments.enroll({
        application,
        galleryId: credential.galleryId,
        face,
        owner: { kind: 'new', subject: {} },
        minQuality: null,
        refuseMorphs: application.settings.refuse_morphs,
        mayRepeat: true,
        clientAddress: clientAddress(c),
      })
      return subject.id
    },

    async remove(call: Call): Promise<void> {
      const { id } = await find(call, idOf(call, 'id'))
      const { id: applicationId, settings } = call.application
      if (settings.uqudo_strict_delete) await subjects.remove(applicationId, id, clientAddress(call.c))
      else await keptImages.remove(applicationId, id)
    },

    async image(call: Call): Promise<Uint8Array<ArrayBuffer>> {
      const given = idOf(call, 'id')
      const { id } = await (isCanonicalUuid(given) ? find(call, given) : findSession(call, given))
      return new Uint8Array(await keptImages.read(call.application.id, id))
    },

    async endSession(call: Call): Promise<void> {
      const sessionId = idOf(call, 'session_id')
      await findSession(call, sessionId)
      await sessions.remove(call.application.id, sessionId)
    },
  }
}

/** A file in a form, or base64 in JSON. @throws MienError CONTENT_TYPE_UNSUPPORTED, REQUEST_INVALID and those of both readers */
async function readIdPhoto(request: Request): Promise<Picture> {
  const isForm = /^multipart\//i.test(request.headers.get('content-type') ?? '')
  if (!isForm) return map.pictureOf(await map.readJson(request, onePictureBody), 'idPhoto')
  const picture = (await readPictureForm(request, pictureForm)).files.get('idPhoto')
  if (picture === undefined) throw new MienError('REQUEST_INVALID', { message: 'The field idPhoto is missing' })
  return picture
}
