export interface ReadinessOptions {
  /** False while the server is stopping. */
  readonly isAccepting: () => boolean
  /** Rejects when the server cannot do its work. */
  readonly check: () => Promise<void>
  /** Milliseconds after which no answer is one. */
  readonly maxMs?: number
}

/**
 * Whether to send requests here, for who stands in front. Those who ask at once share one look, so that asking costs little however often
 * it is done.
 */
export function createReadiness({ isAccepting, check, maxMs = 1000 }: ReadinessOptions): () => Promise<boolean> {
  let looking: Promise<boolean> | undefined

  const look = async (): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), maxMs)
    })
    const works = check().then(
      () => true,
      () => false,
    )
    return Promise.race([works, late]).finally(() => clearTimeout(timer))
  }

  return async () => {
    if (!isAccepting()) return false
    looking ??= look().finally(() => {
      looking = undefined
    })
    return (await looking) && isAccepting()
  }
}
