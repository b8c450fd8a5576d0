import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import type { Database } from '../domain/ports.ts'
import type { DatabaseOptions } from './database.ts'
import { openPostgres } from './postgres.ts'

/** A database of its own on the same server, for tests of what looks at all applications; dropped when it is closed. */
export async function openOwnPostgres(url: string, options: DatabaseOptions): Promise<Database> {
  const name = `mien_${randomUUID().replaceAll('-', '')}`
  const client = postgres(url, { max: 1, onnotice: () => {} })
  await client.unsafe(`create database ${name}`)
  const own = new URL(url)
  own.pathname = name
  const database = await openPostgres(own.href, options)
  return {
    ...database,
    async close() {
      await database.close()
      await client.unsafe(`drop database ${name} with (force)`)
      await client.end()
    },
  }
}
