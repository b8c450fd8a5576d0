import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const repository = join(import.meta.dirname, '..', '..')
const output = join(repository, 'packages', 'client', 'dist', 'web', 'fio.js')
const sources = [
  'packages/client/src',
  'packages/client/demo',
  'packages/shared/src',
  'vite.config.ts',
  'package-lock.json',
]

/** Builds the widget and the demo unless what is there is newer than every source. */
export async function buildClient(): Promise<void> {
  const builtAt = await changedAt(output)
  const newest = Math.max(...(await Promise.all(sources.map((path) => newestIn(join(repository, path))))))
  if (builtAt > newest) return
  // The test runner sets NODE_ENV, and the build should be the one that people get.
  const { NODE_ENV: _, ...env } = process.env
  await promisify(execFile)('npx', ['--no', 'vite', 'build', '--logLevel', 'warn'], { cwd: repository, env })
}

/** Milliseconds since 1970; 0 for what is not there. */
const changedAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )

async function newestIn(path: string): Promise<number> {
  const names = await readdir(path, { recursive: true }).catch(() => [])
  return Math.max(await changedAt(path), ...(await Promise.all(names.map((name) => changedAt(join(path, name))))))
}
