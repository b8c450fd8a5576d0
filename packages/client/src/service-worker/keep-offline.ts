import type { OfflineNews } from '../offline/offline-news.ts'
import { placeOfTag } from '../offline/sync-tag.ts'
import { createKeptFiles, type KeptFiles } from './kept-files.ts'
import { createBackgroundSync } from './sync-in-background.ts'
import { type ListedFile, type WidgetExtra, widgetFiles } from './widget-files.ts'
import type { WorkerScope } from './worker-scope.ts'

export interface KeepOfflineOptions {
  /** Folder with the built widget, from which the page loads it too: a copy on the site, or the server's address. */
  readonly widget: string
  /** What else the page needs: the site's own pages, scripts and styles, each with its integrity (`sha384-…`), as its build listed them. */
  readonly files?: Readonly<Record<string, string>>
  /** What of the widget's only some pages use. Default: none of it. */
  readonly extras?: readonly WidgetExtra[]
  /** Hears what came of syncing while the service worker did it, and is waited for. Pages that are open hear it too. */
  readonly onNews?: (news: OfflineNews) => void | Promise<void>
}

/** A page that has nothing under way posts it to the waiting worker, and loads itself again when that has taken over. */
const updateNow = 'mien-update-now'

/** @param listed what the build of this script found beside it */
export function keepOffline(scope: WorkerScope, listed: readonly ListedFile[], options: KeepOfflineOptions): void {
  keepFiles(scope, filesOf(scope, listed, options))
  const sync = createBackgroundSync(options.onNews)
  scope.addEventListener('sync', (event) => {
    const place = placeOfTag(event.tag)
    if (place !== undefined) event.waitUntil(sync(place))
  })
}

function keepFiles(scope: WorkerScope, kept: KeptFiles): void {
  scope.addEventListener('install', (event) => event.waitUntil(kept.install()))
  // Pages that were there before the first service worker are served by it from now on. Later ones wait until no page is open.
  scope.addEventListener('activate', (event) => event.waitUntil(kept.removeOthers().then(() => scope.clients.claim())))
  scope.addEventListener('message', (event) => {
    if (event.data === updateNow) event.waitUntil(scope.skipWaiting())
  })
  scope.addEventListener('fetch', (event) => {
    const answer = kept.answer(event.request)
    if (answer !== undefined) event.respondWith(answer)
  })
}

function filesOf(
  { location, registration, caches, fetch }: WorkerScope,
  listed: readonly ListedFile[],
  { widget, files = {}, extras = [] }: KeepOfflineOptions,
): KeptFiles {
  const folder = new URL(widget.replace(/\/*$/, '/'), location.href).href
  const own = Object.entries(files).map(([url, integrity]) => ({ url: new URL(url, location.href).href, integrity }))
  const canSuspend = 'Suspending' in WebAssembly
  return createKeptFiles({
    files: [...own, ...widgetFiles(listed, { folder, extras, canSuspend })],
    scope: registration.scope,
    caches,
    fetch: (...request) => fetch(...request),
  })
}
