import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import postgres from 'postgres'

/** Whoever has the database and no key: SQL past the stores. The embedded database's server must be stopped meanwhile. */
export async function runSql(
  at: { readonly dataDir: string } | { readonly url: string },
  statement: string,
): Promise<readonly Record<string, unknown>[]> {
  if ('dataDir' in at) {
    const client = await PGlite.create({ dataDir: join(at.dataDir, 'db'), extensions: { vector } })
    try {
      return ((await client.exec(statement)).at(-1)?.rows ?? []) as Record<string, unknown>[]
    } finally {
      await client.close()
    }
  }
  const client = postgres(at.url, { max: 1, onnotice: () => {} })
  try {
    return await client.unsafe(statement)
  } finally {
    await client.end()
  }
}
