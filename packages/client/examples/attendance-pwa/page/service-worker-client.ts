/** Milliseconds: a kiosk is not loaded anew for weeks. */
const lookEveryMs = 3_600_000
const idleEveryMs = 1_000

/** Has the service worker keep this page, and takes a new version over while nobody is at the desk. */
export async function keepPage(isIdle: () => boolean): Promise<void> {
  const workers = navigator.serviceWorker
  let isKept = workers.controller !== null
  workers.addEventListener('controllerchange', () => {
    // The first one has the files that this page came with. Another tab may have let a later one take over.
    if (isKept) reloadOnce(isIdle)
    isKept = true
  })
  const registration = await workers.register('/service-worker.js')
  setInterval(() => {
    if (!isIdle()) return
    registration.waiting?.postMessage('mien-update-now')
    // Fails without a network, and is tried again.
    registration.update().catch(() => undefined)
  }, lookEveryMs)
}

function reloadOnce(isIdle: () => boolean): void {
  if (isIdle()) location.reload()
  else setTimeout(reloadOnce, idleEveryMs, isIdle)
}
