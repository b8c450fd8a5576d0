import type { Database } from '../domain/ports.ts'
import type { Metrics } from './metrics.ts'

/** Milliseconds for which a look at the outbox is good: many who scrape at once cost one query. */
const outboxMs = 5000

/** What is read from the database when somebody looks at the metrics. */
export function addGauges(metrics: Gauges, database: Pick<Database, 'stores' | 'connections' | 'searchMemory'>): void {
  addOutbox(metrics, database)
  addMemory(metrics, database)
  addConnections(metrics, database)
}

type Gauges = Pick<Metrics, 'gauge'>

function addMemory({ gauge }: Gauges, { searchMemory }: Pick<Database, 'searchMemory'>): void {
  gauge({
    name: 'mien_gallery_memory_bytes',
    help: 'Memory of this process for galleries that are searched in it: used, and the limit (0: switched off)',
    labelNames: ['kind'],
    read() {
      const { usedBytes, maxBytes } = searchMemory()
      return [
        { labels: { kind: 'used' }, value: usedBytes },
        { labels: { kind: 'limit' }, value: maxBytes },
      ]
    },
  })
  gauge({
    name: 'mien_galleries_in_memory',
    help: 'Galleries that are searched in memory',
    read: () => [{ value: searchMemory().galleries }],
  })
  gauge({
    name: 'mien_gallery_loads_total',
    kind: 'counter',
    help: 'Galleries that were brought into memory, and tries that failed',
    labelNames: ['kind'],
    read() {
      const { loads, failures } = searchMemory()
      return [
        { labels: { kind: 'loaded' }, value: loads },
        { labels: { kind: 'failed' }, value: failures },
      ]
    },
  })
  gauge({
    name: 'mien_gallery_evictions_total',
    kind: 'counter',
    help: 'Galleries that left memory for others',
    read: () => [{ value: searchMemory().evictions }],
  })
}

function addConnections({ gauge }: Gauges, { connections }: Pick<Database, 'connections'>): void {
  gauge({
    name: 'mien_database_connections',
    help: 'Connections to PostgreSQL that are open, those in use, and who waits for one; nothing where it is embedded',
    labelNames: ['kind'],
    read() {
      const figures = connections()
      if (figures === null) return []
      return [
        { labels: { kind: 'open' }, value: figures.connections },
        { labels: { kind: 'in_use' }, value: figures.inUse },
        { labels: { kind: 'waiting' }, value: figures.waiting },
      ]
    },
  })
}

function addOutbox({ gauge }: Gauges, { stores }: Pick<Database, 'stores'>): void {
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
