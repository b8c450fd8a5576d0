import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Caller } from '../../domain/applications.ts'
import type { Deliver } from '../../domain/authenticators.ts'
import type { Subject } from '../../domain/model.ts'
import { clientNetwork } from '../../http/client-address.ts'
import { handleMethods } from '../../http/handle-methods.ts'
import { readJsonObject } from '../../http/json-body.ts'
import { qrCodeUrl } from '../../http/qr-code.ts'
import { checkHeaders } from '../../http/request-rules.ts'
import { toHttpError } from '../../http/to-http-error.ts'
import type { DialectOptions } from '../dialects.ts'
import { composeActivationMail } from './activation-mail.ts'
import { authorize, readCredentials } from './auth.ts'
import { renderFailure } from './errors.ts'
import * as map from './map.ts'
import {
  dialectName,
  type FaceAuthenticator,
  type FaceCreateResponse,
  faceCreateParms,
  faceUpdateParms,
  maxBodyBytes,
  type Permission,
  paths,
  tokenSeconds,
  type UserFaceSettings,
} from './wire.ts'

type IdaasSurfaceOptions = Pick<
  DialectOptions,
  'services' | 'clock' | 'mailer' | 'ownUrl' | 'callsPerMinute' | 'createLimiter' | 'admit' | 'onFailure'
>

/** One call that its token allows. */
interface Call extends Caller {
  readonly c: Context
}

/** Entrust IDaaS' administration of faces as authenticators, and the token that it asks for. */
export function createIdaasSurface(options: IdaasSurfaceOptions): Hono {
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
    (permission: Permission, answer: (call: Call) => Promise<Response>) =>
    async (c: Context): Promise<Response> => {
      await arrive(c)
      const caller = await authorize(services, c, permission)
      await count(caller)
      return answer({ ...caller, c })
    }

  const faces = createFaces(options)
  handleMethods(app, paths.authenticate, {
    POST: async (c) => {
      await arrive(c)
      const caller = await readCredentials(services, c)
      await count(caller)
      return c.json(map.toAuthentication(await services.accessTokens.issue(caller, tokenSeconds)))
    },
  })
  handleMethods(app, paths.userFaceV2, {
    POST: by('FACE:ADD', async (call) => call.c.json(await faces.create(call))),
  })
  handleMethods(app, paths.userFaceV1, {
    POST: by('FACE:ADD', async (call) => {
      const { qrCode: _, ...authenticator } = await faces.create(call)
      return call.c.json(authenticator)
    }),
    PUT: by('FACE:EDIT', (call) => nothing(call, faces.update(call))),
  })
  handleMethods(app, paths.userFaces, { GET: by('FACE:VIEW', async (call) => call.c.json(await faces.list(call))) })
  handleMethods(app, paths.userSettings, {
    GET: by('FACE:VIEW', async (call) => call.c.json(await faces.settings(call))),
  })
  handleMethods(app, paths.face, { DELETE: by('FACE:REMOVE', (call) => nothing(call, faces.remove(call))) })
  handleMethods(app, paths.activation, { PUT: by('FACE:ADD', (call) => nothing(call, faces.sendMail(call))) })
  app.all('*', () => {
    throw new MienError('ROUTE_NOT_FOUND')
  })
  return app
}

/** 200 without a body, never 204. */
async function nothing({ c }: Call, work: Promise<void>): Promise<Response> {
  await work
  return c.body(null, 200)
}

/** The operations. Users of other galleries are not there. */
function createFaces({ services: { subjects, authenticators }, clock, mailer, ownUrl }: IdaasSurfaceOptions) {
  const refuseUnlessMine = ({ credential }: Call, { galleryId }: Subject): void => {
    if (galleryId !== credential.galleryId) throw new MienError('NOT_FOUND')
  }

  const userOf = async (call: Call): Promise<Subject> => {
    const subject = await subjects.find(call.application.id, map.idOf(call.c.req.param('userid')))
    refuseUnlessMine(call, subject)
    return subject
  }

  const faceOf = async (call: Call) => {
    const found = await authenticators.find(call.application.id, map.idOf(call.c.req.param('faceid')))
    refuseUnlessMine(call, found.subject)
    return found
  }

  const linkOf = (clientToken: string): string => `${ownUrl}/enroll.html#${clientToken}`

  /** Everything that can be known beforehand is, so that a failure is that of the mail server. */
  const mailTo = ({ application }: Call, subject: Subject): Deliver => {
    if (!mailer.isConfigured) throw new MienError('MAIL_NOT_CONFIGURED')
    const to = map.mailAddressOf(subject)
    return async ({ clientToken, authenticator: { expiresAt } }) => {
      const link = linkOf(clientToken!)
      await mailer.send(composeActivationMail({ to, applicationName: application.name, link, expiresAt: expiresAt! }))
    }
  }

  return {
    async create(call: Call): Promise<FaceCreateResponse> {
      const subject = await userOf(call)
      const parms = map.parseBody(faceCreateParms, await readJsonObject(call.c.req.raw, maxBodyBytes))
      const { sessionId, byMail, asQrCode } = map.orderOf(subject.id, parms)
      const { authenticator, clientToken } = await authenticators.invite(call.application, subject.id, {
        ...(sessionId === undefined ? {} : { sessionId }),
        ...(byMail ? { deliver: mailTo(call, subject) } : {}),
      })
      const face = map.toFaceAuthenticator(authenticator, clock.now())
      return asQrCode ? { ...face, qrCode: await qrCodeUrl(linkOf(clientToken!)) } : face
    },

    async list(call: Call): Promise<readonly FaceAuthenticator[]> {
      const { id } = await userOf(call)
      const found = await authenticators.ofSubject(call.application.id, id)
      return found === undefined ? [] : [map.toFaceAuthenticator(found, clock.now())]
    },

    async settings(call: Call): Promise<UserFaceSettings> {
      const { id } = await userOf(call)
      const found = await authenticators.ofSubject(call.application.id, id)
      const { activation_seconds: activationLifetimeSeconds } = call.application.settings
      return { device: 'WEB', activationLifetimeSeconds, allowedRegistration: found === undefined }
    },

    async update(call: Call): Promise<void> {
      const { id } = await userOf(call)
      const parms = map.parseBody(faceUpdateParms, await readJsonObject(call.c.req.raw, maxBodyBytes))
      await authenticators.change(call.application.id, id, map.changesOf(parms))
    },

    async sendMail(call: Call): Promise<void> {
      const { authenticator, subject } = await faceOf(call)
      await authenticators.inviteAgain(call.application, authenticator.id, mailTo(call, subject))
    },

    async remove(call: Call): Promise<void> {
      const { authenticator } = await faceOf(call)
      await authenticators.remove(call.application.id, authenticator.id)
    },
  }
}
