/** What ends one call. */
export interface CallAbort {
  readonly signal: AbortSignal
  abort(): void
  /** The call is over: the page's own signal, which may live on for many, no longer knows of it. */
  forget(): void
}

/** The call's own way to end, which the page's signal ends too. */
export function abortWith(outer: AbortSignal | undefined): CallAbort {
  const own = new AbortController()
  const abort = () => own.abort(outer?.reason)
  if (outer?.aborted) abort()
  else outer?.addEventListener('abort', abort, { once: true })
  return { signal: own.signal, abort: () => own.abort(), forget: () => outer?.removeEventListener('abort', abort) }
}
