import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSearchPglite, openSearchPostgres } from '../../packages/server/src/db/open-search.fixture.ts'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { bringPostgres } from '../bench/bring-postgres.ts'
import type { Recall, Share } from '../bench/search/measure-engines.ts'
import { searchTenants, type TenantDatabase } from '../bench/search/search-tenants.ts'
import { defineDrill } from './define-drill.ts'
import { progress } from './progress.ts'
import { say } from './say.ts'

const sizes = [10, 100, 1000, 20_000]

const shareOf = ([hits, tries]: Share): string => (tries === 0 ? '-' : (hits / tries).toFixed(3))
const isWhole = ([hits, tries]: Share): boolean => hits === tries

/** A graph is approximate: it is held to enrolled people alone. */
const isHeld = (name: string, { matedPerson, strangerPerson }: Recall): boolean =>
  isWhole(matedPerson) && (name.startsWith('HNSW') || isWhole(strangerPerson))

/** Every engine on both databases, in small galleries beside a large one. */
export const tenantsDrill = defineDrill({
  name: 'tenants',
  summary: 'every search engine in small galleries beside a large one, on both databases',
  options: { rows: 200_000, database: '' },
  async run({ options: { rows, database } }) {
    const folder = await mkdtemp(join(tmpdir(), 'mien-tenants-'))
    const brought = await bringPostgres(database === '' ? undefined : database)
    const own = 'url' in brought ? await createOwnPostgres(brought.url) : undefined
    if ('missing' in brought) console.log(`PostgreSQL not measured: ${brought.missing}`)
    const pglite = { name: 'PGlite', database: await openSearchPglite(join(folder, 'db')), url: null }
    const databases: TenantDatabase[] = [pglite]
    if (own !== undefined)
      databases.push({ name: 'PostgreSQL', database: await openSearchPostgres(own.url), url: own.url })
    try {
      const fitting = sizes.filter((size) => size <= rows / 2)
      const total = databases.length * (rows + fitting.reduce((sum, size) => sum + size, 0))
      const onProgress = progress('template', total)
      const tenants = await searchTenants(databases, { sizes: fitting, neighbourRows: rows, onProgress })
      const lines = tenants.flatMap((tenant) => tenant.figures.map((each) => ({ rows: tenant.rows, ...each })))
      return lines
        .map(({ rows: size, engine, recall, searches, p50Ms }) =>
          say(
            'TPL-09',
            `${size} beside ${rows}, ${engine.name}: recall@1 of enrolled people ${shareOf(recall!.matedPerson)}, of strangers ${shareOf(recall!.strangerPerson)}, ${searches} searches, median ${p50Ms.toFixed(1)} ms`,
            isHeld(engine.name, recall!),
          ),
        )
        .every(Boolean)
    } finally {
      for (const each of databases) await each.database.close()
      await own?.drop()
      await brought.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
})
