import { randomUUID } from 'node:crypto'
import postgres from 'postgres'

export interface OwnPostgres {
  readonly url: string
  /** With whoever is still connected. */
  drop(): Promise<void>
}

/** An empty database of its own on the server of this URL. */
export async function createOwnPostgres(serverUrl: string): Promise<OwnPostgres> {
  const name = `mien_${randomUUID().replaceAll('-', '')}`
  await runOnce(serverUrl, `create database ${name}`)
  const own = new URL(serverUrl)
  own.pathname = name
  return { url: own.href, drop: () => runOnce(serverUrl, `drop database ${name} with (force)`) }
}

async function runOnce(url: string, statement: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await client.unsafe(statement)
  } finally {
    await client.end()
  }
}
