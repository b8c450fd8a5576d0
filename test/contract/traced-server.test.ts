import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { createSimulatedWidget } from '../drill/simulated-widget.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { startTraceReceiver, type TraceReceiver } from '../rig/trace-receiver.ts'

let server: TestServer | undefined
let traces: TraceReceiver | undefined
let receiver: Server | undefined
afterEach(async () => {
  await server?.close()
  traces?.close()
  receiver?.closeAllConnections()
  receiver?.close()
  server = undefined
})

test('[OB7] a caller that nobody vouches for has no say, and receivers get the trace of their attempt where the operator says so', async () => {
  const headers: IncomingHttpHeaders[] = []
  const hook = createServer((request, response) => {
    headers.push(request.headers)
    request.resume()
    response.writeHead(204).end()
  })
  receiver = hook
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`
  traces = await startTraceReceiver()
  server = await startServer({
    MIEN_DEMO: 'off',
    MIEN_WEBHOOK_ALLOW: url,
    MIEN_TRACE_WEBHOOKS: 'on',
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  })
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await fetch(`${server.url}/v1/stats`, { headers: { traceparent } })
  const application = await server.admin.createApplication({ name: 'Shop', origins: ['https://drill.example'] })
  await server.admin.addWebhook(application.application_id, { url, events: ['enroll'] })
  await createSimulatedWidget(server.url, application.public_id).run('enroll', syntheticPerson(73))
  await vi.waitFor(() => expect(headers).toHaveLength(1), { timeout: 20_000 })
  const { spans } = traces
  await vi.waitFor(() => expect(spans.map(({ name }) => name)).toContain('webhook'), { timeout: 20_000 })
  const [webhook] = spans.filter(({ name }) => name === 'webhook')
  expect(headers[0]!.traceparent).toBe(`00-${webhook!.traceId}-${webhook!.spanId}-01`)
  const [stats] = spans.filter(({ name }) => name === 'GET /v1/stats')
  expect(stats!.parentSpanId).toBe('')
  expect(traceparent).not.toContain(stats!.traceId)
})

test('[OB8] a stop sends the last spans', async () => {
  traces = await startTraceReceiver()
  server = await startServer({
    MIEN_DEMO: 'off',
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
    // An hour: what comes before then comes with the stop.
    OTEL_BSP_SCHEDULE_DELAY: '3600000',
  })
  await fetch(`${server.url}/v1/stats`)
  expect(traces.bodies).toHaveLength(0)
  await server.close()
  server = undefined
  expect(traces.spans.map(({ name }) => name)).toContain('GET /v1/stats')
})

test('[OB8] a receiver that never answers holds up neither requests nor a stop', async () => {
  traces = await startTraceReceiver(false)
  server = await startServer({
    MIEN_DEMO: 'off',
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  })
  for (let i = 0; i < 5; i++) expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  const { bodies } = traces
  await vi.waitFor(() => expect(bodies.length).toBeGreaterThan(0), { timeout: 20_000 })
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  // Were it to wait for the receiver, it would never end.
  await server.close()
  server = undefined
})

test('[OB1] [OB6] without being asked for there are neither metrics nor traces', async () => {
  server = await startServer({ MIEN_DEMO: 'off', MIEN_LOG_LEVEL: 'info' })
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404)
  expect(server.log()).not.toContain('Metrics:')
})
