import { trustedWorkerAddress } from './trusted-worker-address.ts'

/**
 * Starts the worker, also for a page of another origin. A worker's script has to be of the page's origin, but what that
 * script imports need not be: a blob imports the real module. The page's policy has to allow `worker-src blob:` then,
 * and the server has to allow the import (CORS).
 *
 * @param assetBase folder with the built widget, when its files are not beside this module
 */
export async function startWorker(assetBase?: string): Promise<Worker> {
  const url = await workerUrl(assetBase)
  if (new URL(url).origin === location.origin) return start(url)
  const blobUrl = URL.createObjectURL(new Blob([bootstrap(url)], { type: 'text/javascript' }))
  const worker = start(blobUrl)
  // The script is fetched some time after the constructor has returned; the first message says that it was.
  worker.addEventListener('message', () => URL.revokeObjectURL(blobUrl), { once: true })
  return worker
}

/** What the page's policy has passed is an object, which the browser takes for an address. */
const start = (url: string) => new Worker(trustedWorkerAddress(url) as string, { type: 'module', name: 'mien-vision' })

/**
 * The import is dynamic because a static one counts as part of the worker, which `worker-src` would have to allow with the
 * server's whole address; a dynamic one is under `script-src`, which names the server anyway. What arrives before the
 * module is there waits for it.
 */
const bootstrap = (url: string): string => `
const early = []
const keep = (event) => early.push(event.data)
addEventListener('message', keep)
import(${JSON.stringify(url)}).then(() => {
  removeEventListener('message', keep)
  for (const data of early) dispatchEvent(new MessageEvent('message', { data }))
}, reportError)
`

/** The build gives the worker's entry this name, at the root of its folder (see vite.config.ts). */
const workerFile = 'vision-worker.js'

/** The built address is imported only here, when a worker starts: a server that imports the package never resolves it. */
async function workerUrl(assetBase: string | undefined): Promise<string> {
  if (assetBase !== undefined) {
    const folder = assetBase.endsWith('/') ? assetBase : `${assetBase}/`
    return new URL(workerFile, new URL(folder, location.href)).href
  }
  const { default: built } = await import('./vision-worker.ts?worker&url')
  return new URL(built, import.meta.url).href
}
