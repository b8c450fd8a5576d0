import { createPoolConnection, type PoolConnection } from './pool-connection.ts'

export interface ListenerOptions {
  /** Each payload, in the order of the commits. */
  readonly onNotice: (payload: string) => void
  /** It listens, from now on or again: whatever was said before was missed. */
  readonly onListening: () => void
  /** Milliseconds between two signs of life: a connection of which the other end is gone says nothing by itself. */
  readonly beatMs?: number
  /** Milliseconds before the first new try, doubled with each. */
  readonly retryMs?: number
}

export interface Listener {
  stop(): Promise<void>
}

const defaultBeatMs = 10_000
const defaultRetryMs = 100
const longestRetryMs = 10_000

const limits = { connectMs: 5000, statementMs: 5000, answerMs: 5000, idleInTransactionMs: 10_000 } as const

/** Listens to one channel over a connection of its own, and connects again, sooner or later, whenever that is lost. */
export function listenTo(url: string, channel: string, options: ListenerOptions): Listener {
  const { onNotice, onListening, beatMs = defaultBeatMs, retryMs = defaultRetryMs } = options
  let isStopped = false
  let isListening = false
  let wake = () => {}
  let connection: PoolConnection | undefined

  /** Until then, or until the connection is lost, or there is nothing more to do. */
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = (text: string) => connection!.run({ text, parameters: [], asArrays: false })

  const listen = async (): Promise<void> => {
    connection = createPoolConnection(url, {
      ...limits,
      onNotice: (_, payload) => onNotice(payload),
      // The socket of one that was refused closes after the pause before the next try has begun, which is not its to end.
      onClosed: () => {
        if (isListening) wake()
      },
    })
    try {
      await run(`listen ${channel}`)
      isListening = true
      failures = 0
      onListening()
      while (!isStopped && !connection.isBroken) {
        await pause(beatMs)
        if (!isStopped) await run('select 1')
      }
    } finally {
      isListening = false
      connection.destroy()
    }
  }

  let failures = 0
  const following = (async () => {
    while (!isStopped) {
      // What went wrong is told by those who ask the database for something.
      await listen().catch(() => {})
      if (!isStopped) await pause(Math.min(longestRetryMs, retryMs * 2 ** failures++))
    }
  })()

  return {
    async stop() {
      isStopped = true
      connection?.destroy()
      wake()
      await following
    },
  }
}
