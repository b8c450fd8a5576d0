/**
 * Calls back once `host` is no longer in the page: a page that swaps its content throws it away without a word. What only
 * moves is in the page again by the time an observer is called.
 *
 * @returns what ends the watch
 */
export function onRemoval(host: Element, removed: () => void): () => void {
  const observer = new MutationObserver(() => {
    if (host.isConnected) return
    observer.disconnect()
    removed()
  })
  observer.observe(document, { childList: true, subtree: true })
  return () => observer.disconnect()
}
