import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { loadAt, type Measured, percent, prepareLoad, threePercentiles, warmUp, withShares } from './load-at.ts'
import { type LoadedApplication, type LoadRig, openLoadRig } from './load-rig.ts'
import { openLoad } from './open-load.ts'

const usage = `npm run bench -- tenants [--neighbour 200000] [--share 0.3] [--rate 5] [--seconds 20] [--database URL] [--program built|source] [--quick]

What small galleries notice of a large one on the same server and PostgreSQL: sign-ins that are searched for, with and without the
neighbour's.

--neighbour  people of the large one
--share      of all processor cores, what the neighbour takes: server and database together
--rate       sign-ins a second of the small one that is measured
--seconds    of each measurement`

const sizes = [10, 100, 1000, 20_000]
const servers = 1
const isSigned = false

/** Response times of small tenants beside a large one that is driven at a share of the processor. */
export async function runTenantsBench(parameters: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      neighbour: { type: 'string', default: '200000' },
      share: { type: 'string', default: '0.3' },
      rate: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '20' },
      database: { type: 'string' },
      program: { type: 'string', default: 'built' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const rig = await openLoadRig({
    database: values.database,
    program: values.program === 'source' ? 'source' : 'built',
  })
  try {
    const tenants: LoadedApplication[] = []
    for (const size of sizes)
      tenants.push(await rig.open(`tenant of ${size}`, values.quick ? Math.min(size, 1000) : size, 0))
    const neighbour = await rig.open('neighbour', values.quick ? 5000 : Number(values.neighbour), 0)
    for (const application of [...tenants, neighbour]) await warmUp(rig, application, { isSigned, servers })
    const seconds = values.quick ? 4 : Number(values.seconds)
    const driving = await findDrivingRate(rig, neighbour, Number(values.share))
    console.log(`neighbour: ${neighbour.people.count} people, ${driving.toFixed(1)} sign-ins a second\n`)
    console.log([head, head.replaceAll(/[^|]+/g, ' --- ')].join('\n'))
    for (const tenant of tenants)
      for (const line of await besides(rig, { tenant, neighbour, driving, rate: Number(values.rate), seconds }))
        console.log(line)
  } finally {
    await rig.close()
  }
}

const head =
  '| people | neighbour | sign-ins | failed | whole p50 / p95 / p99 ms | submission p50 / p95 / p99 ms | processor: server + database |'

const usedBy = ({ shares }: Pick<Measured, 'shares'>): number => shares.servers + shares.database

/** Sign-ins a second that take that share: from the processor time of one, which others on the machine do not change much. */
async function findDrivingRate(rig: LoadRig, neighbour: LoadedApplication, share: number): Promise<number> {
  const measured = await loadAt(rig, neighbour, { isSigned, servers, rate: 5, seconds: 8 })
  const each = (usedBy(measured) * measured.seconds) / measured.signIns
  const milliseconds = 1000 * each * availableParallelism()
  process.stderr.write(`a sign-in of the neighbour takes ${milliseconds.toFixed(1)} ms of a core\n`)
  return share / each
}

interface Beside {
  readonly tenant: LoadedApplication
  readonly neighbour: LoadedApplication
  readonly driving: number
  readonly rate: number
  readonly seconds: number
}

/** The tenant alone, the neighbour beside it, and the tenant alone once more: whatever else the machine does shows as a difference of those. */
async function besides(
  rig: LoadRig,
  { tenant, neighbour, driving, rate, seconds }: Beside,
): Promise<readonly string[]> {
  const chosen = { isSigned, servers, rate, seconds }
  const before = await loadAt(rig, tenant, chosen)
  const own = prepareLoad(tenant, chosen)
  const others = prepareLoad(neighbour, { ...chosen, rate: driving })
  const beside = await withShares(rig, async () => {
    const [figures] = await Promise.all([openLoad(own, rate), openLoad(others, driving)])
    return figures
  })
  const after = await loadAt(rig, tenant, chosen)
  const row = (name: string, measured: Measured) => rowOf(tenant.people.count, name, measured)
  const taken = percent(usedBy(beside) - (usedBy(before) + usedBy(after)) / 2)
  return [row('none', before), row(`${driving.toFixed(1)}/s, ${taken}`, beside), row('none', after)]
}

function rowOf(people: number, name: string, measured: Measured): string {
  const { signIns, failed, whole, steps } = measured
  const cells = [
    people,
    name,
    signIns,
    failed,
    threePercentiles(whole),
    threePercentiles(steps.submission),
    percent(usedBy(measured)),
  ]
  return `| ${cells.join(' | ')} |`
}
