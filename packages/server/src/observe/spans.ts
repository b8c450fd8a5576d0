import { toMienError } from '@mien/shared/errors'
import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'

/** Does nothing until `startTracing` put something behind it. */
const tracer = trace.getTracer('mien')

export interface SpanOptions {
  readonly kind?: SpanKind
  /** Never an id, a name, an address, a score or a text of a client. */
  readonly attributes?: Attributes
}

/** Work as a span, below the one that it runs in; one that fails carries the error's code and nothing else of it. */
export function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(
    name,
    { kind: options.kind ?? SpanKind.INTERNAL, attributes: options.attributes ?? {} },
    (span) =>
      work(span)
        .catch((error: unknown) => {
          span.setStatus({ code: SpanStatusCode.ERROR, message: toMienError(error).code })
          throw error
        })
        .finally(() => span.end()),
  )
}
