import type { ApplicationCredentials, ApplicationSettingsPatch } from '@mien/shared/api/applications'
import type { ChallengeResponse } from '@mien/shared/api/challenges'
import type { Operation } from '@mien/shared/api/fields'
import type { SessionRequest, SessionResponse } from '@mien/shared/api/sessions'
import type { SubmissionRequest, SubmissionResponse } from '@mien/shared/api/submissions'
import { encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { encodeTemplate } from '@mien/shared/template/format'
import { type AppDependencies, createApp } from '../../packages/server/src/app.ts'
import { openCountryResolver } from '../../packages/server/src/country-resolver.ts'
import type { ImageAnalyser } from '../../packages/server/src/domain/image-analyser.ts'
import type { Mailer } from '../../packages/server/src/domain/mailer.ts'
import type { MasterKeyHolder } from '../../packages/server/src/domain/master-key-rotation.ts'
import type { TemplateModel } from '../../packages/server/src/domain/model.ts'
import type { CountryResolver, Database, PinHasher } from '../../packages/server/src/domain/ports.ts'
import { createServices, type Services } from '../../packages/server/src/domain/services.ts'
import { createSigner } from '../../packages/server/src/domain/signer.ts'
import { sha256 } from '../../packages/server/src/domain/tokens.ts'
import type { Vault } from '../../packages/server/src/domain/vault.ts'
import { createDispatcher, type Dispatcher } from '../../packages/server/src/domain/webhook-dispatcher.ts'
import type { WebhookSender } from '../../packages/server/src/domain/webhook-ports.ts'
import type { ProxyTrust } from '../../packages/server/src/http/identify-client.ts'
import { type CreateLimiter, memoryLimiters } from '../../packages/server/src/http/rate-limit.ts'
import { type DialectName, dialectNames } from '../../packages/server/src/surfaces/dialects.ts'
import { goodFrame } from '../fixtures/good-frame.ts'
import { syntheticFrame, syntheticPopulation } from '../fixtures/synthetic-templates.ts'
import { newTestDatabase } from './new-test-database.ts'
import { testVault } from './test-vault.ts'

export const testModel: TemplateModel = {
  pack: 'standard',
  modelId: 'test-512',
  dimension: 512,
  points: [
    { fmr: 1e-1, threshold: 0.13, tar: 0.997 },
    { fmr: 1e-2, threshold: 0.24, tar: 0.992 },
    { fmr: 1e-3, threshold: 0.335, tar: 0.989 },
    { fmr: 1e-4, threshold: 0.41, tar: 0.976 },
    { fmr: 1e-5, threshold: 0.478, tar: 0.949 },
  ],
  morphRule: { minSecond: 0.35, maxBetween: 0.3, maxGap: 0.2 },
  plausibility: { rule: { minInside: 0.99, maxCommon: 5, minReach: 3.45 }, population: syntheticPopulation() },
  padThreshold: 0.5,
}

export const pageOrigin = 'https://shop.example'

/** Counts nothing and stores the secret: argon2 has its own test, and a thousand hashes would take a minute. */
const plainHasher: PinHasher = {
  hash: async (secret) => Buffer.from(secret).toString('hex'),
  verify: async (hash, secret) => hash === Buffer.from(secret).toString('hex'),
}

const blindAnalyser: ImageAnalyser = { analyse: async () => ({ faces: [] }), check: async () => {} }

export interface TestClock {
  now(): Date
  advance(seconds: number): void
}

function createTestClock(): TestClock {
  let time = Date.parse('2026-11-21T12:00:00Z')
  return {
    now: () => new Date(time),
    advance(seconds) {
      time += seconds * 1000
    },
  }
}

export interface Sent {
  readonly authorization?: string
  readonly body?: unknown
  /** Sent as it is, instead of `body`. */
  readonly raw?: BodyInit
  readonly headers?: Readonly<Record<string, string>>
  /** Address of the connection's peer. */
  readonly from?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  readonly json: any
  readonly text: string
}

export interface TestApp {
  readonly clock: TestClock
  readonly database: Database
  readonly vault: Vault
  readonly services: Services
  /** Not started: a test runs it when it wants. */
  readonly dispatcher: Dispatcher
  readonly adminToken: string
  readonly failures: unknown[]
  /** The server's handler, for a socket to be put in front. */
  readonly fetch: (request: Request, env?: object) => Response | Promise<Response>
  send(method: string, path: string, sent?: Sent): Promise<Answer>
  createApplication(settings?: ApplicationSettingsPatch): Promise<TestApplication>
  close(): Promise<void>
}

export interface Ceremony {
  readonly session: SessionResponse
  readonly challenge: ChallengeResponse
}

/** One application with its page and its backend. */
export interface TestApplication {
  readonly credentials: ApplicationCredentials
  /** As the backend, with the secret key. */
  backend(method: string, path: string, body?: unknown): Promise<Answer>
  openSession(request: SessionRequest, headers?: Readonly<Record<string, string>>): Promise<Answer>
  begin(request: SessionRequest): Promise<Ceremony>
  submit(ceremony: Ceremony, person: Float32Array, changes?: object): Promise<Answer>
  /** Session, challenge and submission. */
  run(
    request: SessionRequest | 'enroll' | 'authenticate',
    person: Float32Array,
    changes?: object,
  ): Promise<SubmissionResponse>
  /** @returns the facial id */
  enroll(person: Float32Array, changes?: object): Promise<string>
}

export interface TestAppOptions {
  readonly database?: Database
  readonly pageSessionsPerMinute?: number
  readonly dialects?: readonly DialectName[]
  readonly hosts?: ReadonlyMap<string, DialectName>
  readonly apiCallsPerMinute?: number
  /** Default: in memory. */
  readonly createLimiter?: CreateLimiter
  /** Default: one of synthetic people. */
  readonly model?: TemplateModel
  /** Default: one that finds no face in anything. */
  readonly analyser?: ImageAnalyser
  /** Default: what went wrong is in `failures`. */
  readonly onFailure?: AppDependencies['onFailure']
  readonly onRequest?: AppDependencies['onRequest']
  readonly hasher?: PinHasher
  readonly countryResolver?: CountryResolver
  readonly proxyTrust?: Partial<ProxyTrust>
  /** Nothing is sent unless a test says where to. */
  readonly webhookSender?: WebhookSender
  /** Default: none is configured. */
  readonly mailer?: Mailer
  /** Default: one that stays. */
  readonly masterKey?: MasterKeyHolder
  /** That of the database. Default: the one of all tests. */
  readonly vault?: Vault
  /** Default: none. */
  readonly webAssets?: AppDependencies['webAssets']
}

const noMailer: Mailer = {
  isConfigured: false,
  send: async () => {
    throw new MienError('MAIL_NOT_CONFIGURED')
  },
}

const sendNothing: WebhookSender = {
  check: async () => {},
  post: async () => ({ httpStatus: null, error: 'connection_failed' }),
}

/** The whole server in this process, on a database in memory, with a clock that the test moves. */
export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const clock = createTestClock()
  const vault = options.vault ?? testVault
  const database = options.database ?? (await newTestDatabase(vault))
  const signer = await createSigner({ database, vault, clock })
  const hasher = options.hasher ?? plainHasher
  const countryResolver = options.countryResolver ?? openCountryResolver(null)
  const webhookSender = options.webhookSender ?? sendNothing
  const dispatcher = createDispatcher({ database, clock, vault, sender: webhookSender, random: () => 0.5 })
  const services = createServices({
    database,
    vault,
    masterKey: options.masterKey ?? { replace: () => {}, forget: () => {} },
    signer,
    hasher,
    clock,
    model: options.model ?? testModel,
    analyser: options.analyser ?? blindAnalyser,
    countryResolver,
    issuer: 'mien',
    webhookSender,
    wakeDispatcher: dispatcher.wake,
  })
  const adminToken = 'admin-token-of-the-tests-0123456789'
  const failures: unknown[] = []
  const app = createApp({
    services,
    database,
    clock,
    adminTokenDigest: sha256(adminToken),
    publicUrl: null,
    ownUrl: 'https://mien.example',
    ...(options.webAssets === undefined ? {} : { webAssets: options.webAssets }),
    mailer: options.mailer ?? noMailer,
    proxyTrust: { hops: 0, countryHeader: null, ...options.proxyTrust },
    pageSessionsPerMinute: options.pageSessionsPerMinute ?? 100_000,
    dialects: options.dialects ?? dialectNames,
    hosts: options.hosts ?? new Map(),
    apiCallsPerMinute: options.apiCallsPerMinute ?? 100_000,
    createLimiter: options.createLimiter ?? memoryLimiters,
    onFailure: options.onFailure ?? ((failure) => failures.push(failure.error.cause ?? failure.error)),
    ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
    isAccepting: () => true,
  })

  const send: TestApp['send'] = async (method, path, sent = {}) => {
    const headers = new Headers(sent.headers)
    if (sent.authorization !== undefined) headers.set('authorization', sent.authorization)
    const hasBody = sent.body !== undefined || sent.raw !== undefined
    if (hasBody && !headers.has('content-type')) headers.set('content-type', 'application/json')
    if (headers.get('content-type') === '') headers.delete('content-type')
    const body = sent.raw ?? (sent.body === undefined ? null : JSON.stringify(sent.body))
    const response = await app.request(path, { method, headers, body }, connectionFrom(sent.from))
    const text = await response.text()
    const isJson = text !== '' && response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : null, text }
  }

  return {
    clock,
    database,
    vault,
    services,
    dispatcher,
    adminToken,
    failures,
    fetch: (request, env) => app.fetch(request, env),
    send,
    createApplication: (settings) => createTestApplication({ send, adminToken, clock }, settings),
    close: () => database.close(),
  }
}

