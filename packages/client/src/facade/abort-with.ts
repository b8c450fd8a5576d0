/** A controller of one's own that also aborts when the page's signal does. */
export function abortWith(outer: AbortSignal | undefined): AbortController {
  const own = new AbortController()
  const abort = () => own.abort(outer?.reason)
  if (outer?.aborted) abort()
  else outer?.addEventListener('abort', abort, { once: true })
  return own
}
