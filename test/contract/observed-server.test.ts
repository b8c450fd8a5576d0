import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import { webhookFailures } from '@mien/shared/api/webhooks'
import { errorMessages } from '@mien/shared/errors'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { decisionOperations, decisionOutcomes, lockoutScopes } from '../../packages/server/src/observe/decisions.ts'
import { visionOutcomes } from '../../packages/server/src/observe/observe-analyser.ts'
import { transactionOutcomes } from '../../packages/server/src/observe/observe-database.ts'
import { webhookOutcomes } from '../../packages/server/src/observe/observe-sender.ts'
import { createSimulatedWidget } from '../drill/simulated-widget.ts'
import { mediaFile } from '../fixtures/media.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { type Canary, findLeaks, textCanary } from '../rig/canaries.ts'
import { type ReadMetrics, readMetrics, sumOf } from '../rig/read-metrics.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { startTraceReceiver, type TraceReceiver } from '../rig/trace-receiver.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const callerSpan = '00f067aa0ba902b7'
const callerName = 'Somebody Nobody Else Is Called'
const externalRef = 'employee-4711-of-the-shop'

let server: TestServer
let metricsUrl: string
let traces: TraceReceiver
let receiver: Server
let application: ApplicationCredentials
const webhookHeaders: Record<string, unknown>[] = []
const secrets: Canary[] = []

const scrape = async (): Promise<string> => (await fetch(`${metricsUrl}/metrics`)).text()
const measured = async (): Promise<ReadMetrics> => readMetrics(await scrape())

