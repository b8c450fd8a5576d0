import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { MienError } from '@mien/shared/errors'

/** Paths that this process holds: its own pid in a file says nothing about which part of it wrote it. */
const held = new Set<string>()

export interface LockFile {
  release(): void
}

/**
 * Takes a lock file for this process. The file names the process by pid, boot and start time, so that a lock left by
 * `kill -9`, a reboot or a container with the same pid is recognised as stale and taken over.
 *
 * @throws MienError DATABASE_LOCKED when the process that the file names is running
 */
export function takeLockFile(path: string): LockFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(path)) {
      held.add(path)
      return {
        release() {
          held.delete(path)
          rmSync(path, { force: true })
        },
      }
    }
    removeIfStale(path)
  }
  throw locked(path)
}

const locked = (path: string) => new MienError('DATABASE_LOCKED', { details: { file: path } })

/** Linked into place when it is whole: another process must never read a lock that does not name its owner yet. */
function create(path: string): boolean {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, identityOf(process.pid), { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function removeIfStale(path: string): void {
  const owner = readOrNothing(path)
  if (owner === undefined) return
  if (held.has(path) || isRunning(owner)) throw locked(path)
  // Two processes may both have found it stale. Moving is atomic, and what was moved tells whether it was still the stale one.
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const moved = readOrNothing(aside)
  if (moved !== undefined && moved !== owner) linkSync(aside, path)
  rmSync(aside, { force: true })
}

const readOrNothing = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Pid, boot id and start time in clock ticks since boot; the latter two are empty where there is no /proc. */
function identityOf(pid: number): string {
  const bootId = readOrNothing('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
  // The command name, second field, may hold spaces and brackets: count from behind the last bracket. Field 22 is the start time.
  const startTime = readOrNothing(`/proc/${pid}/stat`)?.split(')').at(-1)?.split(' ')[20] ?? ''
  return `${pid} ${bootId} ${startTime}\n`
}

function isRunning(identity: string): boolean {
  const pid = Number.parseInt(identity, 10)
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // Someone else's process exists too.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return identityOf(pid) === identity && (pid !== process.pid || held.size > 0)
}
