import { setImmediate as nextTurn } from 'node:timers/promises'
import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Caller } from '../../domain/applications.ts'
import { type FaceOwner, faceOfSample } from '../../domain/face-enrolments.ts'
import type { Gallery, Subject } from '../../domain/model.ts'
import type { FaceSample, Picture, PictureGates } from '../../domain/pictures.ts'
import type { Services } from '../../domain/services.ts'
import { clientAddress, clientNetwork } from '../../http/client-address.ts'
import type { RateLimiter } from '../../http/rate-limit.ts'
import { checkHeaders, checkQuery } from '../../http/request-rules.ts'
import { revalidated } from '../../http/revalidated.ts'
import { toHttpError } from '../../http/to-http-error.ts'
import { answerXml } from '../../http/xml.ts'
import type { DialectOptions } from '../dialects.ts'
import { authenticate, presentedKey } from './auth.ts'
import { renderFailure } from './errors.ts'
import * as map from './map.ts'
import { type Input, readInput } from './read-input.ts'
import {
  type BiometricAnswer,
  biometricPaths,
  defaultPartition,
  defaultTopK,
  dialectName,
  type Metadata,
  maxPartitions,
  type Operation,
  type Utility,
  type UtilityAnswers,
} from './wire.ts'

type UfmeSurfaceOptions = Pick<DialectOptions, 'services' | 'callsPerMinute' | 'createLimiter' | 'admit' | 'onFailure'>

