import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import type { ChallengeResponse } from '@mien/shared/api/challenges'
import type { SessionResponse } from '@mien/shared/api/sessions'
import { encodeBase64Url } from '@mien/shared/bytes'
import { encodeTemplate } from '@mien/shared/template/format'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOwnPostgres, type OwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { runSql } from '../../packages/server/src/db/run-sql.fixture.ts'
import { sha256 } from '../../packages/server/src/domain/tokens.ts'
import { pictureRoutes } from '../contract/picture-routes.ts'
import { faceLike } from '../fixtures/face-like.ts'
import { goodFrame } from '../fixtures/good-frame.ts'
import { mediaFile } from '../fixtures/media.ts'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import {
  bytesCanary,
  type Canary,
  filesBelow,
  findLeaks,
  type Place,
  textCanary,
  vectorCanary,
} from '../rig/canaries.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { startTraceReceiver, type TraceReceiver } from '../rig/trace-receiver.ts'

/**
 * Every secret that goes through a server, looked for in everything that comes out of it: both streams of its process at the
 * lowest level of its log, every file that it writes, every answer, every webhook, and the log of PostgreSQL where there is one.
 */

test('[PV1] the search finds each kind of secret in each form in which it could be written', () => {
  const vector = syntheticPerson(4)
  const secret = 'mk_9aF-zzT_0123456789abcdef'
  const forms = {
    plain: Buffer.from(`{"key":"${secret}"}`),
    base64: Buffer.from(Buffer.from(`user:${secret}`).toString('base64')),
    base64url: Buffer.from(Buffer.from(`x${secret}y`).toString('base64url')),
    hex: Buffer.from(Buffer.from(secret).toString('hex')),
    url: Buffer.from(`?key=${encodeURIComponent('pay load%&')}`),
  }
  const canaries = [textCanary('secret', secret), textCanary('payload', 'pay load%&')]
  const found = findLeaks(
    Object.entries(forms).map(([name, bytes]) => ({ name, bytes })),
    canaries,
  )
  expect(found).toEqual(['plain: secret', 'base64: secret', 'base64url: secret', 'hex: secret', 'url: payload'])

  const numbers = {
    json: Buffer.from(JSON.stringify([...vector])),
    float32: Buffer.from(vector.buffer),
    float64: Buffer.from(Float64Array.from(vector).buffer),
    'hex of float32': Buffer.from(`\\x00${Buffer.from(vector.buffer).toString('hex')}`),
    'base64 of float32': Buffer.from(Buffer.concat([Buffer.alloc(7), Buffer.from(vector.buffer)]).toString('base64')),
    'somebody else': Buffer.from(JSON.stringify([...syntheticPerson(5)])),
  }
  const places = Object.entries(numbers).map(([name, bytes]) => ({ name, bytes }))
  expect(findLeaks(places, [vectorCanary('template', vector)])).toEqual(
    places.slice(0, -1).map(({ name }) => `${name}: template`),
  )
  expect(findLeaks([{ name: 'x', bytes: forms.plain, may: ['secret'] }], canaries)).toEqual([])
})

const engineUrl = process.env.TEST_ENGINE_URL || undefined
const origin = 'https://shop.example'
const mark = () => randomUUID().replaceAll('-', '')

let server: TestServer
/** Null: the embedded one. */
let ownDatabase: OwnPostgres | null = null
let application: ApplicationCredentials
let receiver: Server
let receiverUrl: string
let traces: TraceReceiver
const canaries: Canary[] = []
const places: Place[] = []
const statuses = new Map<number, number>()

const payload = { note: `payload-${mark()}` }
const pin = Array.from({ length: 16 }, () => randomInt(10)).join('')
const otherPin = Array.from({ length: 16 }, () => randomInt(10)).join('')
const verifier = randomBytes(32).toString('base64url')
const person = syntheticPerson(randomInt(1, 1_000_000_000))
const vectors = Array.from({ length: 9 }, (_, i) => faceLike(syntheticFrame(person, i + 1)))
let photo: Buffer
let cutPhoto: Buffer

const keep = (name: string, secret: string) => canaries.push(textCanary(name, secret))

