import { createServer, type RequestListener } from 'node:http'
import { bind, drain } from '../http/node-server.ts'
import { serverLimits } from '../http/server-limits.ts'
import type { Metrics } from './metrics.ts'

export interface MetricsServer {
  readonly url: string
  close(): Promise<void>
}

/** Milliseconds that whoever reads has when the server stops. */
const drainMs = 1000

/**
 * Metrics on a port of their own, so that no page and no client of the interface ever reaches them. Nothing but `GET /metrics` is answered.
 *
 * @throws MienError CONFIG_INVALID when the port is taken or not allowed
 */
export async function startMetricsServer(
  { registry }: Pick<Metrics, 'registry'>,
  host: string,
  port: number,
): Promise<MetricsServer> {
  const answer: RequestListener = async (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end()
      return
    }
    const text = await registry.metrics().catch(() => null)
    if (text === null) response.writeHead(500).end()
    else response.writeHead(200, { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' }).end(text)
  }
  const server = createServer(serverLimits, answer)
  return { url: await bind(server, host, port), close: () => drain(server, drainMs) }
}
