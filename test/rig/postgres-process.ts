import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = join(import.meta.dirname, 'postgres.sh')

/** A PostgreSQL of its own, which may be killed. Needs root on Debian, as its script does. */
export interface PostgresProcess {
  /** Of an empty database. */
  readonly url: string
  /** SIGKILL of all its processes. */
  kill(): Promise<void>
  /** On its data and port, after `kill`. */
  resume(): Promise<void>
  stop(): Promise<void>
}

/** @param folder what was in it before is gone. @param isDurable whether a commit is on the disk before it is acknowledged */
export async function startPostgres(folder: string, isDurable: boolean): Promise<PostgresProcess> {
  const { stdout } = await run(script, ['start', folder, ...(isDurable ? ['--durable'] : [])])
  const tell = (action: string) => async () => {
    await run(script, [action, folder])
  }
  return {
    url: stdout.trim().split('\n').at(-1) ?? '',
    kill: tell('kill'),
    resume: tell('resume'),
    stop: tell('stop'),
  }
}