beforeAll(async () => {
  photo = await readFile(await mediaFile('franck_01829.jpg'))
  cutPhoto = photo.subarray(0, photo.length >> 1)
  if (engineUrl !== undefined) await ownPostgres(engineUrl)
  receiver = createServer(receive)
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  traces = await startTraceReceiver()
  server = await startServer({
    MIEN_DEMO: 'off',
    MIEN_LOG_LEVEL: 'trace',
    MIEN_METRICS_PORT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_BSP_MAX_QUEUE_SIZE: '100000',
    MIEN_WEBHOOK_ALLOW: receiverUrl,
    ...(ownDatabase === null ? {} : { DATABASE_URL: ownDatabase.url }),
  })
  keep('admin token', server.adminToken)
  keep('payload', payload.note)
  keep('PIN', pin)
  keep('PIN', otherPin)
  keep('PKCE verifier', verifier)
  const masterKey = (await readFile(join(server.dataDir, 'master.key'), 'utf8')).trim()
  canaries.push(textCanary('master key', masterKey), bytesCanary('master key', Buffer.from(masterKey, 'hex')))
  canaries.push(bytesCanary('picture', photo.subarray(2000, 2048)), bytesCanary('picture', photo.subarray(-200, -150)))
  for (const vector of vectors) {
    const text = wireTemplate(vector, await modelId())
    const slices = [100, 700, 1500].map((at) => Buffer.from(text.slice(at, at + 40)))
    canaries.push({ name: 'template', needles: slices }, vectorCanary('template', vector))
  }
})
afterAll(async () => {
  await server?.close()
  await ownDatabase?.drop()
  traces?.close()
  receiver?.closeAllConnections()
  receiver?.close()
})

/** A database of this test's own. `terse` is what our documents ask operators for: otherwise PostgreSQL logs the rows that it refuses. */
async function ownPostgres(url: string): Promise<void> {
  ownDatabase = await createOwnPostgres(url)
  const name = new URL(ownDatabase.url).pathname.slice(1)
  await runSql({ url }, `alter database ${name} set log_error_verbosity = 'terse'`)
}

/** Waits as long as the path says, then answers with it as status; what came is kept. */
async function receive(
  request: import('node:http').IncomingMessage,
  response: import('node:http').ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { authorization: _, 'www-authenticate': __, ...headers } = request.headers
  const may = ['/with-payload', '/fails'].includes(request.url!) ? ['payload'] : []
  places.push({
    name: `webhook ${request.url}`,
    bytes: Buffer.concat([...chunks, Buffer.from(JSON.stringify(headers))]),
    may,
  })
  if (request.url === '/hangs') return
  response.writeHead(request.url === '/fails' ? 500 : 204).end()
}

interface Called {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  readonly json: any
}

/** @param may what belongs in this answer */
async function call(path: string, init: RequestInit = {}, may: readonly string[] = []): Promise<Called> {
  const response = await fetch(new URL(path, server.url), init)
  const body = Buffer.from(await response.arrayBuffer())
  const head = Buffer.from(JSON.stringify([...response.headers]))
  const isFine = response.status < 400
  const name = `answer ${response.status} of ${init.method ?? 'GET'} ${path.split('?')[0]}`
  // Whatever it is, it belongs in no refusal.
  places.push({ name, bytes: Buffer.concat([head, body]), may: isFine ? may : [] })
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
  const isJson = response.headers.get('content-type')?.includes('json') === true && body.length > 0
  return { status: response.status, json: isJson ? JSON.parse(body.toString()) : null }
}

const send = (method: string, authorization: string, body?: unknown): RequestInit => ({
  method,
  headers: { authorization, origin, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
})

const backend = (method: string, path: string, body?: unknown, may: readonly string[] = []) => {
  const { authorization, 'content-type': type } = {
    'content-type': 'application/json',
    authorization: `Bearer ${application.secret_key}`,
  }
  const headers = body === undefined ? { authorization } : { authorization, 'content-type': type }
  return call(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }, may)
}

let knownModel: string | undefined
async function modelId(): Promise<string> {
  const manifest = JSON.parse(await readFile(new URL('../../models/manifest.json', import.meta.url), 'utf8'))
  knownModel ??= manifest.packs.standard.embedder as string
  return knownModel
}

const wireTemplate = (vector: Float32Array, model: string) =>
  encodeBase64Url(encodeTemplate({ modelId: model, vector }))

