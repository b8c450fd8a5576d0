import type { SearchDatabase } from '../../../packages/server/src/db/open-search.fixture.ts'
import { hnswEngines, pgvectorEngine } from './database-engines.ts'
import { answersOf } from './exact-answers.ts'
import { exactEngine } from './exact-engine.ts'
import { createFlatScan } from './flat-scan.ts'
import { type EngineFigures, measureEngines } from './measure-engines.ts'
import type { SearchEngine } from './search-engine.ts'
import { type StoredGallery, storeGallery } from './stored-gallery.ts'
import { syntheticSource, type TemplateSource } from './template-source.ts'

/** A database that galleries of several applications lie in, side by side. */
export interface TenantDatabase {
  readonly name: string
  readonly database: SearchDatabase
  /** Of the database; null where it builds no graphs. */
  readonly url: string | null
}

export interface TenantFigures {
  readonly rows: number
  readonly figures: readonly EngineFigures[]
}

export interface TenantOptions {
  /** Templates of the galleries that are searched. */
  readonly sizes: readonly number[]
  /** Of the one that lies beside them. */
  readonly neighbourRows: number
  readonly onProgress: (rows: number) => void
}

const probes = 100
/** Smaller galleries have no graph. */
const leastGraphRows = 1000
/** Of the gallery's own graph, unless somebody said otherwise. */
const candidates = [200]
/** Sources with rows that far apart have other people. */
const rowsApart = 1_000_000

interface Tenant {
  readonly source: TemplateSource
  readonly stored: readonly StoredGallery[]
}

/** Every engine in each of several small galleries, beside a large one in the same tables, next to exact search in single precision. */
export async function searchTenants(
  databases: readonly TenantDatabase[],
  { sizes, neighbourRows, onProgress }: TenantOptions,
): Promise<readonly TenantFigures[]> {
  const tenants: Tenant[] = []
  let done = 0
  for (const [i, rows] of [...sizes, neighbourRows].entries()) {
    const source = syntheticSource(rows, probes, i * rowsApart)
    const stored: StoredGallery[] = []
    for (const { database } of databases) {
      stored.push(await storeGallery(database, source, (stored) => onProgress(done + stored)))
      done += rows
    }
    tenants.push({ source, stored })
  }
  const found: TenantFigures[] = []
  for (const tenant of tenants.slice(0, -1)) found.push(await searchTenant(databases, tenant))
  return found
}

async function searchTenant(databases: readonly TenantDatabase[], { source, stored }: Tenant): Promise<TenantFigures> {
  const flat = await createFlatScan(source.rows, source.dimension)
  for (let row = 0; row < source.rows; row++) source.write(row, flat.vectors, row * source.dimension)
  const engines: SearchEngine[] = []
  try {
    for (const [i, each] of databases.entries())
      engines.push(...(await enginesOf(each, { source, stored: stored[i]! })))
    const figures = await measureEngines(engines, {
      probes: source.probes,
      exact: answersOf(flat, source),
      budgetMs: 60_000,
      maxSearches: probes,
      crowdMs: 200,
      onProgress: () => {},
    })
    return { rows: source.rows, figures }
  } finally {
    for (const engine of engines) await engine.close?.()
  }
}

async function enginesOf(
  { name, database, url }: TenantDatabase,
  { source, stored }: { readonly source: TemplateSource; readonly stored: StoredGallery },
): Promise<readonly SearchEngine[]> {
  const exact = [
    pgvectorEngine(`pgvector exact, ${name}`, database, stored),
    await exactEngine(`in-process index, ${name}`, database, { stored, source }),
  ]
  if (url === null || source.rows < leastGraphRows) return exact
  return [...exact, ...(await hnswEngines(database, stored, { url, candidates, onProgress: () => {} }))]
}
