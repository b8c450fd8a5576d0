/**
 * Starts the worker, also for a page of another origin. A worker's script has to be of the page's origin, but what that
 * script imports need not be: a blob of one line imports the real module. The page's policy has to allow `worker-src blob:`
 * then, and the server has to allow the import (CORS).
 *
 * @param assetBase folder of the widget's files, when they are not beside this module
 */
export async function startWorker(assetBase?: string): Promise<Worker> {
  const url = await workerUrl(assetBase)
  if (new URL(url).origin === location.origin) return new Worker(url, { type: 'module', name: 'mien-vision' })
  const blob = new Blob([`import ${JSON.stringify(url)}`], { type: 'text/javascript' })
  const blobUrl = URL.createObjectURL(blob)
  try {
    return new Worker(blobUrl, { type: 'module', name: 'mien-vision' })
  } finally {
    // The fetch of the script has begun by now: it works on the blob, not on its address.
    URL.revokeObjectURL(blobUrl)
  }
}

/** Imported only here, when a worker starts: a server that imports the package never resolves it. */
async function workerUrl(assetBase: string | undefined): Promise<string> {
  const { default: built } = await import('./vision-worker.ts?worker&url')
  const url = new URL(built, import.meta.url)
  if (assetBase === undefined) return url.href
  const fileName = url.pathname.slice(url.pathname.lastIndexOf('/') + 1)
  return new URL(`assets/${fileName}`, new URL(assetBase.endsWith('/') ? assetBase : `${assetBase}/`, location.href))
    .href
}