interface Opened {
  readonly session: SessionResponse
  readonly challenge: ChallengeResponse
  readonly authorization: string
}

async function begin(request: object): Promise<Opened> {
  const opened = await backend('POST', '/v1/sessions', { origin, ...request }, ['session token'])
  const session = opened.json as SessionResponse
  if (opened.status !== 201) throw new Error(`No session: ${opened.status}`)
  keep('session token', session.client_token)
  const authorization = `Session ${session.client_token}`
  const asked = await call('/v1/challenges', send('POST', authorization, {}))
  return { session, challenge: asked.json as ChallengeResponse, authorization }
}

function compose({ session, challenge }: Opened, from: number): object {
  const chosen = vectors.slice(from, from + 3)
  const isEnrolment = session.operation === 'enroll'
  return {
    challenge_id: challenge.challenge_id,
    nonce: challenge.nonce,
    operation: session.operation,
    origin,
    level: challenge.level,
    model_id: challenge.model_id,
    templates: chosen.map((vector) => wireTemplate(vector, challenge.model_id)),
    frames: chosen.map((_, i) => ({ ...goodFrame, at_ms: i * 200 })),
    ...(isEnrolment ? { payload, pin, consent: consent() } : {}),
  }
}

const consent = () => ({
  policy_version: '1',
  text_sha256: 'ab'.repeat(32),
  locale: 'en',
  given_at: new Date().toISOString(),
  method: 'widget',
})

async function submit(opened: Opened, from: number, changes: object = {}): Promise<Called> {
  const body = { ...compose(opened, from), ...changes }
  const answer = await call('/v1/submissions', send('POST', opened.authorization, body), ['result code', 'payload'])
  if (answer.json?.status === 'ok') keep('result code', answer.json.result_code)
  return answer
}

const redeem = (code: string, codeVerifier = verifier) =>
  backend('POST', '/v1/results/redeem', { result_code: code, code_verifier: codeVerifier }, ['payload'])

let uqudoToken = ''
let idaasToken = ''
let facialId = ''

/** Somebody is enrolled, signs in with a PIN and is found by photographs, in every dialect. */
async function succeed(): Promise<void> {
  const codeChallenge = Buffer.from(sha256(verifier)).toString('base64url')
  const enrolling = await begin({ operation: 'enroll', code_challenge: codeChallenge })
  const enrolled = await submit(enrolling, 0)
  expect(enrolled.json).toMatchObject({ status: 'ok' })
  const redeemed = await redeem(enrolled.json.result_code)
  expect(redeemed.status).toBe(200)
  facialId = redeemed.json.facial_id
  const again = await begin({ operation: 'authenticate', code_challenge: codeChallenge, facial_id: facialId })
  const asked = await submit(again, 3)
  expect(asked.json).toMatchObject({ status: 'step_up' })
  const { submission_id } = asked.json
  const wrong = await call('/v1/step-ups', send('POST', again.authorization, { submission_id, pin: otherPin }))
  expect(wrong.json).toMatchObject({ status: 'refused' })
  const right = await call('/v1/step-ups', send('POST', again.authorization, { submission_id, pin }), [
    'result code',
    'payload',
  ])
  expect(right.json).toMatchObject({ status: 'ok' })
  keep('result code', right.json.result_code)
  expect((await redeem(right.json.result_code)).status).toBe(200)
  await backend('PUT', `/v1/subjects/${facialId}/payload`, { payload })
  await backend('PUT', `/v1/subjects/${facialId}/pin`, { pin })
  expect((await backend('GET', `/v1/subjects/${facialId}`, undefined, ['payload'])).status).toBe(200)
  const faceio = new URLSearchParams({ key: application.faceio.api_key, fid: facialId, pin, payload: payload.note })
  for (const name of ['checkfacialid', 'setfacialidpincode', 'setfacialidpayload', 'stat']) {
    const method = name.startsWith('set') ? 'POST' : 'GET'
    expect((await call(`/compat/faceio/${name}?${faceio}`, { method })).status).toBe(200)
  }
}

