import type { Database } from '../domain/ports.ts'
import type { Metrics } from './metrics.ts'

/** Milliseconds for which a look at the outbox is good: many who scrape at once cost one query. */
const outboxMs = 5000

/** What is read from the database when somebody looks at the metrics. */
export function addGauges({ gauge }: Pick<Metrics, 'gauge'>, { stores }: Pick<Database, 'stores'>): void {
  const waiting = briefly(outboxMs, () => stores.deliveries.waiting())
  gauge({
    name: 'mien_webhook_waiting',
    help: 'Events in the outbox that wait for a receiver that is switched on',
    read: async () => [{ value: (await waiting()).count }],
  })
  gauge({
    name: 'mien_webhook_oldest_seconds',
    help: 'How long the oldest of them has been waiting; 0 where none is',
    read: async () => {
      const { oldestAt } = await waiting()
      return [{ value: oldestAt === null ? 0 : Math.max(0, (Date.now() - oldestAt.getTime()) / 1000) }]
    },
  })
}

/** The same answer to everybody who asks within so long. */
function briefly<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let asked: { readonly at: number; readonly answer: Promise<T> } | undefined
  return () => {
    const at = performance.now()
    if (asked === undefined || at - asked.at > ms) asked = { at, answer: ask() }
    return asked.answer
  }
}