/** One authenticated call. */
interface Call extends Caller {
  /** Address of whoever calls; null when not known. */
  readonly client: string | null
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

/** UFME's REST dialect: the same paths, fields and XML, over our own core. */
export function createUfmeSurface(options: UfmeSurfaceOptions): Hono {
  const { services, callsPerMinute, createLimiter, onFailure } = options
  const app = new Hono()
  const limiter = createLimiter(dialectName, callsPerMinute)
  app.use(options.admit)
  app.onError((thrown, c) => {
    const error = toHttpError(thrown)
    const { status, elements, headers } = renderFailure(error)
    if (status >= 500) onFailure(c, error)
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
    return isUtility(c) ? c.json(elements, status) : answerXml(c, 'ErrorResponse', elements, status)
  })

  const biometric = createBiometricHandlers(services)
  for (const [path, operation] of Object.entries(biometricPaths)) {
    app.all(`/api/v1/${path}`, async (c) => {
      await admit(c, 'POST', limiter)
      const call = await readCall(c, services, limiter)
      const input = readInput(c.req.raw)
      const work = input.then((read) => biometric[operation](call, read))
      const count = async () => {
        await nextTurn()
        await services.usage.countCall(call.application.id, dialectName)
      }
      // Counted while a thread looks at the picture, and not before it has begun.
      const [{ root, elements }] = await both(work, input.then(count, count))
      return answerXml(c, root, { status: 'OK', ...elements })
    })
  }

  const utility = createUtilityHandlers(services)
  for (const path of utilityPaths('health')) {
    app.all(path, async (c) => {
      await admit(c, 'GET', limiter)
      const health = await utility.health()
      return c.json(health, health.status === 'healthy' ? 200 : 503)
    })
  }
  for (const name of ['partitions', 'stats'] as const) {
    for (const path of utilityPaths(name)) {
      app.all(path, revalidated, async (c) => {
        await admit(c, 'GET', limiter)
        const call = await readCall(c, services, limiter)
        await services.usage.countCall(call.application.id, dialectName)
        return c.json(await utility[name](call))
      })
    }
  }
  app.all('*', () => {
    throw new MienError('ROUTE_NOT_FOUND')
  })
  return app
}

/** The reference has lost the paths of two of them: both spellings work. */
const utilityPaths = (name: Utility): readonly string[] => [`/${name}`, `/api/v1/${name}`]

const isUtility = (c: Context): boolean => /\/(health|partitions|stats)$/.test(c.req.path)

/** Whoever can read the one or the other: clients of such systems often ask for JSON and are content with what comes. */
const producible = /^(\*\/\*|application\/(\*|json|xml)|text\/xml)\s*(;.*)?$/i

/** What is known before anything is read. @throws MienError METHOD_NOT_ALLOWED, RATE_LIMITED, SECRET_IN_URL and others of the headers */
async function admit(c: Context, method: 'GET' | 'POST', limiter: RateLimiter): Promise<void> {
  // HEAD would come here as GET.
  if (c.req.method !== method) throw new MienError('METHOD_NOT_ALLOWED', { details: { allow: method } })
  await limiter.take(`address|${clientNetwork(c)}`)
  checkQuery(new URL(c.req.url).searchParams)
  checkHeaders(c)
  const accept = c.req.header('accept')
  if (accept !== undefined && !accept.split(',').some((part) => producible.test(part.trim()))) {
    throw new MienError('NOT_ACCEPTABLE')
  }
}

/** Who calls: known before the body is read. @throws MienError UNAUTHORIZED, PARAM_DUPLICATE, RATE_LIMITED */
async function readCall(c: Context, services: Services, limiter: RateLimiter): Promise<Call> {
  const caller = await authenticate(services, presentedKey(c))
  await limiter.take(`key|${caller.credential.id}`)
  return { ...caller, client: clientAddress(c), signal: c.req.raw.signal }
}

type BiometricHandlers = Readonly<Record<Operation, (call: Call, input: Input) => Promise<BiometricAnswer>>>

function createBiometricHandlers(services: Services): BiometricHandlers {
  const { pictures, recognition, subjects, faceEnrolments, galleries } = services

  const sampleOf = (
    { application, signal }: Call,
    picture: Picture,
    gates: Partial<PictureGates> = {},
    keep = false,
  ): Promise<FaceSample> => {
    const { ufme_pad_threshold: minLive, ufme_quality_threshold: minQuality } = application.settings
    return pictures.look(picture, { minLive, minQuality, ...gates }, { signal, keep })
  }

  const claimOf = async (call: Call, metadata: Metadata) => {
    const { gallery, subject } = await namedSubject(services, call, metadata)
    const claimed = { applicationId: gallery.applicationId, galleryId: gallery.id }
    return { subject, claim: await recognition.claim(claimed, subject.id) }
  }

  return {
    async search(call, { picture, metadata }) {
      const minScore = map.thresholdOf(metadata)
      const image = required(picture)
      const [gallery, sample] = await whileLooking(sampleOf(call, image), () => partitionOf(services, call, metadata))
      if (gallery === undefined) return map.toSearch([], sample)
      const options = { minScore, limit: metadata.top_k ?? defaultTopK }
      const { candidates } = await recognition.search(probeOf(gallery, sample), options)
      return map.toSearch(candidates, sample)
    },

    async verify(call, { picture, metadata }) {
      const threshold = map.thresholdOf(metadata)
      map.requiredSubjectId(metadata)
      const image = required(picture)
      const [{ subject, claim }, sample] = await whileLooking(sampleOf(call, image), () => claimOf(call, metadata))
      const { score } = await claim.verify(sample.face.template.vector)
      return map.toVerify(score, score >= threshold, map.subjectIdOf(subject), sample)
    },

    async enrol(call, { picture, metadata }) {
      const { application, client } = call
      const name = map.requiredSubjectId(metadata)
      const image = required(picture)
      const { refuse_morphs, prevent_duplicates, retain_images, ufme_on_existing, ufme_quality_threshold } =
        application.settings
      const known = await partitionOf(services, call, metadata)
      // Morphs come before quality. In a partition that is not there yet there are none, and nothing is made for a refused picture.
      const gates = known === undefined ? {} : { minQuality: null }
      const sample = await sampleOf(call, image, gates, retain_images)
      const gallery =
        known ?? (await galleries.ensure(application.id, metadata.partition ?? defaultPartition, maxPartitions))
      const owner = ownerOf(name, await subjectCalled(services, gallery, name), ufme_on_existing)
      const enrolment = { application, galleryId: gallery.id, face: faceOfSample(sample), owner, clientAddress: client }
      const rules = { minQuality: ufme_quality_threshold, refuseMorphs: refuse_morphs, mayRepeat: !prevent_duplicates }
      const { subject } = await faceEnrolments.enroll({ ...enrolment, ...rules }).catch(async (error: unknown) => {
        // What was made for a refused one goes again, unless somebody is in it by now.
        if (known === undefined) await galleries.remove(application.id, gallery.name).catch(() => undefined)
        throw error
      })
      return map.toEnrol(map.subjectIdOf(subject), sample)
    },

    async delete(call, { metadata }) {
      const { subject } = await namedSubject(services, call, metadata)
      await subjects.remove(call.application.id, subject.id, call.client)
      return map.toDelete(map.subjectIdOf(subject))
    },
  }
}

/**
 * Asks the database while a thread looks at a picture. That thread begins first: the embedded database keeps this one busy, and the
 * picture would wait for it. Of two failures the database's.
 */
async function whileLooking<A>(looking: Promise<FaceSample>, ask: () => Promise<A>): Promise<readonly [A, FaceSample]> {
  looking.catch(() => undefined)
  await nextTurn()
  return both(ask(), looking)
}

/** Two things at the same time; of two failures the first one's. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  // Handled here already, should the first one fail before.
  second.catch(() => undefined)
  return [await first, await second]
}

const probeOf = ({ applicationId, id: galleryId }: Gallery, { face }: FaceSample) => ({
  applicationId,
  galleryId,
  vector: face.template.vector,
})

function required(picture: Picture | undefined): Picture {
  if (picture === undefined) throw new MienError('REQUEST_INVALID', { message: 'image is missing' })
  return picture
}

/** Somebody without a name of the backend's is found by the facial id, in the same way as by a name. */
function ownerOf(name: string, known: Subject | undefined, onExisting: 'replace' | 'add' | 'refuse'): FaceOwner {
  if (known === undefined || known.externalRef !== null) return { kind: 'ref', externalRef: name, onExisting }
  if (onExisting === 'refuse') throw new MienError('CONFLICT')
  return { kind: 'existing', subjectId: known.id, how: onExisting }
}

/** The one who is shown by this name. */
async function subjectCalled({ subjects }: Services, gallery: Gallery, name: string): Promise<Subject | undefined> {
  const subject = await subjects.resolve(gallery.applicationId, gallery.id, name)
  return subject !== undefined && map.subjectIdOf(subject) === name ? subject : undefined
}

/** @throws MienError REQUEST_INVALID without a name, NOT_FOUND */
async function namedSubject(services: Services, caller: Caller, metadata: Metadata) {
  const name = map.requiredSubjectId(metadata)
  const gallery = await partitionOf(services, caller, metadata)
  const subject = gallery && (await subjectCalled(services, gallery, name))
  if (gallery === undefined || subject === undefined) throw new MienError('NOT_FOUND')
  return { gallery, subject }
}

/** The gallery that a request names: the credential's own unless it says another. Undefined when there is none. */
async function partitionOf({ galleries }: Services, caller: Caller, { partition = defaultPartition }: Metadata) {
  const { application, credential } = caller
  if (partition === defaultPartition) return galleries.find(application.id, credential.galleryId)
  return galleries.findByName(application.id, partition).catch((error: unknown) => {
    if (error instanceof MienError && error.code === 'NOT_FOUND') return undefined
    throw error
  })
}

interface UtilityHandlers {
  health(): Promise<UtilityAnswers['health']>
  partitions(caller: Caller): Promise<UtilityAnswers['partitions']>
  stats(caller: Caller): Promise<UtilityAnswers['stats']>
}

function createUtilityHandlers({ galleries, health }: Services): UtilityHandlers {
  const visibleTo = async ({ application, credential }: Caller) =>
    map.partitionsOf(await galleries.list(application.id), credential.galleryId)
  return {
    health: async () => map.toHealth(await health.check()),
    partitions: async (caller) => ({ partitions: [...(await visibleTo(caller)).keys()] }),
    stats: async (caller) => map.toStats(await visibleTo(caller)),
  }
}