/** What the Node adapter tells of a connection, as far as the server reads it. */
const connectionFrom = (remoteAddress?: string) =>
  remoteAddress === undefined ? {} : { incoming: { socket: { remoteAddress }, rawHeaders: [] } }

let names = 0
let frameSeed = 1

async function createTestApplication(
  { send, adminToken, clock }: Pick<TestApp, 'send' | 'adminToken' | 'clock'>,
  settings: ApplicationSettingsPatch = {},
): Promise<TestApplication> {
  const admin = { authorization: `Bearer ${adminToken}` }
  const body = { name: `Application ${++names}`, origins: [pageOrigin] }
  const created = await send('POST', '/v1/admin/applications', { ...admin, body })
  const credentials = created.json as ApplicationCredentials
  const address = `/v1/admin/applications/${credentials.application_id}/settings`
  // Whether to ask for a PIN is a test's to say; that one may be given is not.
  await send('PATCH', address, { ...admin, body: { pin_enroll: 'optional', ...settings } })

  const openSession: TestApplication['openSession'] = (request, headers = { origin: pageOrigin }) =>
    send('POST', '/v1/sessions', { authorization: `Public ${credentials.public_id}`, body: request, headers })

  /** A backend opens it where the request names a person, as it must. */
  const begin = async (request: SessionRequest): Promise<Ceremony> => {
    const isBackend = request.user_ref !== undefined || request.facial_id !== undefined
    const opened = isBackend
      ? await send('POST', '/v1/sessions', { authorization: `Bearer ${credentials.secret_key}`, body: request })
      : await openSession(request)
    const session = opened.json as SessionResponse
    const authorization = `Session ${session.client_token}`
    const asked = await send('POST', '/v1/challenges', { authorization, body: {} })
    return { session, challenge: asked.json as ChallengeResponse }
  }

  const submit: TestApplication['submit'] = ({ session, challenge }, person, changes = {}) =>
    send('POST', '/v1/submissions', {
      authorization: `Session ${session.client_token}`,
      headers: { origin: pageOrigin },
      body: { ...composeSubmission(session, challenge, person, clock.now()), ...changes },
    })

  const run: TestApplication['run'] = async (request, person, changes) => {
    const ceremony = await begin(typeof request === 'string' ? { operation: request } : request)
    return (await submit(ceremony, person, changes)).json as SubmissionResponse
  }

  return {
    credentials,
    backend: (method, path, given) =>
      send(method, path, {
        authorization: `Bearer ${credentials.secret_key}`,
        ...(given === undefined ? {} : { body: given }),
      }),
    openSession,
    begin,
    submit,
    run,
    async enroll(person, changes) {
      const outcome = await run('enroll', person, changes)
      if (outcome.status !== 'ok' || outcome.disclosed === null) throw new Error(JSON.stringify(outcome))
      return outcome.disclosed.facial_id
    },
  }
}

export function composeSubmission(
  session: SessionResponse,
  challenge: ChallengeResponse,
  person: Float32Array,
  now: Date,
): SubmissionRequest {
  const vectors = [0, 1, 2].map(() => syntheticFrame(person, frameSeed++))
  return {
    challenge_id: challenge.challenge_id,
    nonce: challenge.nonce,
    operation: session.operation as Operation,
    origin: pageOrigin,
    level: challenge.level,
    model_id: challenge.model_id,
    templates: vectors.map((vector) => wireTemplate(vector)),
    frames: vectors.map((_, i) => ({ ...goodFrame, at_ms: i * 200 })),
    ...(session.operation === 'enroll' ? { consent: consentGiven(now) } : {}),
  }
}

export const wireTemplate = (vector: Float32Array, modelId = testModel.modelId): string =>
  encodeBase64Url(encodeTemplate({ modelId, vector }))

export const consentGiven = (now: Date) => ({
  policy_version: '1',
  text_sha256: 'ab'.repeat(32),
  locale: 'en',
  given_at: now.toISOString(),
  method: 'widget' as const,
})