beforeAll(async () => {
  receiver = createServer((request, response) => {
    webhookHeaders.push(request.headers)
    request.resume()
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  traces = await startTraceReceiver()
  server = await startServer({
    MIEN_DEMO: 'off',
    MIEN_LOG_LEVEL: 'debug',
    MIEN_TRUSTED_PROXIES: '1',
    MIEN_METRICS_PORT: '0',
    MIEN_WEBHOOK_ALLOW: receiverUrl,
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  })
  const told = /Metrics: (http:[^"]+)\/metrics/
  await vi.waitFor(() => expect(server.log()).toMatch(told), { timeout: 10_000 })
  metricsUrl = told.exec(server.log())![1]!
  application = await server.admin.createApplication({ name: callerName, origins: ['https://drill.example'] })
  await server.admin.changeSettings(application.application_id, { disclose_to_page: true })
  await server.admin.addWebhook(application.application_id, { url: receiverUrl, events: ['enroll', 'auth'] })
  await work()
}, 180_000)
afterAll(async () => {
  await server?.close()
  traces?.close()
  receiver?.close()
})

const call = (path: string, init: RequestInit = {}) =>
  fetch(new URL(path, server.url), {
    ...init,
    headers: {
      ...(path.includes('ufme') ? {} : { authorization: `Bearer ${application.secret_key}` }),
      'x-forwarded-for': '203.0.113.77',
      traceparent: `00-${traceId}-${callerSpan}-01`,
      ...init.headers,
    },
  })

/** Somebody enrolls, signs in and is looked for by a photograph; somebody else is refused; and much fails. */
async function work(): Promise<void> {
  const widget = createSimulatedWidget(server.url, application.public_id)
  const somebody = syntheticPerson(71)
  const enrolled = await widget.run('enroll', somebody)
  if (enrolled.status !== 'ok' || enrolled.disclosed === null) throw new Error(JSON.stringify(enrolled))
  const { facial_id: facialId } = enrolled.disclosed
  expect((await widget.run('authenticate', somebody)).status).toBe('ok')
  expect((await widget.run('authenticate', syntheticPerson(72))).status).toBe('refused')
  await call('/v1/subjects', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_ref: externalRef }),
  })
  expect((await call(`/v1/subjects/${facialId}`)).status).toBe(200)
  expect((await call(`/v1/subjects/${crypto.randomUUID()}`)).status).toBe(404)
  const form = new FormData()
  form.append('image', new Blob([new Uint8Array(await readFile(await mediaFile('franck_01829.jpg')))]), 'x.jpg')
  const key = { 'x-api-key': application.ufme.api_key }
  expect((await call('/compat/ufme/api/v1/search', { method: 'POST', body: form, headers: key })).status).toBe(200)
  const broken = new FormData()
  broken.append('image', new Blob(['no picture']), 'x.jpg')
  await call('/compat/ufme/api/v1/search', { method: 'POST', body: broken, headers: key })
  for (const path of [`/${facialId}?name=${externalRef}`, '/demo', '/healthz', '/compat/ticos/nothing'])
    await call(path)
  await call('/v1/stats', { headers: { authorization: `Bearer ${'x'.repeat(20)}${facialId}` } })
  await vi.waitFor(() => expect(webhookHeaders).toHaveLength(2), { timeout: 20_000 })
  for (const [name, secret] of Object.entries({
    'facial id': facialId,
    'application id': application.application_id,
    'public id': application.public_id,
    'secret key': application.secret_key,
    'UFME key': application.ufme.api_key,
    'admin token': server.adminToken,
    name: callerName,
    reference: externalRef,
    address: '203.0.113.77',
    'address of the receiver': new URL(receiverUrlOf(receiver)).host,
  })) {
    secrets.push(textCanary(name, secret))
  }
}

const receiverUrlOf = (of: Server) => `http://127.0.0.1:${(of.address() as AddressInfo).port}`

const kinds: Readonly<Record<string, string>> = {
  mien_build_info: 'gauge',
  mien_requests_total: 'counter',
  mien_request_seconds: 'histogram',
  mien_failures_total: 'counter',
  mien_rate_limit_refusals_total: 'counter',
  mien_decisions_total: 'counter',
  mien_lockouts_total: 'counter',
  mien_transactions_running: 'gauge',
  mien_transaction_seconds: 'histogram',
  mien_search_seconds: 'histogram',
  mien_vision_waiting: 'gauge',
  mien_vision_running: 'gauge',
  mien_vision_wait_seconds: 'histogram',
  mien_vision_run_seconds: 'histogram',
  mien_vision_pictures_total: 'counter',
  mien_webhook_attempt_seconds: 'histogram',
  mien_gallery_memory_bytes: 'gauge',
  mien_galleries_in_memory: 'gauge',
  mien_gallery_loads_total: 'counter',
  mien_gallery_evictions_total: 'counter',
  mien_database_connections: 'gauge',
  mien_webhook_waiting: 'gauge',
  mien_webhook_oldest_seconds: 'gauge',
  process_resident_memory_bytes: 'gauge',
  nodejs_eventloop_lag_p99_seconds: 'gauge',
}

test('[OB2] every metric has a type and says what it is', async () => {
  const { samples, types, helps } = await measured()
  expect(Object.fromEntries([...types].filter(([name]) => name in kinds))).toEqual(kinds)
  const families = samples.map(({ name }) => (types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')))
  for (const name of families) expect(types.has(name) && helps.get(name)!.length > 5, name).toBe(true)
})

test('[OB2] [OB3] what was done is counted as what it was', async () => {
  // The last answer may be told of after it was read.
  await expect.poll(async () => sumOf(await measured(), 'mien_requests_total', { route: '/v1/stats' })).toBe(1)
  const metrics = await measured()
  const count = (name: string, labels: Record<string, string>) => sumOf(metrics, name, labels)
  const decided = (operation: string, level: string, outcome: string) =>
    count('mien_decisions_total', { operation, level, outcome })
  expect([decided('enroll', 'A0', 'granted'), decided('authenticate', 'A0', 'granted')]).toEqual([1, 1])
  expect([decided('authenticate', 'none', 'not_recognised'), decided('search', 'none', 'none')]).toEqual([1, 1])
  expect(count('mien_requests_total', { route: '/v1/submissions', method: 'POST', status: '2xx' })).toBe(3)
  expect(count('mien_requests_total', { route: '/v1/subjects/:facial_id', status: '4xx' })).toBe(1)
  expect(count('mien_search_seconds_count', {})).toBeGreaterThanOrEqual(3)
  expect(count('mien_vision_pictures_total', { outcome: 'done' })).toBe(1)
  expect(count('mien_vision_pictures_total', { outcome: 'unfit' })).toBe(1)
  expect(count('mien_vision_run_seconds_count', {})).toBe(2)
  expect(count('mien_webhook_attempt_seconds_count', { outcome: 'delivered' })).toBe(2)
  expect(count('mien_transaction_seconds_count', { outcome: 'committed' })).toBeGreaterThan(3)
  for (const idle of ['mien_transactions_running', 'mien_vision_waiting', 'mien_vision_running']) {
    expect(count(idle, {}), idle).toBe(0)
  }
})

const oneOf = (all: readonly string[]) => new RegExp(`^(${all.join('|')})$`)

/** Label -> what it may hold. */
const closed: Readonly<Record<string, RegExp>> = {
  route: /^\/([a-z0-9_.*{}-]+|:[a-z_]+(\{[^"]*\})?)?(\/([a-z0-9_.*{}-]+|:[a-z_]+(\{[^"]*\})?))*$/i,
  dialect: oneOf(['native', 'demo', 'health', 'web', 'faceio', 'ticos', 'uqudo', 'idaas', 'ufme']),
  method: oneOf(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other']),
  status: oneOf(['2xx', '3xx', '4xx', '5xx', 'aborted']),
  operation: oneOf(decisionOperations),
  level: oneOf(['none', 'A0', 'A1', 'A2', 'A3']),
  outcome: oneOf([
    ...decisionOutcomes,
    ...visionOutcomes,
    ...transactionOutcomes,
    ...webhookOutcomes,
    ...webhookFailures,
  ]),
  scope: oneOf([...lockoutScopes, '(native|faceio|ticos|uqudo|idaas|ufme)(\\|[a-z]+)?']),
  engine: oneOf(['database', 'memory', 'sealed', 'hnsw']),
  code: oneOf(Object.keys(errorMessages)),
  state: /^[a-z_]+$/,
  le: /^(\+Inf|[0-9.e-]+)$/,
  version: /^(v?\d+\.\d+\.\d+)$/,
  major: /^\d+$/,
  minor: /^\d+$/,
  patch: /^\d+$/,
  node: /^v\d+\.\d+\.\d+$/,
  database: oneOf(['embedded', 'postgresql']),
  kind: /^[a-z_]+$/,
  space: /^[a-z_]+$/,
  type: /^[A-Za-z]+$/,
}

test('[OB2] every label is of a closed set', async () => {
  for (const { name, labels } of (await measured()).samples) {
    for (const [label, value] of Object.entries(labels)) {
      expect(closed[label], `${name}: ${label}`).toBeDefined()
      expect(value, `${name}: ${label}`).toMatch(closed[label]!)
    }
  }
})

test('[OB1] metrics are on their own port and nothing else is', async () => {
  expect(new URL(metricsUrl).hostname).toBe('127.0.0.1')
  for (const path of ['/', '/metrics?x=1', '/v1/stats', '/healthz', '/metrics/']) {
    expect((await fetch(metricsUrl + path)).status, path).toBe(404)
  }
  expect((await fetch(`${metricsUrl}/metrics`, { method: 'POST' })).status).toBe(404)
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404)
})

const below = (name: string) => {
  const parents = new Map(traces.spans.map((span) => [span.spanId, span]))
  return traces.spans.filter((span) => span.name === name).map((span) => parents.get(span.parentSpanId)?.name)
}

test('[OB6] a request, its decision, transaction, search, picture and webhook are spans, each below its own', async () => {
  await expect.poll(() => traces.spans.map(({ name }) => name), { timeout: 20_000 }).toContain('GET /v1/stats')
  expect(below('decision')).toContain('POST /v1/submissions')
  expect(below('transaction')).toContain('decision')
  expect(below('search')).toContain('transaction')
  expect(below('vision')).toContain('POST /compat/ufme/api/v1/search')
  expect(traces.spans.map(({ name }) => name)).toContain('webhook')
  const [search] = traces.spans.filter(({ name }) => name === 'search')
  expect(search!.attributes['mien.gallery_size']).toMatch(/^(0|<10+)$/)
  const unknown =
    /^(http\.(request\.method|route|response\.status_code)|mien\.(dialect|request_id|operation|outcome|gallery_size|engine))$/
  for (const key of traces.spans.flatMap(({ attributes }) => Object.keys(attributes))) expect(key).toMatch(unknown)
})

test('[OB7] a proxy passes its trace on; receivers of webhooks get none unless the operator says so', async () => {
  const own = traces.spans.filter((span) => span.name === 'GET /v1/subjects/:facial_id')
  expect(own.map((span) => [span.traceId, span.parentSpanId])).toContainEqual([traceId, callerSpan])
  for (const headers of webhookHeaders) expect(Object.keys(headers)).not.toContain('traceparent')
})

test('[OB2] [OB4] [OB6] nobody is in metrics, log and traces', async () => {
  await expect.poll(() => server.log()).toContain('/compat/ticos/')
  const lines = server
    .log()
    .split('\n')
    .filter((line) => line.includes('"msg":"request"'))
  expect(lines.length).toBeGreaterThan(15)
  for (const line of lines) {
    const fields = Object.keys(JSON.parse(line)).filter(
      (key) => !['level', 'time', 'pid', 'hostname', 'name'].includes(key),
    )
    expect(fields).toEqual(['requestId', 'method', 'route', 'dialect', 'status', 'bytes', 'ms', 'msg'])
  }
  const places = [
    { name: 'metrics', bytes: Buffer.from(await scrape()) },
    { name: 'lines', bytes: Buffer.from(lines.join('\n')) },
    { name: 'traces', bytes: Buffer.concat(traces.bodies) },
  ]
  expect(findLeaks(places, secrets)).toEqual([])
  expect(findLeaks([{ name: 'x', bytes: Buffer.from(externalRef) }], secrets)).toEqual(['x: reference'])
})
