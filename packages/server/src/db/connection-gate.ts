import { MienError } from '@mien/shared/errors'

export interface GateOptions {
  /** Who may be inside at once. */
  readonly places: number
  /** Who may wait at once; whoever comes then is turned away at once. */
  readonly maxWaiting: number
  /** Milliseconds that anybody waits. */
  readonly waitMs: number
}

/** Places that are taken in the order of coming, with an end to the waiting. */
export interface Gate {
  /** @returns gives the place back; once. @throws MienError OVERLOADED when none came free in time, or too many wait already */
  enter(): Promise<() => void>
  readonly inside: number
  readonly waiting: number
}

interface Waiter {
  readonly admit: () => void
}

export function createGate({ places, maxWaiting, waitMs }: GateOptions): Gate {
  const waiters = new Set<Waiter>()
  let inside = 0

  const leave = () => {
    const [next] = waiters
    // The place goes on to the next one, without being free in between.
    if (next === undefined) inside--
    else next.admit()
  }
  const once = (): (() => void) => {
    let hasLeft = false
    return () => {
      if (hasLeft) return
      hasLeft = true
      leave()
    }
  }

  const wait = (): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const waiter: Waiter = {
        admit() {
          clearTimeout(timer)
          waiters.delete(waiter)
          resolve(once())
        },
      }
      const timer = setTimeout(() => {
        waiters.delete(waiter)
        reject(overloaded(`No connection to the database came free within ${waitMs} ms`))
      }, waitMs)
      waiters.add(waiter)
    })

  return {
    async enter() {
      if (inside < places) {
        inside++
        return once()
      }
      if (waiters.size >= maxWaiting) throw overloaded('Too many requests wait for a connection to the database')
      return wait()
    },
    get inside() {
      return inside
    },
    get waiting() {
      return waiters.size
    },
  }
}

const overloaded = (message: string): MienError => new MienError('OVERLOADED', { message, details: { retry_after: 1 } })
