import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = join(import.meta.dirname, '..', 'rig', 'postgres.sh')

/** A server, or why there is none. */
export type BroughtPostgres = ({ readonly url: string } | { readonly missing: string }) & { stop(): Promise<void> }

/** The PostgreSQL server of this URL, none where it says `none`, or of TEST_DATABASE_URL; else one of the project's script, in a folder of its own until it is stopped. */
export async function bringPostgres(given = process.env.TEST_DATABASE_URL): Promise<BroughtPostgres> {
  if (given === 'none') return { missing: 'no database was wanted', stop: async () => {} }
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'mien-bench-postgres-'))
  const clean = () => rm(folder, { recursive: true, force: true })
  try {
    process.stderr.write('bringing PostgreSQL up\n')
    const { stdout } = await run('bash', [script, 'start', folder])
    const stop = async () => {
      await run('bash', [script, 'stop', folder])
      await clean()
    }
    return { url: stdout.trim().split('\n').at(-1)!, stop }
  } catch (error) {
    await clean()
    const { stderr } = error as { stderr?: string }
    return { missing: stderr?.trim().split('\n').at(-1) ?? String(error), stop: async () => {} }
  }
}
