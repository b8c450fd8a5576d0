import { apiVersion } from '@mien/shared/api/version'
import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Application } from '../../domain/model.ts'
import type { Services } from '../../domain/services.ts'
import { clientAddress, clientNetwork } from '../../http/client-address.ts'
import { type ForStranger, limitStrangers } from '../../http/limit-strangers.ts'
import type { RateLimiter } from '../../http/rate-limit.ts'
import { mergeParameters, type RequestParameters, readBody, readQuery } from '../../http/request-parameters.ts'
import { checkHeaders } from '../../http/request-rules.ts'
import { toHttpError } from '../../http/to-http-error.ts'
import type { DialectOptions } from '../dialects.ts'
import { authenticate, presentedKey } from './auth.ts'
import { renderFailure } from './errors.ts'
import * as map from './map.ts'
import {
  type AnswerFields,
  bodyLimits,
  dialectName,
  type Endpoint,
  type KeyedEndpoint,
  methods,
  type OpenEndpoint,
  pictureBody,
  strangerLimits,
} from './wire.ts'

type FaceioSurfaceOptions = Pick<
  DialectOptions,
  'services' | 'callsPerMinute' | 'createLimiter' | 'admit' | 'checkHealth' | 'onFailure'
>

/** One authenticated call. */
interface Call {
  readonly application: Application
  readonly parameters: RequestParameters
  /** Address of whoever calls; null when not known. */
  readonly client: string | null
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

type Handlers<Name extends Endpoint, Input extends unknown[]> = {
  readonly [Each in Name]: (...input: Input) => Promise<AnswerFields[Each]>
}

/** FACEIO's REST dialect: the same endpoints, parameters, statuses and bodies, over our own core. */
export function createFaceioSurface(options: FaceioSurfaceOptions): Hono {
  const app = new Hono()
  const limiter = options.createLimiter(dialectName, options.callsPerMinute)
  app.use(options.admit)
  app.onError((thrown, c) => {
    const error = toHttpError(thrown)
    const { body, headers } = renderFailure(error)
    if (body.status >= 500) options.onFailure(c, error)
    return c.json(body, body.status, { ...headers })
  })

  const open = createOpenHandlers(options)
  for (const name of ['about', 'status'] as const) {
    app.all(`/${name}`, async (c) => {
      await admit(c, name, limiter)
      return answer(c, await open[name]())
    })
  }
  const keyed = createKeyedHandlers(options.services)
  const { perMinute, atOnce } = strangerLimits
  const forStranger = limitStrangers({ limiter: options.createLimiter(`${dialectName}|body`, perMinute), atOnce })
  for (const name of Object.keys(keyed) as KeyedEndpoint[]) {
    app.all(`/${name}`, async (c) => {
      await admit(c, name, limiter)
      return answer(c, await keyed[name](await readCall(c, name, { ...options, limiter, forStranger })))
    })
  }
  app.all('*', () => {
    throw new MienError('ROUTE_NOT_FOUND')
  })
  return app
}

const answer = (c: Context, fields: AnswerFields[Endpoint]) => c.json({ status: 200, ...fields })

/** What is known before anything is read. @throws MienError METHOD_NOT_ALLOWED, RATE_LIMITED, HEADER_DUPLICATE */
async function admit(c: Context, name: Endpoint, limiter: RateLimiter): Promise<void> {
  const allowed: readonly string[] = methods[name]
  // HEAD would come here as GET, and deleting is a GET.
  if (!allowed.includes(c.req.method)) {
    throw new MienError('METHOD_NOT_ALLOWED', { details: { allow: allowed.join(', ') } })
  }
  await limiter.take(`address|${clientNetwork(c)}`)
  checkHeaders(c)
}

interface Gate extends Pick<FaceioSurfaceOptions, 'services'> {
  readonly limiter: RateLimiter
  readonly forStranger: ForStranger
}

/**
 * Who calls with which parameters. A key outside the body is looked at before the body is read; without one few large bodies are.
 *
 * @throws MienError UNAUTHORIZED, RATE_LIMITED, OVERLOADED and those of readQuery, readBody, mergeParameters and presentedKey
 */
async function readCall(c: Context, name: KeyedEndpoint, { services, limiter, forStranger }: Gate): Promise<Call> {
  const query = readQuery(c.req.url)
  const earlyKey = presentedKey(c, query)
  const early = earlyKey === undefined ? undefined : await authenticate(services, earlyKey)
  const readAll = async () => {
    const body = c.req.method === 'POST' ? await readBody(c.req.raw, bodyLimits[name]) : new Map()
    const parameters = mergeParameters(query, body)
    const key = presentedKey(c, parameters)
    return { parameters, caller: early ?? (await authenticate(services, key)) }
  }
  const isDear = early === undefined && bodyLimits[name] === pictureBody
  const { parameters, caller } = await (isDear ? forStranger(clientNetwork(c), readAll) : readAll())
  const { application, credential } = caller
  await limiter.take(`key|${credential.id}`)
  await services.usage.countCall(application.id, dialectName)
  return { application, parameters, client: clientAddress(c), signal: c.req.raw.signal }
}

function createOpenHandlers({ checkHealth }: FaceioSurfaceOptions): Handlers<OpenEndpoint, []> {
  return {
    about: async () => ({ payload: `Mien ${apiVersion}. Copyright the Mien authors, Apache License 2.0.` }),
    async status() {
      await checkHealth()
      return { payload: 'All parts of the server are working.' }
    },
  }
}

function createKeyedHandlers({ subjects, usage, pictures }: Services): Handlers<KeyedEndpoint, [Call]> {
  return {
    async deletefacialid({ application, parameters, client }) {
      await subjects.remove(application.id, knownId(parameters), client)
      return { payload: true }
    },

    async checkfacialid({ application, parameters }) {
      const id = map.facialIdOf(parameters)
      return { valid: id !== null && (await subjects.exists(application.id, id)) }
    },

    async setfacialidpayload({ application, parameters }) {
      const { value, text } = map.payloadOf(parameters)
      await subjects.setPayload(application.id, knownId(parameters), value, text)
      return { payload: true }
    },

    async setfacialidpincode({ application, parameters }) {
      await subjects.setPin(application, knownId(parameters), map.pinOf(parameters))
      return { payload: true }
    },

    stat: async ({ application }) => map.toStat(await usage.summary(application.id, dialectName)),

    async faceverify({ parameters, signal }) {
      const [source, target] = [map.pictureOf(parameters, 'src'), map.pictureOf(parameters, 'target')]
      return map.toFaceVerify(await pictures.compare(source, target, signal))
    },

    agecheck: async ({ parameters, signal }) =>
      map.toAgeCheck(await pictures.guessAttributes(map.pictureOf(parameters, 'img'), signal)),
  }
}

/** @throws MienError NOT_FOUND for an id that only FACEIO can have given, and those of facialIdOf */
function knownId(parameters: RequestParameters): string {
  const id = map.facialIdOf(parameters)
  if (id === null) throw new MienError('NOT_FOUND')
  return id
}
