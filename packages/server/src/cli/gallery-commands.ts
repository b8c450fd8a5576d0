import { galleryName } from '@mien/shared/api/fields'
import { type GalleryPatch, type GalleryStats, galleryPatch } from '@mien/shared/api/galleries'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { GraphBuilder, GraphProgress, OptimizedGraph, OptimizeOptions } from '../db/hnsw-build.ts'
import type { RecallOptions, RecallReport } from '../db/hnsw-recall.ts'
import type { CommandDependencies } from './webhook-commands.ts'

export interface GalleryCommandDependencies extends CommandDependencies {
  /** @throws MienError CONFIG_INVALID where there is no PostgreSQL */
  readonly openGraphs: () => GraphBuilder
  /** @throws MienError CONFIG_INVALID where there is no PostgreSQL, and those of measureRecall */
  readonly measureRecall: (options: Omit<RecallOptions, 'memoryBytes'>) => Promise<RecallReport>
}

interface OptimizeWords {
  readonly rebuild?: true
  readonly drop?: true
  readonly memoryMb?: number
  readonly workers?: number
}

interface RecallWords {
  readonly probes: number
  readonly noise: number
  readonly seed: number
  readonly json?: true
}

/** `mien gallery`: what searches the galleries, and how well. */
export function addGalleryCommands(program: Command, dependencies: GalleryCommandDependencies): void {
  const gallery = program.command('gallery').description('what searches the galleries, and how well')
  addList(gallery, dependencies)
  addSet(gallery, dependencies)
  addOptimize(gallery, dependencies)
  addRecall(gallery, dependencies)
}

const json = () => new Option('--json', 'print JSON')
const printed = (value: object) => `${JSON.stringify(value, null, 2)}\n`

function addList(gallery: Command, { withAdmin, write }: GalleryCommandDependencies): void {
  gallery
    .command('list')
    .description('list the galleries of an application: people, faces, what searches them now and why')
    .argument('<application-id>')
    .addOption(json())
    .action(async (applicationId: string, options: { json?: true }) => {
      const galleries = await withAdmin((admin) => admin.listGalleries(applicationId))
      if (options.json) return write(printed(galleries))
      for (const each of galleries) write(`${line(each)}\n`)
    })
}

function addSet(gallery: Command, { withAdmin, write }: GalleryCommandDependencies): void {
  gallery
    .command('set')
    .description('choose what searches a gallery, for example: mien gallery set ID default engine=hnsw ef_search=400')
    .argument('<application-id>')
    .argument('<gallery>', 'its name', readGallery)
    .argument('<setting=value...>', `engine=${engines.join('|')}, ef_search=1..1000 or default`, collectChoice, {})
    .action(async (applicationId: string, name: string, patch: GalleryPatch) => {
      write(`${line(await withAdmin((admin) => admin.changeGallery(applicationId, name, patch)))}\n`)
    })
}

function addOptimize(gallery: Command, { openGraphs, write }: GalleryCommandDependencies): void {
  gallery
    .command('optimize')
    .description('build the graph of a gallery on PostgreSQL, while people enrol and sign in; safe to run again')
    .argument('<application-id>')
    .argument('<gallery>', 'its name', readGallery)
    .option(
      '--rebuild',
      'also where there is one, which serves meanwhile: after keys were replaced or many people left',
    )
    .option(
      '--memory-mb <n>',
      "of the database server's memory; default: what it needs, 1024 at most",
      readCount(1, 65_536),
    )
    .option('--workers <n>', 'processes beside the first; default: as the database server is set up', readCount(0, 64))
    .option('--drop', 'remove the graph instead')
    .action(async (applicationId: string, name: string, { drop, ...how }: OptimizeWords) => {
      const builder = openGraphs()
      try {
        if (drop) return write(removed(await builder.drop(applicationId, name)))
        const options: OptimizeOptions = { ...how, onProgress: tellEachTenth(write) }
        for (const graph of await builder.optimize(applicationId, name, options)) write(`${built(graph)}\n`)
      } finally {
        await builder.close()
      }
    })
}

function addRecall(gallery: Command, { measureRecall, write }: GalleryCommandDependencies): void {
  gallery
    .command('recall')
    .description('measure what searches of a gallery on PostgreSQL find, and how fast; writes nothing')
    .argument('<application-id>')
    .argument('<gallery>', 'its name', readGallery)
    .option('--probes <n>', 'searches of each engine', readCount(1, 10_000), 200)
    .option('--noise <x>', 'how far a probe is from the template that it is made of: 0 to 10', readNoise, 1.33)
    .option('--seed <n>', 'other probes', readCount(0, 4_294_967_295), 1)
    .addOption(json())
    .action(async (applicationId: string, name: string, { json: isJson, ...options }: RecallWords) => {
      const report = await measureRecall({ applicationId, gallery: name, ...options })
      write(isJson ? printed(onTheWire(report)) : recallText(report))
    })
}

