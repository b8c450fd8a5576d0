import { join } from 'node:path'
import { cacheFolder } from '../rig/cache.ts'
import { startPostgres } from '../rig/postgres-process.ts'

/** @param postgres the URL of one that is there, or `own`: one is started for this drill alone, which needs root on Debian */
export async function withPostgres<T>(postgres: string, name: string, work: (url: string) => Promise<T>): Promise<T> {
  if (postgres !== 'own') return work(postgres)
  const own = await startPostgres(join(cacheFolder, `postgres-${name}`), false)
  try {
    return await work(own.url)
  } finally {
    await own.stop()
  }
}
