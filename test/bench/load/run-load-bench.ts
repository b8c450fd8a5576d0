import { parseArgs } from 'node:util'
import { findHighestRate } from './find-highest-rate.ts'
import { loadAt, type Measured, percent, threePercentiles, warmUp } from './load-at.ts'
import { type LoadedApplication, type LoadRig, openLoadRig } from './load-rig.ts'

const usage = `npm run bench -- load [--people 100000] [--seconds 8] [--steady 60] [--database URL] [--program built|source] [--quick]

Sign-ins over HTTP against 1 and 2 real servers on one PostgreSQL, each due at its moment whatever became of those before it.

--people    in the gallery, a template each; 10,000 of them have a device key
--seconds   of each rate while the highest is looked for
--steady    seconds at 50 requests a second, signed by devices
--program   what is run: what the compiler put out, or the source
--quick     2,000 people and short`

const withDevices = 10_000
const steadyRequests = 50

/** Sign-ins in a second over HTTP, and how long they take. */
export async function runLoadBench(parameters: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      people: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '8' },
      steady: { type: 'string', default: '60' },
      database: { type: 'string' },
      program: { type: 'string', default: 'built' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const people = values.quick ? 2000 : Number(values.people)
  const seconds = values.quick ? 3 : Number(values.seconds)
  const steadySeconds = values.quick ? 5 : Number(values.steady)
  const rig = await openLoadRig({
    database: values.database,
    program: values.program === 'source' ? 'source' : 'built',
  })
  try {
    const application = await rig.open('load', people, Math.min(people, withDevices))
    const load: Load = { rig, application, seconds }
    console.log(`${people} people in ${application.seedSeconds.toFixed(0)} s\n`)
    console.log([head, head.replaceAll(/[^|]+/g, ' --- ')].join('\n'))
    await measureServers(load, 1)
    await rig.addServer()
    await measureServers(load, 2)
    await measureSteady(load, steadySeconds)
  } finally {
    await rig.close()
  }
}

interface Load {
  readonly rig: LoadRig
  readonly application: LoadedApplication
  readonly seconds: number
}

const head =
  '| servers | sign-in | sign-ins/s | requests/s | failed | whole p50 / p95 / p99 ms | session | challenge | submission | processor: servers, database, client |'

const kinds = [
  { name: 'A1, device key, 1:1', isSigned: true },
  { name: 'A0, searched, 1:N', isSigned: false },
] as const

async function measureServers(load: Load, servers: number): Promise<void> {
  for (const { name, isSigned } of kinds) {
    await warmUp(load.rig, load.application, { isSigned, servers })
    const { best, failed } = await findHighestRate(10, async (rate) => {
      const measured = await loadAt(load.rig, load.application, { isSigned, servers, rate, seconds: load.seconds })
      process.stderr.write(`${servers} ${name} ${formatRow(measured)}\n`)
      return measured
    })
    console.log(rowOf(servers, name, best))
    console.log(rowOf(servers, `${name}: too many`, failed))
  }
}

async function measureSteady(load: Load, seconds: number): Promise<void> {
  const rate = steadyRequests / 3
  for (const servers of [1, 2]) {
    const measured = await loadAt(load.rig, load.application, { isSigned: true, servers, rate, seconds })
    console.log(rowOf(servers, `A1 at ${steadyRequests} requests/s for ${seconds} s`, measured))
  }
}

function rowOf(servers: number, name: string, measured: Measured | undefined): string {
  return measured === undefined
    ? `| ${servers} | ${name} | none sustained |`
    : `| ${servers} | ${name} ${formatRow(measured)}`
}

function formatRow({ rate, signIns, failed, failures, whole, steps, shares }: Measured): string {
  const reasons = [...failures].map(([reason, count]) => `${count} ${reason}`).join(', ')
  const cells = [
    rate.toFixed(1),
    (3 * rate).toFixed(0),
    `${failed} of ${signIns}${reasons === '' ? '' : ` (${reasons})`}`,
    threePercentiles(whole),
    threePercentiles(steps.session),
    threePercentiles(steps.challenge),
    threePercentiles(steps.submission),
    [shares.servers, shares.database, shares.own].map(percent).join(', '),
  ]
  return `| ${cells.join(' | ')} |`
}
