import { execFile } from 'node:child_process'
import { join } from 'node:path'

export interface MienOutput {
  readonly code: number
  /** Both of its outputs. */
  readonly text: string
}

const repository = join(import.meta.dirname, '..', '..')
const command = join(repository, 'packages', 'server', 'src', 'cli', 'main.ts')

/** The `mien` command as a process of its own. @param environment beside that of the tests; `DATABASE_URL` empty: none */
export const runMien = (environment: Readonly<Record<string, string>>, ...words: string[]): Promise<MienOutput> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', command, ...words],
      { cwd: repository, env: { ...process.env, DATABASE_URL: '', ...environment } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : (child.exitCode ?? 1), text: stdout + stderr }),
    )
  })