/** Tokens of the dialects that have some. */
async function takeTokens(): Promise<void> {
  const { client_id, client_secret } = application.uqudo
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
  const uqudo = await call('/compat/uqudo/api/oauth/token', { method: 'POST', body }, ['access token'])
  uqudoToken = uqudo.json?.access_token ?? uqudoToken
  const { application_id: applicationId, shared_secret: sharedSecret } = application.idaas
  const path = '/compat/idaas/api/web/v1/adminapi/authenticate'
  const idaas = await call(path, send('POST', '', { applicationId, sharedSecret }), ['access token'])
  idaasToken = idaas.json?.authToken ?? idaasToken
  // The signature is what makes a token one.
  for (const token of [uqudoToken, idaasToken]) keep('access token', token.split('.')[2]!)
}

async function everyPictureRoute(file: Buffer): Promise<void> {
  for (const route of pictureRoutes({ application, uqudoToken, facialId })) {
    const { path, ...init } = route.compose(file)
    await call(path, init)
  }
}

/** What is malformed, forbidden, unknown, repeated, too large or too late, with every secret in it. */
async function failInEveryWay(): Promise<void> {
  const opened = await begin({ operation: 'enroll' })
  const good = compose(opened, 6)
  const text = JSON.stringify(good)
  const damaged = [
    text.slice(0, -20),
    `${text.slice(0, -1)},"pin":"${pin}"}`,
    JSON.stringify({ ...good, pin: Number(pin) }),
    JSON.stringify({ ...good, pin: `${pin}\u0000` }),
    JSON.stringify({ ...good, payload: { deep: payload, long: 'x'.repeat(20_000) } }),
    JSON.stringify({ ...good, model_id: payload.note }),
    JSON.stringify({ ...good, nonce: verifier }),
    JSON.stringify({ ...good, templates: wireTemplate(vectors[0]!, await modelId()) }),
    JSON.stringify({ ...good, templates: [`${wireTemplate(vectors[0]!, await modelId())}!`, '', ''] }),
    JSON.stringify({ ...good, templates: [[...vectors[0]!], [...vectors[1]!], [...vectors[2]!]] }),
    JSON.stringify({ ...good, consent: { ...consent(), policy_version: payload.note } }),
    JSON.stringify({ ...good, something: payload.note }),
    JSON.stringify({ ...good, pad: 'x'.repeat(200_000) }),
  ]
  for (const body of damaged) await call('/v1/submissions', send('POST', opened.authorization, body))
  await call('/v1/submissions', {
    ...send('POST', opened.authorization, text),
    headers: { authorization: opened.authorization, 'content-type': 'text/plain' },
  })
  const otherPlaces = [
    send('POST', `Bearer ${application.ufme.api_key}`, good),
    send('POST', `Session ${application.secret_key}`, good),
    send('POST', `Basic ${Buffer.from(`x:${application.secret_key}`).toString('base64')}`, good),
    send('POST', application.ticos.terminal_secret, good),
  ]
  for (const init of otherPlaces) await call('/v1/submissions', init)
  // Twice the same, then the same again in another session.
  await submit(opened, 6)
  await submit(opened, 6)
  await submit(await begin({ operation: 'enroll' }), 6)
  await submit(await begin({ operation: 'authenticate', facial_id: facialId }), 6, { pin, payload })
  const stranger = await begin({ operation: 'authenticate' })
  await submit(stranger, 3)
  await call('/v1/step-ups', send('POST', stranger.authorization, { submission_id: randomUUID(), pin }))
  await redeem(randomBytes(32).toString('base64url'))
  await redeem(verifier, `${verifier}x`)
  for (const secret of [
    application.secret_key,
    application.faceio.api_key,
    uqudoToken,
    idaasToken,
    pin,
    payload.note,
  ]) {
    const inPath = encodeURIComponent(secret)
    for (const path of [
      `/v1/subjects/${inPath}`,
      `/v1/subjects?key=${inPath}`,
      `/v1/galleries/${inPath}`,
      `/${inPath}`,
    ]) {
      await backend('GET', path)
    }
    for (const dialect of ['faceio', 'ticos/v1/api', 'uqudo/api/v1', 'idaas/api/web/v1', 'ufme/api/v1']) {
      await call(`/compat/${dialect}/${inPath}?token=${inPath}`, { headers: { 'x-api-key': secret } })
    }
  }
  await backend('PUT', `/v1/subjects/${facialId}/pin`, { pin: `${pin}7` })
  await backend('PUT', `/v1/subjects/${randomUUID()}/payload`, { payload })
  await backend('POST', '/v1/subjects', { user_ref: 'a', payload, pin: '1234' }, ['payload'])
  const forbidden = { operation: 'enroll', user_ref: payload.note }
  await call('/v1/sessions', send('POST', `Public ${application.public_id}`, forbidden))
  const fields = new URLSearchParams({ key: application.faceio.api_key, fid: pin, pin: payload.note, payload: 'x' })
  for (const name of ['setfacialidpincode', 'setfacialidpayload', 'deletefacialid', 'faceverify']) {
    await call(`/compat/faceio/${name}?${fields}&key=${application.ufme.api_key}`)
    await call(`/compat/faceio/${name}?${fields}`, { method: 'PURGE' })
  }
  await everyPictureRoute(cutPhoto)
  await hangUp(opened, text)
}

