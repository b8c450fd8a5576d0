import type { RunAlone } from './state-keeper.ts'

/** One after the other, over all tabs of this origin; where the browser has no locks, in this page. */
export function runAloneUnder(name: string): RunAlone {
  const locks = locksOf()
  if (locks !== undefined) return async (work) => locks.request(name, work)
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next
    return next
  }
}

/**
 * What only one tab does.
 *
 * @returns undefined where another one is at it
 */
export function runUnlessRunning<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  const locks = locksOf()
  if (locks === undefined) return work()
  return locks.request(name, { ifAvailable: true }, async (lock) => (lock === null ? undefined : work()))
}

const locksOf = (): LockManager | undefined => (navigator as { readonly locks?: LockManager }).locks
