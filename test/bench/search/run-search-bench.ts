import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  openSearchPglite,
  openSearchPostgres,
  type SearchDatabase,
} from '../../../packages/server/src/db/open-search.fixture.ts'
import { createOwnPostgres, type OwnPostgres } from '../../../packages/server/src/db/own-postgres.fixture.ts'
import { createScanPool } from '../../../packages/server/src/search/scan-pool.ts'
import { progress } from '../../drill/progress.ts'
import { bringPostgres } from '../bring-postgres.ts'
import { hnswEngines, pgvectorEngine } from './database-engines.ts'
import { answersOf } from './exact-answers.ts'
import { exactEngine } from './exact-engine.ts'
import { createFlatScan, type FlatScan } from './flat-scan.ts'
import { type ExactAnswer, measureEngines } from './measure-engines.ts'
import { blockEngine, flatEngine, readEngine } from './memory-engines.ts'
import { realSource } from './real-templates.ts'
import type { SearchEngine } from './search-engine.ts'
import { formatReport, type GalleryReport } from './search-report.ts'
import { storeGallery } from './stored-gallery.ts'
import { syntheticSource, type TemplateSource } from './template-source.ts'

const usage = `npm run bench -- search [--sizes 10000,100000,1000000] [--quick] [--data FOLDER] [--database URL] [--hnsw ROWS] [--pglite ROWS]

--sizes     templates of synthetic galleries
--data      also real templates, of photographs in this folder or in images below it, a folder a person
--database  a PostgreSQL server with pgvector on which databases may be made; default TEST_DATABASE_URL, else the project's script brings one; none: without
--hnsw      largest gallery for which a graph is built (default 100000: minutes)
--pglite    largest gallery for the embedded database (default 100000)
--quick     10,000 templates and few searches`

interface Extent {
  readonly sizes: readonly number[]
  readonly hnswRows: number
  readonly pgliteRows: number
  readonly probes: number
  readonly budgetMs: number
  readonly crowdMs: number
}

const candidates = [100, 200, 400]

