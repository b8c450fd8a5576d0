import { defineDrill } from './define-drill.ts'
import { restartRolling } from './rolling-restart.ts'
import { counted, say } from './say.ts'
import { withPostgres } from './with-postgres.ts'

/** Nobody notices that servers are replaced. */
export const rollingDrill = defineDrill({
  name: 'rolling',
  summary:
    'two servers behind a balancer, restarted one after the other under load; who starts gives way to who serves',
  options: { rate: 200, signins: 20, quiet: 5, postgres: 'own', loopDelay: 1000 },
  async run({ options: { rate, signins, quiet, postgres, loopDelay } }) {
    const figures = await withPostgres(postgres, 'rolling', (postgresUrl) =>
      restartRolling({
        postgresUrl,
        requestsPerSecond: rate,
        signInShare: signins / 100,
        program: 'built',
        quietMs: quiet * 1000,
        environment: { MIEN_MAX_LOOP_DELAY_MS: String(loopDelay) },
        onProgress: (what) => process.stderr.write(`${what}\n`),
      }),
    )
    const { requests, failed, failures, statuses, retries, seconds, restarts, p50Ms, p95Ms, p99Ms } = figures
    return say(
      'R6',
      `${restarts} restarts in ${seconds.toFixed(0)} s under ${(requests / seconds).toFixed(0)} requests a second (${signins} % of sign-ins, the others lookups): ${requests} requests, ${failed} failed${failed > 0 ? ` (${counted(failures)})` : ''}; statuses ${counted(statuses)}; ${retries} sent to the other server because one could not be reached; p50 ${p50Ms.toFixed(0)}, p95 ${p95Ms.toFixed(0)}, p99 ${p99Ms.toFixed(0)} ms`,
      failed === 0,
    )
  },
})
