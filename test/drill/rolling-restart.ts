import { setTimeout as sleep } from 'node:timers/promises'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { startBalancer } from '../rig/balancer.ts'
import type { ServerProgram } from '../rig/server.ts'
import { startServerPair } from '../rig/server-pair.ts'
import { fromAnywhere } from './from-anywhere.ts'
import { openApplication } from './open-application.ts'
import { createSimulatedWidget } from './simulated-widget.ts'

export interface RollingOptions {
  readonly postgresUrl: string
  /** Requests that begin in a second, whatever became of those before. */
  readonly requestsPerSecond: number
  /** Of the requests belong to sign-ins, 0 to 1; the others look somebody up for a backend. */
  readonly signInShare: number
  readonly program?: ServerProgram
  /** Before the first restart, and after the last. */
  readonly quietMs: number
  /** Of both servers. */
  readonly environment?: Readonly<Record<string, string>>
  readonly onProgress?: (what: string) => void
}

export interface RollingFigures {
  /** Of HTTP, as the clients sent them. */
  readonly requests: number
  /** Ceremonies and lookups that did not come to their end as they should. */
  readonly failures: Readonly<Record<string, number>>
  readonly failed: number
  readonly statuses: Readonly<Record<number, number>>
  readonly retries: number
  /** From the first request to the last. */
  readonly seconds: number
  readonly restarts: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
}

/** A sign-in is three requests: session, challenge, submission. */
const requestsPerSignIn = 3

/** How long a server goes on after it was told to stop; the balancer asks four times a second. */
const shutdownDelayMs = 1500

const people = 20

/** Restarts two servers behind a balancer one after the other, while requests come at a steady rate. */
export async function restartRolling(options: RollingOptions): Promise<RollingFigures> {
  const { postgresUrl, requestsPerSecond, signInShare, program, quietMs, environment, onProgress = () => {} } = options
  const own = { MIEN_SHUTDOWN_DELAY_MS: String(shutdownDelayMs), MIEN_TRUSTED_PROXIES: '1' }
  const pair = await startServerPair(postgresUrl, { ...own, ...environment }, program)
  const balancer = await startBalancer(pair.servers.map(({ url }) => url))
  try {
    const { publicId, secretKey } = await openApplication(pair.servers[0], 'rolling')
    const widget = createSimulatedWidget(balancer.url, publicId, undefined, fromAnywhere())
    const persons = Array.from({ length: people }, (_, i) => syntheticPerson(i + 1))
    const facialIds: string[] = []
    for (const person of persons) {
      const enrolled = await widget.run('enroll', person)
      if (enrolled.status !== 'ok') throw new Error(`Not enrolled: ${enrolled.status}`)
    }
    const authorization = `Bearer ${secretKey}`
    const listed = await fetch(new URL('/v1/subjects?limit=100', balancer.url), { headers: { authorization } })
    for (const { facial_id } of ((await listed.json()) as { subjects: { facial_id: string }[] }).subjects) {
      facialIds.push(facial_id)
    }
    const before = balancer.figures()

    const failures: Record<string, number> = {}
    const tell = (what: string) => {
      failures[what] = (failures[what] ?? 0) + 1
    }
    const signIn = async (i: number): Promise<void> => {
      const { status } = await widget.run('authenticate', persons[i % people]!)
      if (status !== 'ok') tell(status)
    }
    const lookUp = async (i: number): Promise<void> => {
      const answer = await fetch(new URL(`/v1/subjects/${facialIds[i % people]}`, balancer.url), {
        headers: { authorization },
      })
      await answer.arrayBuffer()
      if (!answer.ok) tell(`lookup ${answer.status}`)
    }
    const load = startArrivals([
      { perSecond: (requestsPerSecond * signInShare) / requestsPerSignIn, begin: signIn },
      { perSecond: requestsPerSecond * (1 - signInShare), begin: lookUp },
    ])
    load.onFailure((error) => tell(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'))
    const began = performance.now()
    await sleep(quietMs)
    for (const [i, server] of pair.servers.entries()) {
      onProgress(`restart ${i + 1}`)
      await server.restart(true)
      while (balancer.ready().length < pair.servers.length) await sleep(50)
    }
    await sleep(quietMs)
    await load.stop()
    const seconds = (performance.now() - began) / 1000

    const { statuses: all, retries, times } = balancer.figures()
    const statuses = Object.fromEntries(
      Object.entries(all)
        .map(([status, count]) => [status, count - (before.statuses[Number(status)] ?? 0)] as const)
        .filter(([, count]) => count > 0),
    )
    const sorted = times.slice(before.times.length).toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
    const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
    const spread = { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }
    return { requests: sorted.length, failures, failed, statuses, retries, seconds, restarts: 2, ...spread }
  } finally {
    await balancer.close()
    await pair.close()
  }
}

interface Arrivals {
  readonly perSecond: number
  readonly begin: (i: number) => Promise<void>
}

/** Begins each at its time, however long those before take: what waits is not left out (no coordinated omission). */
function startArrivals(kinds: readonly Arrivals[]) {
  const running = new Set<Promise<void>>()
  let onFailure: (error: unknown) => void = () => {}
  let isStopped = false
  const began = performance.now()
  const counts = kinds.map(() => 0)
  const ticking = (async () => {
    while (!isStopped) {
      const elapsed = (performance.now() - began) / 1000
      for (const [k, { perSecond, begin }] of kinds.entries()) {
        while (counts[k]! < elapsed * perSecond) {
          const started = begin(counts[k]!++).catch((error) => onFailure(error))
          running.add(started)
          started.finally(() => running.delete(started))
        }
      }
      await sleep(2)
    }
  })()
  return {
    onFailure(tell: (error: unknown) => void) {
      onFailure = tell
    },
    async stop() {
      isStopped = true
      await ticking
      await Promise.all(running)
    },
  }
}