/** Every engine over the same galleries in one run, next to exact search in single precision. */
export async function runSearchBench(parameters: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      sizes: { type: 'string', default: '10000,100000,1000000' },
      quick: { type: 'boolean', default: false },
      data: { type: 'string' },
      database: { type: 'string' },
      hnsw: { type: 'string', default: '100000' },
      pglite: { type: 'string', default: '100000' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const extent: Extent = {
    sizes: values.quick ? [10_000] : readSizes(values.sizes),
    hnswRows: Number(values.hnsw),
    pgliteRows: Number(values.pglite),
    probes: values.quick ? 40 : 400,
    budgetMs: values.quick ? 1000 : 8000,
    crowdMs: values.quick ? 500 : 3000,
  }
  const sources = extent.sizes.map((rows) => syntheticSource(rows, extent.probes))
  if (values.data !== undefined) sources.unshift(await realSource(values.data))
  const databases = await openDatabases(values.database)
  try {
    for (const source of sources) console.log(`${formatReport(await measureSource(source, databases, extent))}\n`)
  } finally {
    await databases.close()
  }
}

/** As many as WebAssembly addresses in single precision. */
const maxRows = 2_000_000

/** Ascending, so that the quick ones come first. */
function readSizes(text: string): readonly number[] {
  const sizes = text.split(',').map(Number)
  const isSize = (size: number) => Number.isInteger(size) && size > 0 && size <= maxRows
  if (!sizes.every(isSize)) throw new RangeError(`Sizes are whole numbers up to ${maxRows}\n\n${usage}`)
  return sizes.sort((a, b) => a - b)
}

interface Databases {
  readonly postgres: { readonly database: SearchDatabase; readonly url: string } | { readonly missing: string }
  readonly pglite: SearchDatabase
  close(): Promise<void>
}

async function openDatabases(given: string | undefined): Promise<Databases> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-bench-'))
  const brought = await bringPostgres(given)
  const own: OwnPostgres | undefined = 'url' in brought ? await createOwnPostgres(brought.url) : undefined
  const postgres = own === undefined ? undefined : { database: await openSearchPostgres(own.url), url: own.url }
  const pglite = await openSearchPglite(join(folder, 'db'))
  return {
    postgres: postgres ?? { missing: 'missing' in brought ? brought.missing : '' },
    pglite,
    async close() {
      await postgres?.database.close()
      await own?.drop()
      await brought.stop()
      await pglite.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function measureSource(source: TemplateSource, databases: Databases, extent: Extent): Promise<GalleryReport> {
  const flat = await createFlatScan(source.rows, source.dimension)
  fill(flat, source)
  const exact = answersOf(flat, source)
  const pool = createScanPool({ threads: 1 })
  const engines: SearchEngine[] = []
  const notMeasured: (readonly [string, string])[] = []
  try {
    const scan = blockEngine('in-process scan (int8, one thread)', pool, { source, flat })
    const read = readEngine('plain read of the same bytes (one thread)', source)
    engines.push(read, scan, flatEngine('scan in single precision (one thread)', { source, flat }))
    for (const [database, add] of [
      ['PostgreSQL', addPostgres],
      ['PGlite', addPglite],
    ] as const) {
      await add(engines, notMeasured, { source, databases, extent }).catch((error: Error) => {
        // The others are worth their figures.
        notMeasured.push([`what else searches in ${database}`, error.message])
        process.exitCode = 1
      })
    }
    const told = progress(`${source.name}: rounds`, 100)
    const figures = await measureEngines(engines, {
      probes: source.probes,
      exact,
      budgetMs: extent.budgetMs,
      maxSearches: source.probes.length,
      crowdMs: extent.crowdMs,
      onProgress: (done, total) => told(Math.floor((100 * done) / total)),
    })
    return { gallery: source.name, figures, baseline: read.name, notMeasured, notes: notesOf(source, exact) }
  } finally {
    for (const engine of engines) await engine.close?.()
    await pool.close()
  }
}

function fill(flat: FlatScan, source: TemplateSource): void {
  const told = progress(`${source.name}: templates`, source.rows)
  for (let row = 0; row < source.rows; row++) {
    source.write(row, flat.vectors, row * source.dimension)
    if ((row + 1) % 1000 === 0) told(row + 1)
  }
}

interface Adding {
  readonly source: TemplateSource
  readonly databases: Databases
  readonly extent: Extent
}

async function addPostgres(
  engines: SearchEngine[],
  notMeasured: (readonly [string, string])[],
  { source, databases: { postgres }, extent }: Adding,
): Promise<void> {
  if ('missing' in postgres) {
    for (const name of ['in-process index over PostgreSQL', 'pgvector exact (halfvec), PostgreSQL', 'HNSW'])
      notMeasured.push([name, postgres.missing])
    return
  }
  const { database, url } = postgres
  const told = progress(`${source.name}: into PostgreSQL`, source.rows)
  const stored = await storeGallery(database, source, told)
  engines.push(
    await exactEngine('in-process index over PostgreSQL', database, { stored, source }),
    pgvectorEngine('pgvector exact (halfvec), PostgreSQL', database, stored),
  )
  if (source.rows > extent.hnswRows) notMeasured.push(['HNSW', `not built above ${extent.hnswRows} (--hnsw)`])
  else {
    const onProgress = progress(`${source.name}: graph`, source.rows)
    engines.push(...(await hnswEngines(database, stored, { url, candidates, onProgress })))
  }
}

async function addPglite(
  engines: SearchEngine[],
  notMeasured: (readonly [string, string])[],
  { source, databases: { pglite }, extent }: Adding,
): Promise<void> {
  if (source.rows > extent.pgliteRows) {
    notMeasured.push(['embedded database', `not above ${extent.pgliteRows} (--pglite)`])
    return
  }
  const stored = await storeGallery(pglite, source, progress(`${source.name}: into PGlite`, source.rows))
  engines.push(
    await exactEngine('in-process index over PGlite', pglite, { stored, source }),
    pgvectorEngine('pgvector exact (halfvec), PGlite', pglite, stored),
  )
}

/** What exact search itself is worth with these templates. */
function notesOf({ probes, notes }: TemplateSource, exact: readonly ExactAnswer[]): readonly string[] {
  const mated = probes.flatMap(({ isMated, person }, i) => (isMated ? [person === exact[i]!.person] : []))
  const right = mated.filter(Boolean).length
  return [`Exact search finds the right person for ${right} of ${mated.length} probes of enrolled people.`, ...notes]
}
