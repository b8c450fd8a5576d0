import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type * as schema from './schema.ts'

/** A database or one of its transactions, whichever driver is below. */
export type Executor = PgDatabase<PgQueryResultHKT, typeof schema>
