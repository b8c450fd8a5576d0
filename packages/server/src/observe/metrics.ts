import type { ErrorCode } from '@mien/shared/errors'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { DecisionFacts } from './decisions.ts'
import type { VisionWatcher } from './observe-analyser.ts'
import type { DatabaseWatcher } from './observe-database.ts'
import type { WebhookOutcome } from './observe-sender.ts'
import type { RequestFacts } from './request-facts.ts'

export interface MetricsOptions {
  /** Of the server. */
  readonly version: string
  readonly database: 'embedded' | 'postgresql'
  /** Whether decisions are counted for each application too; names its id. */
  readonly perApplication: boolean
}

/** What is counted of a running server. */
export interface Metrics extends DatabaseWatcher, VisionWatcher {
  readonly registry: Registry
  requested(facts: RequestFacts): void
  failed(code: ErrorCode): void
  searched(engine: string, ms: number): void
  attemptedWebhook(outcome: WebhookOutcome, ms: number): void
  refusedByLimit(scope: string): void
  /** Read whenever somebody looks, and what rejects is left out. */
  gauge(gauge: GaugeSource): void
}

export interface GaugeSource {
  readonly name: string
  /** Default: a gauge. What only grows is a counter. */
  readonly kind?: 'gauge' | 'counter'
  readonly help: string
  readonly labelNames?: readonly string[]
  read(): Reading[] | Promise<Reading[]>
}

export interface Reading {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** Seconds, from a cached answer to the longest that a request may take. */
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]

/** Seconds, from a gallery of hundreds to one of a million without an index. */
const searchBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

/** Applications that are counted one by one; those that come later are counted together. */
const maxApplications = 1000

/** @returns metrics of a registry of their own: nothing is shared between servers of one process */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  new Gauge({
    name: 'mien_build_info',
    help: 'What runs; always 1',
    labelNames: ['version', 'node', 'database'],
    registers,
  }).set({ version: options.version, node: process.version, database: options.database }, 1)
  return {
    registry,
    ...requestMetrics(registers),
    ...decisionMetrics(registers, options.perApplication),
    ...databaseMetrics(registers),
    ...visionMetrics(registers),
    ...webhookMetrics(registers),
    gauge: (source) => addGauge(registers, source),
  }
}

type Registers = Registry[]

function addGauge(registers: Registers, { name, kind = 'gauge', help, labelNames = [], read }: GaugeSource): void {
  const readNow = () =>
    Promise.resolve()
      .then(read)
      .catch(() => [])
  const options = { name, help, labelNames: [...labelNames], registers }
  const update = (gauge: Gauge | Counter, readings: Reading[]) => {
    gauge.reset()
    for (const { labels = {}, value } of readings) gauge.inc(labels, value)
    if (readings.length === 0) gauge.remove({})
  }
  if (kind === 'counter') {
    const counter: Counter = new Counter({ ...options, collect: async () => update(counter, await readNow()) })
    return
  }
  const gauge: Gauge = new Gauge({ ...options, collect: async () => update(gauge, await readNow()) })
}

const statusClass = ({ status }: RequestFacts): string =>
  status === null ? 'aborted' : `${Math.floor(status / 100)}xx`

