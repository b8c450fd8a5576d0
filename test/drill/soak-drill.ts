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

/** Megabytes a minute that the least memory may grow by: what the process holds, and not what its garbage collector has not come to yet. */
const maxGrowth = 1
/** Files and sockets beyond those of the first half, in which each file of the embedded database is opened for the first time. */
const maxMoreDescriptors = 20
const sampleEveryMs = 5000

/** Mixed load for long: what grows? Of the process, as the system counts it. */
export const soakDrill = defineDrill({
  name: 'soak',
  summary: 'what a server grows in under load for long (a day, for operators)',
  options: { minutes: 20, workers: 4 },
  async run({ options: { minutes, workers }, openServer }) {
    const receiver = await openReceiver()
    const server = await openServer({ MIEN_WEBHOOK_ALLOW: receiver.url }, 'built')
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
    const sample = { minutes: (Date.now() - beganAt) / 60_000, ...(await measure(gauge)) }
    if (Math.floor(sample.minutes) > Math.floor(samples.at(-1)?.minutes ?? 0)) tell(sample)
    samples.push(sample)
  }
  return samples
}

const tell = ({ minutes, megabytes, descriptors, threads }: Sample): void => {
  process.stderr.write(
    `${minutes.toFixed(0)} min: ${megabytes.toFixed(0)} MB, ${descriptors} descriptors, ${threads} threads\n`,
  )
}

const measure = async ({ megabytes, descriptors, threads }: ServerProcessGauge): Promise<Omit<Sample, 'minutes'>> => ({
  megabytes: await megabytes(),
  descriptors: await descriptors(),
  threads: await threads(),
})

/** From the least of the second quarter to the least of the last one. @returns units a minute */
export function growthOf(points: readonly (readonly [minutes: number, value: number])[], minutes: number): number {
  const least = (from: number, to: number) =>
    Math.min(...points.filter(([at]) => at >= from * minutes && at < to * minutes).map(([, value]) => value))
  return (least(0.75, Number.POSITIVE_INFINITY) - least(0.25, 0.5)) / (minutes / 2)
}

function judge(samples: readonly Sample[], requests: number, minutes: number): boolean {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined) return say('R12', 'nothing was measured', false)
  const growth = growthOf(
    samples.map((sample) => [sample.minutes, sample.megabytes]),
    minutes,
  )
  const megabytes = samples.map((sample) => sample.megabytes)
  const early = samples.filter((sample) => sample.minutes < minutes / 2)
  const opened = Math.max(...early.map(({ descriptors }) => descriptors))
  const isHeld =
    growth < maxGrowth && last.descriptors <= opened + maxMoreDescriptors && last.threads <= first.threads + 4
  return say(
    'R12',
    `${minutes} minutes, ${requests} writes and sign-ins: ${Math.min(...megabytes).toFixed(0)} to ${Math.max(...megabytes).toFixed(0)} MB; the least of the last quarter is that of the second and ${growth.toFixed(2)} MB a minute; file descriptors at most ${opened} in the first half and ${last.descriptors} at the end; threads ${first.threads} to ${last.threads}`,
    isHeld,
  )
}
