import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Clock ticks in a second, of `/proc/PID/stat`: 100 on Linux. */
const ticks = 100

interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly seconds: number
}

/** Linux alone has these files; elsewhere there are none. */
function processes(): readonly ProcessRow[] {
  const names = (() => {
    try {
      return readdirSync('/proc')
    } catch {
      return []
    }
  })()
  return names.filter((name) => /^\d+$/.test(name)).flatMap(readRow)
}

function readRow(name: string): readonly ProcessRow[] {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'utf8')
    // The name of the program is in brackets and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const seconds = (Number(fields[11]) + Number(fields[12])) / ticks
    return [{ pid: Number(name), parent: Number(fields[1]), seconds }]
  } catch {
    return []
  }
}

/** Processor time of each child of this process so far, in the order of their ids, and of a database server on this machine. */
export interface ProcessTimes {
  readonly servers: number
  readonly database: number
  readonly own: number
}

/** @param postmaster 0: the database is on another machine */
export function processTimes(postmaster: number): ProcessTimes {
  const rows = processes()
  const sum = (chosen: readonly ProcessRow[]) => chosen.reduce((total, { seconds }) => total + seconds, 0)
  return {
    servers: sum(rows.filter(({ parent }) => parent === process.pid)),
    database: postmaster === 0 ? 0 : sum(rows.filter(({ pid, parent }) => pid === postmaster || parent === postmaster)),
    own: sum(rows.filter(({ pid }) => pid === process.pid)),
  }
}

/** Whose child a connection's process is, where it is on this machine. */
export function parentOf(pid: number): number {
  return processes().find((row) => row.pid === pid)?.parent ?? 0
}

/** Shares of all cores, 0..1, between two readings that are `seconds` apart. */
export function sharesBetween(before: ProcessTimes, after: ProcessTimes, seconds: number): ProcessTimes {
  const share = (of: keyof ProcessTimes) => (after[of] - before[of]) / seconds / availableParallelism()
  return { servers: share('servers'), database: share('database'), own: share('own') }
}