/** Half a request, and no more. */
async function hangUp({ authorization }: Opened, text: string): Promise<void> {
  const { port } = new URL(server.url)
  const head = `POST /v1/submissions?key=${application.secret_key} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n`
  for (const rest of [
    `Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text.slice(0, text.length >> 1)}`,
    `Content-Length: ${application.secret_key}\r\n\r\n${text}`,
  ]) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(head + rest)
    await new Promise((resolve) => setTimeout(resolve, 300))
    socket.destroy()
  }
}

const spoiled = [
  'sessions',
  'challenges',
  'subjects',
  'faces',
  'pins',
  'results',
  'audit_records',
  'idempotent_requests',
]

/** From now on every write of a person's fails, and the database's own words hold the row. */
const spoil = `
create function spoil() returns trigger language plpgsql as $$
begin raise exception 'spoiled' using detail = new::text, hint = new::text; end $$;
${spoiled.map((table) => `create trigger spoil before insert or update on ${table} for each row execute function spoil();`).join('\n')}`

const database = () => (ownDatabase === null ? { dataDir: server.dataDir } : ownDatabase)

/** Each request of before again, on a database that refuses. */
async function failInside(opened: Opened): Promise<void> {
  await submit(opened, 0)
  await call('/v1/sessions', send('POST', `Public ${application.public_id}`, { operation: 'enroll' }))
  await backend('PUT', `/v1/subjects/${facialId}/payload`, { payload })
  await backend('PUT', `/v1/subjects/${facialId}/pin`, { pin: otherPin })
  await backend('POST', '/v1/subjects', { payload, pin })
  const headers = { authorization: `Bearer ${application.secret_key}`, 'idempotency-key': verifier }
  const body = JSON.stringify({ payload, pin })
  await call('/v1/subjects', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  })
  const fields = new URLSearchParams({ key: application.faceio.api_key, fid: facialId, pin, payload: payload.note })
  for (const name of ['setfacialidpincode', 'setfacialidpayload']) {
    await call(`/compat/faceio/${name}?${fields}`, { method: 'POST' })
  }
  await takeTokens()
  await everyPictureRoute(photo)
}

/** Where a secret may lie, and why. None of the others is in any file. */
const kept: readonly { readonly canary: string; readonly file: RegExp; readonly why: string }[] = [
  { canary: 'master key', file: /^master\.key$/, why: 'the file that it is for, mode 0600' },
]

const withAllowed = (place: Place): Place => ({
  ...place,
  may: [...(place.may ?? []), ...kept.filter(({ file }) => file.test(place.name)).map(({ canary }) => canary)],
})

/** Every row as text, and what the database itself wrote down. */
async function postgresPlaces(url: string): Promise<readonly Place[]> {
  const places: Place[] = []
  for (const { tablename } of await runSql({ url }, `select tablename from pg_tables where schemaname = 'public'`)) {
    const rows = await runSql({ url }, `select t::text from "${tablename}" t`)
    places.push({ name: `PostgreSQL: ${tablename}`, bytes: Buffer.from(JSON.stringify(rows)) })
  }
  const [log] = await runSql({ url }, `select pg_read_binary_file('log') as bytes`)
  return [...places, { name: 'the log of PostgreSQL', bytes: Buffer.from(log!.bytes as Uint8Array) }]
}