const engines = ['auto', 'database', 'memory', 'hnsw'] as const

function collectChoice(text: string, before: GalleryPatch): GalleryPatch {
  const [name, ...rest] = text.split('=')
  const value = rest.join('=')
  const patch =
    name === 'engine'
      ? { search_engine: value }
      : name === 'ef_search'
        ? { hnsw_ef_search: value === 'default' ? null : /^\d+$/.test(value) ? Number(value) : value }
        : undefined
  if (patch === undefined) throw new InvalidArgumentError('There are: engine, ef_search')
  const parsed = galleryPatch.safeParse(patch)
  if (!parsed.success)
    throw new InvalidArgumentError(
      name === 'engine' ? `engine is one of ${engines.join(', ')}` : 'ef_search is a number from 1 to 1000, or default',
    )
  return { ...before, ...parsed.data }
}

function readGallery(text: string): string {
  if (galleryName.safeParse(text).success) return text
  throw new InvalidArgumentError('lower-case letters, digits, dashes and underscores, 64 at most')
}

const readCount =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`not a whole number from ${least} to ${most}`)
  }

function readNoise(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (value <= 10) return value
  throw new InvalidArgumentError('not a number from 0 to 10')
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

const line = (each: GalleryStats): string =>
  [
    each.name,
    `${each.subjects} people`,
    `${each.faces} faces`,
    `searched by ${each.engine} (${each.reason}${each.search_engine === 'auto' ? '' : `, set to ${each.search_engine}`})`,
    ...(each.memory_bytes === 0 ? [] : [`${mebibytes(each.memory_bytes)} of memory`]),
    ...(each.graph === null ? [] : [`graph ${each.graph.state}, ${mebibytes(each.graph.bytes)}`]),
    ...(each.hnsw_ef_search === null ? [] : [`ef_search ${each.hnsw_ef_search}`]),
  ].join('  ')

/** The first time, and whenever a tenth more is done or something else is being done. */
function tellEachTenth(write: (text: string) => void): (progress: GraphProgress) => void {
  let told = ''
  return ({ modelId, phase, done, faces }) => {
    const tenths = Math.min(10, Math.floor((10 * done) / Math.max(1, faces)))
    const text = `${modelId}  ${phase}${tenths === 0 ? '' : `  ${tenths}0 % of ${faces} faces`}\n`
    if (text !== told) write(text)
    told = text
  }
}

const words = { built: 'built', rebuilt: 'built anew', kept: 'there already; --rebuild builds it anew' } as const

const built = ({ modelId, faces, bytes, seconds, outcome }: OptimizedGraph): string =>
  `${modelId}  ${faces} faces  ${mebibytes(bytes)}  ${words[outcome]}${outcome === 'kept' ? '' : ` in ${seconds.toFixed(1)} s`}`

const removed = (count: number): string =>
  count === 0 ? 'The gallery had no graph.\n' : 'The graph is removed; the gallery is searched exactly.\n'

const reasons = {
  no_graph: 'the gallery has no graph that is ready: see "mien gallery optimize"',
  off: 'MIEN_INDEX_MEMORY_MB is 0',
  no_room: 'the gallery does not fit: see MIEN_INDEX_MEMORY_MB',
} as const

const onTheWire = ({ engines: measured, ...report }: RecallReport) => ({
  ...report,
  engines: measured.map(({ engine, p50Ms, p99Ms, sameFace, samePerson }) => ({
    engine,
    p50_ms: p50Ms,
    p99_ms: p99Ms,
    recall_at_1_person: samePerson / report.probes,
    recall_at_1_template: sameFace / report.probes,
  })),
})

function recallText(report: RecallReport): string {
  const { probes } = report
  const share = (count: number) => `${(count / probes).toFixed(3)} (${count} of ${probes})`.padEnd(24)
  const rows = report.engines.map(({ engine, p50Ms, p99Ms, samePerson, sameFace }) =>
    [
      engine.padEnd(10),
      share(samePerson),
      share(sameFace),
      p50Ms.toFixed(2).padStart(8),
      p99Ms.toFixed(2).padStart(8),
    ].join('  '),
  )
  return [
    `${report.faces} faces, ${probes} probes, cosine of a probe and its template ${report.cosine.toFixed(2)}`,
    '',
    ['engine'.padEnd(10), 'same person'.padEnd(24), 'same template'.padEnd(24), '  p50 ms', '  p99 ms'].join('  '),
    ...rows,
    ...report.left.map(({ engine, reason }) => `${engine.padEnd(10)}  not measured: ${reasons[reason]}`),
    '',
    'Compared with the exact search in the database. The probes are stored templates of the gallery with seeded noise in all',
    'directions, because nobody keeps what people showed: the shares say how often an engine answers as the exact search does,',
    'not how often people are recognised.',
    '',
  ].join('\n')
}
