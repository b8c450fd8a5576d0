import { setTimeout as sleep } from 'node:timers/promises'
import { defineDrill } from './define-drill.ts'
import { createKillLedger } from './kill-ledger.ts'
import { openApplication } from './open-application.ts'
import { createLoadWorker } from './random-load.ts'
import { say } from './say.ts'
import { createServerProcessGauge, type ServerProcessGauge } from './server-process-gauge.ts'
import { openReceiver } from './webhook-receiver.ts'

interface Sample {
  readonly minutes: number
  readonly megabytes: number
  readonly descriptors: number
  readonly threads: number
}

/** Of the last part of the run, megabytes a minute: before it caches fill and code is compiled. */
const maxGrowth = 1
/** Files and sockets beyond those at the beginning. */
const maxMoreDescriptors = 20
/** The share of the run at its end that is looked at. */
const lookedAt = 0.5
const sampleEveryMs = 5000

/** Mixed load for long: what grows? Of the process, as the system counts it. */
export const soakDrill = defineDrill({
  name: 'soak',
  summary: 'what a server grows in under load for long (a day, for operators)',
  options: { minutes: 20, workers: 4 },
  async run({ options: { minutes, workers }, openServer }) {
    const receiver = await openReceiver()
    const server = await openServer({ MIEN_WEBHOOK_ALLOW: receiver.url })
    try {
      const application = await openApplication(server, 'soak', { prevent_duplicates: false, pin_enroll: 'optional' })
      const gauge = await createServerProcessGauge(server.dataDir)
      const ledger = createKillLedger()
      const endsAt = Date.now() + minutes * 60_000
      const load = Array.from({ length: workers }, async () => {
        const worker = createLoadWorker(application, ledger)
        while (Date.now() < endsAt) await worker.step()
      })
      const [samples] = await Promise.all([sampleUntil(gauge, endsAt), ...load])
      return judge(samples, ledger.acknowledged, minutes)
    } finally {
      await receiver.close()
    }
  },
})

async function sampleUntil(gauge: ServerProcessGauge, endsAt: number): Promise<readonly Sample[]> {
  const beganAt = Date.now()
  const samples: Sample[] = []
  while (Date.now() < endsAt) {
    await sleep(Math.min(sampleEveryMs, Math.max(0, endsAt - Date.now())))
    samples.push({ minutes: (Date.now() - beganAt) / 60_000, ...(await measure(gauge)) })
  }
  return samples
}

const measure = async ({ megabytes, descriptors, threads }: ServerProcessGauge): Promise<Omit<Sample, 'minutes'>> => ({
  megabytes: await megabytes(),
  descriptors: await descriptors(),
  threads: await threads(),
})

/** Least squares. @returns units a minute */
export function slope(points: readonly (readonly [minutes: number, value: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
  return spread === 0 ? 0 : points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread
}

function judge(samples: readonly Sample[], requests: number, minutes: number): boolean {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined) return say('R12', 'nothing was measured', false)
  const late = samples.filter((sample) => sample.minutes >= minutes * (1 - lookedAt))
  const growth = slope(late.map((sample) => [sample.minutes, sample.megabytes]))
  const most = Math.max(...samples.map(({ descriptors }) => descriptors))
  const isHeld =
    growth < maxGrowth &&
    last.descriptors <= first.descriptors + maxMoreDescriptors &&
    last.threads <= first.threads + 4
  return say(
    'R12',
    `${minutes} minutes, ${requests} writes and sign-ins: ${first.megabytes.toFixed(0)} MB at first, ${last.megabytes.toFixed(0)} MB at the end, ${growth.toFixed(2)} MB a minute in the last half; file descriptors ${first.descriptors} to ${last.descriptors}, at most ${most}; threads ${first.threads} to ${last.threads}`,
    isHeld,
  )
}