test('[PV1] no secret is in a log, a file, an answer or a webhook that it does not belong in', async () => {
  application = await server.admin.createApplication({ name: 'Canaries', origins: [origin] })
  await server.admin.changeSettings(application.application_id, {
    pin_enroll: 'optional',
    pin_authenticate: 'always',
    reject_weak_pins: false,
    retain_images: true,
    disclose_to_page: true,
    unique_pins: true,
  })
  const secrets = {
    'secret key': application.secret_key,
    'FACEIO key': application.faceio.api_key,
    'Ticos secret': application.ticos.terminal_secret,
    'uqudo secret': application.uqudo.client_secret,
    'IDaaS secret': application.idaas.shared_secret,
    'UFME key': application.ufme.api_key,
  }
  for (const [name, secret] of Object.entries(secrets)) keep(name, secret)
  for (const [path, includePayload] of [
    ['/with-payload', true],
    ['/without', false],
    ['/fails', true],
    ['/hangs', false],
  ] as const) {
    const hook = await server.admin.addWebhook(application.application_id, {
      url: receiverUrl + path,
      events: ['enroll', 'auth', 'deletion', 'enroll_failed', 'auth_failed'],
      include_payload: includePayload,
    })
    keep('webhook secret', hook.signing_secret)
    keep('webhook bearer', hook.bearer_token)
  }

  await takeTokens()
  await succeed()
  const added = await backend('POST', `/v1/subjects/${facialId}/faces`, { image: photo.toString('base64') })
  expect(added.status).toBe(201)
  const image = await fetch(new URL(`/v1/subjects/${facialId}/image`, server.url), {
    headers: { authorization: `Bearer ${application.secret_key}` },
  })
  expect(image.status).toBe(200)
  canaries.push(bytesCanary('kept picture', Buffer.from(await image.arrayBuffer()).subarray(3000, 3048)))
  await everyPictureRoute(photo)
  await failInEveryWay()
  // The one that hangs is given up after five seconds.
  await expect.poll(() => server.log().includes('webhook fails'), { timeout: 20_000 }).toBe(true)
  const opened = await begin({ operation: 'enroll' })
  if (ownDatabase === null) await server.kill()
  await runSql(database(), spoil)
  if (ownDatabase === null) await server.restart()
  await failInside(opened)
  const metricsUrl = server
    .log()
    .match(/Metrics: (http:[^"]+)/g)!
    .at(-1)!
    .replace('Metrics: ', '')
  const metrics = { name: 'metrics', bytes: Buffer.from(await (await fetch(metricsUrl)).arrayBuffer()) }
  expect(metrics.bytes.toString()).toContain('mien_failures_total{code="INTERNAL"}')
  // A clean stop writes everything down.
  await server.restart()
  const spans = { name: 'traces', bytes: Buffer.concat(traces.bodies) }
  expect(spans.bytes.length).toBeGreaterThan(10_000)

  const files = (await filesBelow(server.dataDir)).map(withAllowed)
  const rows = ownDatabase === null ? [] : (await postgresPlaces(ownDatabase.url)).map(withAllowed)
  const log = { name: 'stdout and stderr', bytes: Buffer.from(server.log()) }
  const all = [log, metrics, spans, ...places, ...files, ...rows]
  const leaks = findLeaks(all, canaries)
  const tally = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} x ${status}`)
  console.log(
    `SEC-28: ${canaries.length} canaries (${new Set(canaries.map(({ name }) => name)).size} kinds) looked for in ${log.bytes.length} bytes of log, ` +
      `${files.length} files of ${Math.round(files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 2 ** 20)} MiB, ` +
      `${places.length} answers and webhooks (${tally.join(', ')}), ${rows.length} tables and logs of PostgreSQL: ${leaks.length} found`,
  )
  expect(leaks).toEqual([])
  // It looked where something was: each of these is where it belongs.
  for (const { canary, file, why } of kept) {
    const bare = [...files, ...rows].filter(({ name }) => file.test(name)).map(({ name, bytes }) => ({ name, bytes }))
    expect(findLeaks(bare, canaries), why).toContainEqual(expect.stringMatching(new RegExp(`: ${canary}$`)))
  }
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404, 405, 409, 422, 500]))
  expect(log.bytes.length).toBeGreaterThan(1000)
}, 240_000)
