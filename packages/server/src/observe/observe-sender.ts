import { webhookFailures } from '@mien/shared/api/webhooks'
import { context, propagation, SpanKind } from '@opentelemetry/api'
import type { WebhookAnswer, WebhookSender } from '../domain/webhook-ports.ts'
import { inSpan } from './spans.ts'

export const webhookOutcomes = ['delivered', ...webhookFailures] as const
export type WebhookOutcome = (typeof webhookOutcomes)[number]

export interface SenderOptions {
  readonly attempted: (outcome: WebhookOutcome, ms: number) => void
  /** Whether receivers get the `traceparent` of the attempt. */
  readonly passTraces: boolean
}

/** The same way out, which tells what attempts came to. The receiver's address is told to nobody. */
export function observeSender(sender: WebhookSender, { attempted, passTraces }: SenderOptions): WebhookSender {
  return {
    ...sender,
    post: (post) =>
      inSpan('webhook', { kind: SpanKind.CLIENT }, async (span): Promise<WebhookAnswer> => {
        const began = performance.now()
        const traced: Record<string, string> = {}
        if (passTraces) propagation.inject(context.active(), traced)
        const answer = await sender.post({ ...post, headers: { ...post.headers, ...traced } })
        const outcome = answer.error ?? 'delivered'
        attempted(outcome, performance.now() - began)
        span.setAttribute('mien.outcome', outcome)
        return answer
      }),
  }
}
