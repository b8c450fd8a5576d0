import { readFileSync } from 'node:fs'
import { MienError } from '@mien/shared/errors'
import { expect, test } from 'vitest'
import { readMetrics, sumOf } from '../../../../test/rig/read-metrics.ts'
import type { Database, SearchMemory } from '../domain/ports.ts'
import type { DecisionFacts } from './decisions.ts'
import { addGauges } from './gauges.ts'
import { createMetrics } from './metrics.ts'

const options = { version: '1.2.3', database: 'postgresql', perApplication: false } as const
const memory: SearchMemory = { usedBytes: 7, maxBytes: 9, galleries: 2, loads: 3, failures: 1, evictions: 4 }

/** @param waiting what the outbox answers */
function gaugesOf(waiting: () => Promise<{ count: number; oldestAt: Date | null }>, inUse = 5) {
  const metrics = createMetrics(options)
  const database = {
    stores: { deliveries: { waiting } },
    connections: () => ({ connections: 10, inUse, waiting: 1 }),
    searchMemory: () => memory,
  }
  addGauges(metrics, database as unknown as Database)
  return async () => readMetrics(await metrics.registry.metrics())
}

test('[OB2] what is read when somebody looks is what it is then, however often', async () => {
  let asked = 0
  const look = gaugesOf(async () => {
    asked++
    return { count: 6, oldestAt: new Date(Date.now() - 90_000) }
  })
  await look()
  const seen = await look()
  expect(sumOf(seen, 'mien_webhook_waiting')).toBe(6)
  expect(Math.round(sumOf(seen, 'mien_webhook_oldest_seconds'))).toBe(90)
  expect(sumOf(seen, 'mien_gallery_memory_bytes', { kind: 'used' })).toBe(7)
  expect(sumOf(seen, 'mien_gallery_loads_total', { kind: 'loaded' })).toBe(3)
  expect(sumOf(seen, 'mien_gallery_evictions_total')).toBe(4)
  expect(sumOf(seen, 'mien_database_connections', { kind: 'in_use' })).toBe(5)
  // Many who look at once cost the database one question.
  expect(asked).toBe(1)
})

test('[OB9] without the database the rest is told, and nothing is made up', async () => {
  const look = gaugesOf(() => Promise.reject(new MienError('DATABASE_UNAVAILABLE')))
  const seen = await look()
  const names = seen.samples.map(({ name }) => name)
  expect(names).not.toContain('mien_webhook_waiting')
  expect(names).not.toContain('mien_webhook_oldest_seconds')
  expect(names).toContain('mien_gallery_memory_bytes')
  expect(sumOf(seen, 'mien_build_info', { database: 'postgresql' })).toBe(1)
})

const decided = (applicationId: string): DecisionFacts => ({
  applicationId,
  operation: 'authenticate',
  level: 'A1',
  outcome: 'granted',
})

test('[OB2] applications are counted apart where that is asked for, a thousand at most', async () => {
  for (const perApplication of [false, true]) {
    const metrics = createMetrics({ ...options, perApplication })
    for (let i = 0; i < 1002; i++) metrics.decided(decided(`application-${i}`))
    metrics.decided(decided('application-7'))
    const seen = readMetrics(await metrics.registry.metrics())
    expect(sumOf(seen, 'mien_decisions_total', { operation: 'authenticate', level: 'A1', outcome: 'granted' })).toBe(
      1003,
    )
    const apart = seen.samples.filter(({ name }) => name === 'mien_application_decisions_total')
    expect(apart).toHaveLength(perApplication ? 1001 : 0)
    if (!perApplication) continue
    expect(sumOf(seen, 'mien_application_decisions_total', { application: 'application-7' })).toBe(2)
    expect(sumOf(seen, 'mien_application_decisions_total', { application: 'others' })).toBe(2)
  }
})

test('[OB2] two servers in one process count apart', async () => {
  const [first, second] = [createMetrics(options), createMetrics(options)]
  first.refusedByLimit('faceio')
  expect(sumOf(readMetrics(await second.registry.metrics()), 'mien_rate_limit_refusals_total')).toBe(0)
  expect(sumOf(readMetrics(await first.registry.metrics()), 'mien_rate_limit_refusals_total')).toBe(1)
})

test('[OB2] OPERATIONS.md names every metric of ours, and no other', () => {
  const metrics = createMetrics({ ...options, perApplication: true })
  addGauges(metrics, {} as Database)
  const ours = metrics.registry
    .getMetricsAsArray()
    .map(({ name }) => name)
    .filter((name) => name.startsWith('mien_'))
  const document = readFileSync(new URL('../../docs/OPERATIONS.md', import.meta.url), 'utf8')
  const table = document.split('| metric |')[1]!.split('\n\n')[0]!
  const named = [...table.matchAll(/`(mien_[a-z_]+)`/g)].map(([, name]) => name!)
  expect([...new Set(named)].sort()).toEqual([...ours].sort())
})