function requestMetrics(registers: Registers): Pick<Metrics, 'requested' | 'failed' | 'refusedByLimit'> {
  const requests = new Counter({
    name: 'mien_requests_total',
    help: 'Requests by the pattern of the route, who answers, method and class of the status',
    labelNames: ['route', 'dialect', 'method', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'mien_request_seconds',
    help: 'From the last header of a request to the last byte of its answer',
    labelNames: ['route', 'dialect'],
    buckets: requestBuckets,
    registers,
  })
  const failures = new Counter({
    name: 'mien_failures_total',
    help: 'What went wrong inside, by the code of the error',
    labelNames: ['code'],
    registers,
  })
  const refusals = new Counter({
    name: 'mien_rate_limit_refusals_total',
    help: 'Calls beyond a limit, by the limit',
    labelNames: ['scope'],
    registers,
  })
  return {
    requested(facts) {
      const { route, dialect, method, durationMs } = facts
      requests.inc({ route, dialect, method, status: statusClass(facts) })
      seconds.observe({ route, dialect }, durationMs / 1000)
    },
    failed: (code) => failures.inc({ code }),
    refusedByLimit: (scope) => refusals.inc({ scope }),
  }
}

function decisionMetrics(registers: Registers, perApplication: boolean): Pick<Metrics, 'decided' | 'locked'> {
  const decisions = new Counter({
    name: 'mien_decisions_total',
    help: 'Decisions that were committed, by operation, level of what was granted, and outcome as the audit log says it',
    labelNames: ['operation', 'level', 'outcome'],
    registers,
  })
  const lockouts = new Counter({
    name: 'mien_lockouts_total',
    help: 'Scopes that were locked after too many failures',
    labelNames: ['scope'],
    registers,
  })
  const count = perApplication ? applicationDecisions(registers) : () => {}
  return {
    decided(facts) {
      const { operation, level, outcome } = facts
      decisions.inc({ operation, level, outcome })
      count(facts)
    },
    locked: (scope) => lockouts.inc({ scope }),
  }
}

function applicationDecisions(registers: Registers): (facts: DecisionFacts) => void {
  const decisions = new Counter({
    name: 'mien_application_decisions_total',
    help: 'Decisions of each application; the first thousand that decide anything, and the others together',
    labelNames: ['application', 'operation', 'outcome'],
    registers,
  })
  const known = new Set<string>()
  return ({ applicationId, operation, outcome }) => {
    if (known.size < maxApplications) known.add(applicationId)
    decisions.inc({ application: known.has(applicationId) ? applicationId : 'others', operation, outcome })
  }
}

function databaseMetrics(registers: Registers): Pick<Metrics, 'began' | 'searched'> {
  const running = new Gauge({
    name: 'mien_transactions_running',
    help: 'Transactions that are open or wait for a connection',
    registers,
  })
  const seconds = new Histogram({
    name: 'mien_transaction_seconds',
    help: 'From asking for a transaction to its end',
    labelNames: ['outcome'],
    buckets: requestBuckets,
    registers,
  })
  const searches = new Histogram({
    name: 'mien_search_seconds',
    help: 'Looking for the nearest faces of one gallery, by what searched',
    labelNames: ['engine'],
    buckets: searchBuckets,
    registers,
  })
  return {
    began() {
      running.inc()
      const came = performance.now()
      return (outcome) => {
        running.dec()
        seconds.observe({ outcome }, (performance.now() - came) / 1000)
      }
    },
    searched: (engine, ms) => searches.observe({ engine }, ms / 1000),
  }
}

function visionMetrics(registers: Registers): VisionWatcher {
  const waiting = new Gauge({ name: 'mien_vision_waiting', help: 'Pictures that wait for a thread', registers })
  const running = new Gauge({ name: 'mien_vision_running', help: 'Pictures that a thread is at', registers })
  const waits = new Histogram({
    name: 'mien_vision_wait_seconds',
    help: 'How long pictures waited for a thread',
    buckets: requestBuckets,
    registers,
  })
  const runs = new Histogram({
    name: 'mien_vision_run_seconds',
    help: 'How long a thread was at a picture',
    buckets: requestBuckets,
    registers,
  })
  const pictures = new Counter({
    name: 'mien_vision_pictures_total',
    help: 'Pictures by what came of them; hung: the thread was ended after its deadline',
    labelNames: ['outcome'],
    registers,
  })
  return {
    waits() {
      waiting.inc()
      return (waitedMs) => {
        waiting.dec()
        waits.observe(waitedMs / 1000)
        running.inc()
      }
    },
    ended(outcome, ranMs) {
      running.dec()
      pictures.inc({ outcome })
      if (ranMs !== null) runs.observe(ranMs / 1000)
    },
  }
}

function webhookMetrics(registers: Registers): Pick<Metrics, 'attemptedWebhook'> {
  const attempts = new Histogram({
    name: 'mien_webhook_attempt_seconds',
    help: 'Attempts to deliver an event, by what came of them',
    labelNames: ['outcome'],
    buckets: requestBuckets,
    registers,
  })
  return { attemptedWebhook: (outcome, ms) => attempts.observe({ outcome }, ms / 1000) }
}
