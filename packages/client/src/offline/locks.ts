import type { RunAlone } from './state-keeper.ts'

/** What ran last under each name in this page, as long as it runs. */
const running = new Map<string, Promise<unknown>>()

/**
 * One after the other.
 *
 * @param isShared whether other tabs of this origin have what is guarded. Otherwise the browser's locks, which it refuses where it
 *   refuses its storage, are not asked for
 */
export function runAloneUnder(name: string, isShared: boolean): RunAlone {
  const locks = locksOf(isShared)
  return (work) => (locks === undefined ? runInTurn(name, work) : locks.request(name, async () => work()))
}

/**
 * What only one tab does.
 *
 * @param isShared as above
 * @returns undefined where another one is at it
 */
export async function runUnlessRunning<T>(
  name: string,
  isShared: boolean,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const locks = locksOf(isShared)
  if (locks !== undefined)
    return locks.request(name, { ifAvailable: true }, async (lock) => (lock === null ? undefined : work()))
  return running.has(name) ? undefined : runInTurn(name, work)
}

/** Undefined: the browser has none, or they are of no use. */
const locksOf = (isShared: boolean): LockManager | undefined =>
  isShared ? (navigator as { readonly locks?: LockManager }).locks : undefined

function runInTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const next = (running.get(name) ?? Promise.resolve()).then(work, work)
  running.set(name, next)
  const end = () => {
    if (running.get(name) === next) running.delete(name)
  }
  next.then(end, end)
  return next
}
