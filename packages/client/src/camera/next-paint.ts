/** When the screen is drawn next: what was changed before is on it then. A hidden page draws nothing. */
export function nextPaint(signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const cancel = () => {
      cancelAnimationFrame(handle)
      reject(signal.reason)
    }
    const handle = requestAnimationFrame((atMs) => {
      signal.removeEventListener('abort', cancel)
      resolve(atMs)
    })
    signal.addEventListener('abort', cancel, { once: true })
  })
}
