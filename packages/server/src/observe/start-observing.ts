import { apiVersion } from '@mien/shared/api/version'
import type { Config } from '../config.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type MetricsServer, startMetricsServer } from './metrics-server.ts'
import { startTracing, type Tracing } from './start-tracing.ts'

/** What an operator sees of this server, as far as it was asked for. */
export interface Observation {
  readonly metrics: Metrics | undefined
  readonly metricsUrl: string | null
  /** Sends the last traces, and takes the metrics away. */
  close(): Promise<void>
}

type ObservedConfig = Pick<
  Config,
  'metricsPort' | 'metricsHost' | 'metricsPerApplication' | 'tracesEndpoint' | 'databaseUrl'
>

/** @throws MienError CONFIG_INVALID when the port of the metrics is taken or not allowed */
export async function startObserving(
  config: ObservedConfig,
  onTrouble: (reason: string) => void,
): Promise<Observation> {
  const { metricsPort, metricsHost, tracesEndpoint: endpoint } = config
  const metrics = metricsPort === null ? undefined : metricsOf(config)
  const server =
    metrics === undefined || metricsPort === null
      ? undefined
      : await startMetricsServer(metrics, metricsHost, metricsPort)
  const tracing = endpoint === null ? undefined : await startTracing({ endpoint, version: apiVersion, onTrouble })
  return { metrics, metricsUrl: server?.url ?? null, close: () => closeBoth(tracing, server) }
}

const metricsOf = ({ metricsPerApplication: perApplication, databaseUrl }: ObservedConfig): Metrics =>
  createMetrics({
    version: apiVersion,
    database: databaseUrl === null ? 'embedded' : 'postgresql',
    perApplication,
  })

async function closeBoth(tracing: Tracing | undefined, server: MetricsServer | undefined): Promise<void> {
  await Promise.all([tracing?.close(), server?.close()])
}
