import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AdminClient, SendRequest } from './admin-client.ts'
import { createAdminClient } from './admin-client.ts'
import { fetchPinned } from './pinned-fetch.ts'

/** What a running server says of itself. */
export interface ServerAddress {
  readonly url: string
  readonly pid: number
  /** What it shows to prove that it is the server, PEM; null without TLS. */
  readonly certificate: string | null
}

/** Where it says so; written at start, removed at a clean stop. */
export const addressFile = (dataDir: string): string => join(dataDir, 'server.json')

/** A server opened inside this process, without a port. */
export interface OpenedServer {
  readonly send: SendRequest
  readonly adminToken: string
  close(): Promise<void>
}

export interface ConnectOptions {
  readonly dataDir: string
  /** The token from the environment, or from the file in the data folder; null when there is none yet. */
  readonly readAdminToken: () => Promise<string | null>
  /** Opens the database itself; rejects with DATABASE_LOCKED when a server that does not answer holds it. */
  readonly openServer: () => Promise<OpenedServer>
}

/**
 * Runs `work` against the server that uses this data folder. A running one is asked over HTTP, because the embedded database
 * belongs to one process; otherwise the database is opened here and closed again.
 */
export async function withAdmin<T>(options: ConnectOptions, work: (admin: AdminClient) => Promise<T>): Promise<T> {
  const address = await runningServer(options.dataDir)
  const token = address === null ? null : await options.readAdminToken()
  if (address !== null && token !== null) {
    return work(createAdminClient(sendTo(address), token))
  }
  const server = await options.openServer()
  try {
    return await work(createAdminClient(server.send, server.adminToken))
  } finally {
    await server.close()
  }
}

/** Long, because a busy server is slow and an absent one refuses at once. */
const probeTimeoutMs = 10_000

/** The address in the file may be left over from a killed server, so it counts only when something answers there. */
async function runningServer(dataDir: string): Promise<ServerAddress | null> {
  try {
    const address: ServerAddress = JSON.parse(await readFile(addressFile(dataDir), 'utf8'))
    const answer = await sendTo(address)('/healthz', { signal: AbortSignal.timeout(probeTimeoutMs) })
    return answer.ok ? address : null
  } catch {
    // No file, no server, or something else at that port: all mean that nobody holds the database.
    return null
  }
}

const sendTo =
  ({ url, certificate }: ServerAddress): SendRequest =>
  (path, init) =>
    certificate === null ? fetch(new URL(path, url), init) : fetchPinned(new URL(path, url), init, certificate)
