/** Milliseconds: a kiosk is not loaded anew for weeks. */
const lookEveryMs = 3_600_000

/** Has the service worker keep this page, and takes a new version over while nobody is at the desk. */
export async function keepPage(isIdle: () => boolean): Promise<void> {
  const workers = navigator.serviceWorker
  const wasKept = workers.controller !== null
  workers.addEventListener('controllerchange', () => {
    if (wasKept) location.reload()
  })
  const registration = await workers.register('/service-worker.js')
  setInterval(() => {
    if (!isIdle()) return
    registration.waiting?.postMessage('mien-update-now')
    // Fails without a network, and is tried again.
    registration.update().catch(() => undefined)
  }, lookEveryMs)
}
