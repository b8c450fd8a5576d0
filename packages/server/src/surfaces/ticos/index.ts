import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Caller } from '../../domain/applications.ts'
import { faceOfSample, type NewFace } from '../../domain/face-enrolments.ts'
import type { ListedSubject, Subject } from '../../domain/model.ts'
import { noGates, type Picture } from '../../domain/pictures.ts'
import type { Services } from '../../domain/services.ts'
import { clientAddress, clientNetwork } from '../../http/client-address.ts'
import { handleMethods } from '../../http/handle-methods.ts'
import { readPictureForm } from '../../http/picture-form.ts'
import type { RateLimiter } from '../../http/rate-limit.ts'
import { checkHeaders } from '../../http/request-rules.ts'
import { revalidated } from '../../http/revalidated.ts'
import { toHttpError } from '../../http/to-http-error.ts'
import type { DialectOptions } from '../dialects.ts'
import { authenticate } from './auth.ts'
import { renderFailure } from './errors.ts'
import * as map from './map.ts'
import { dialectName, faceForm, facesPath, success } from './wire.ts'

type TicosSurfaceOptions = Pick<DialectOptions, 'services' | 'callsPerMinute' | 'createLimiter' | 'admit' | 'onFailure'>

/** Ticos' face management: faces of the group that a terminal belongs to, which here is a gallery. */
export function createTicosSurface(options: TicosSurfaceOptions): Hono {
  const { services, callsPerMinute, createLimiter, onFailure } = options
  const app = new Hono()
  const limiter = createLimiter(dialectName, callsPerMinute)
  app.use(options.admit)
  app.onError((thrown, c) => {
    const error = toHttpError(thrown)
    const { status, body, headers } = renderFailure(error)
    if (status >= 500) onFailure(c, error)
    return c.json(body, status, { ...headers })
  })
  const faces = createFaces(services)
  const by =
    (answer: (c: Context, caller: Caller) => Promise<Response>) =>
    async (c: Context): Promise<Response> =>
      answer(c, await admit(c, services, limiter))

  app.use(`${facesPath}/*`, revalidated)
  handleMethods(app, facesPath, {
    GET: by(async (c, caller) => c.json(await faces.list(caller))),
    POST: by(async (c, caller) => {
      await faces.create(c, caller)
      return c.json(success)
    }),
  })
  handleMethods(app, `${facesPath}/:face_id`, {
    GET: by(async (c, caller) => c.json(await faces.read(c, caller))),
    PUT: by(async (c, caller) => {
      await faces.update(c, caller)
      return c.json(success)
    }),
    DELETE: by(async (c, caller) => {
      await faces.remove(c, caller)
      return c.body(null, 204)
    }),
  })
  handleMethods(app, `${facesPath}/:face_id/image`, {
    GET: by(async (c, caller) => c.body(await faces.image(c, caller), 200, { 'Content-Type': 'image/jpeg' })),
  })
  app.all('*', () => {
    throw new MienError('ROUTE_NOT_FOUND')
  })
  return app
}

/** Who calls, before any body is read. @throws MienError RATE_LIMITED, HEADER_DUPLICATE, UNAUTHORIZED */
async function admit(c: Context, services: Services, limiter: RateLimiter): Promise<Caller> {
  await limiter.take(`address|${clientNetwork(c)}`)
  checkHeaders(c)
  const caller = await authenticate(services, c)
  await limiter.take(`key|${caller.credential.id}`)
  await services.usage.countCall(caller.application.id, dialectName)
  return caller
}

/** People that are read at once for a list, which has no pages of its own. */
const batchSize = 100

/** The operations. A person without a face, or of another group, is not there. */
function createFaces({ subjects, galleries, pictures, faceEnrolments, keptImages }: Services) {
  const find = (c: Context, { application, credential }: Caller): Promise<Subject> =>
    subjects.findWithFace(application.id, credential.galleryId, map.facialIdOf(c.req.param('face_id')))

  const groupOf = async ({ application, credential }: Caller): Promise<string> =>
    (await galleries.find(application.id, credential.galleryId)).name

  const everyone = async ({ application, credential }: Caller): Promise<readonly ListedSubject[]> => {
    const all: ListedSubject[] = []
    for (let isMore = true; isMore; ) {
      const afterId = all.at(-1)?.id
      const page = { galleryId: credential.galleryId, withFace: true, limit: batchSize }
      const batch = await subjects.list(application.id, afterId === undefined ? page : { ...page, afterId })
      all.push(...batch)
      isMore = batch.length === batchSize
    }
    return all
  }

  const look = async (c: Context, { application }: Caller, picture: Picture): Promise<NewFace> => {
    const options = { signal: c.req.raw.signal, keep: application.settings.retain_images }
    return faceOfSample(await pictures.look(picture, noGates, options))
  }

  /** What every enrolment of a terminal has in common. */
  const enrolment = ({ application, credential }: Caller, c: Context) => ({
    application,
    galleryId: credential.galleryId,
    minQuality: null,
    refuseMorphs: application.settings.refuse_morphs,
    mayRepeat: !application.settings.prevent_duplicates,
    clientAddress: clientAddress(c),
  })

  return {
    async list(caller: Caller) {
      const [group, all] = [await groupOf(caller), await everyone(caller)]
      return all.map((subject) => map.toFace(subject, group)).sort((a, b) => a.id - b.id)
    },

    async create(c: Context, caller: Caller): Promise<void> {
      const form = await readPictureForm(c.req.raw, faceForm)
      const [name, picture] = [map.nameOf(form), map.imageOf(form)]
      const owner = { kind: 'new', subject: { name } } as const
      const face = await look(c, caller, picture)
      await faceEnrolments.enroll({ ...enrolment(caller, c), owner, face })
    },

    read: async (c: Context, caller: Caller) => map.toFace(await find(c, caller), await groupOf(caller)),

    async update(c: Context, caller: Caller): Promise<void> {
      const { id } = await find(c, caller)
      const form = await readPictureForm(c.req.raw, faceForm)
      const name = map.nameOf(form)
      if (!form.files.has('image')) {
        await subjects.update(caller.application.id, id, { name })
        return
      }
      const owner = { kind: 'existing', subjectId: id, how: 'replace', name } as const
      const face = await look(c, caller, map.imageOf(form))
      await faceEnrolments.enroll({ ...enrolment(caller, c), owner, face })
    },

    async remove(c: Context, caller: Caller): Promise<void> {
      const { id } = await find(c, caller)
      await subjects.remove(caller.application.id, id, clientAddress(c))
    },

    async image(c: Context, caller: Caller): Promise<Uint8Array<ArrayBuffer>> {
      const { id } = await find(c, caller)
      return new Uint8Array(await keptImages.read(caller.application.id, id))
    },
  }
}
