import { DiagLogLevel, diag } from '@opentelemetry/api'

export interface TracingOptions {
  /** Base address of an OTLP/HTTP receiver; `/v1/traces` is added, as OpenTelemetry says. */
  readonly endpoint: string
  /** Of the server. */
  readonly version: string
  readonly onTrouble: (reason: string) => void
}

export interface Tracing {
  /** Sends what has not been sent, for so long as `exportMs` at most. */
  close(): Promise<void>
}

/** For one batch, also the last one. */
const exportMs = 3000

/**
 * Puts OpenTelemetry behind the spans. Loaded only here, so that a server that was given no receiver has no code that could send
 * anything. `OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME`, `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_BSP_*` mean what OpenTelemetry says.
 */
export async function startTracing({ endpoint, version, onTrouble }: TracingOptions): Promise<Tracing> {
  const [
    { BatchSpanProcessor, NodeTracerProvider },
    { OTLPTraceExporter },
    { detectResources, envDetector, resourceFromAttributes },
    { W3CTraceContextPropagator },
  ] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/core'),
  ])
  const tell = (message: string) => onTrouble(message.slice(0, 200))
  const quiet = () => {}
  diag.setLogger({ error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.WARN)
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'mien', 'service.version': version }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: exportMs }))],
  })
  // Not baggage: it could carry anything.
  provider.register({ propagator: new W3CTraceContextPropagator() })
  return { close: () => provider.shutdown() }
}
