/**
 * For the service worker of a site, so that its pages and the widget open without a network, and what waits is told when no page is open:
 *
 * ```js
 * importScripts('https://face.example/service-worker.js') // or import { keepOffline } from '@mien/client/service-worker'
 * mien.keepOffline({ widget: 'https://face.example/', files: { '/': 'sha384-…', '/app.js': 'sha384-…' } })
 * ```
 */
import { type KeepOfflineOptions, keepOffline as keepIn } from './keep-offline.ts'
import type { ListedFile } from './widget-files.ts'
import type { WorkerScope } from './worker-scope.ts'

export type { OfflineNews, SettledEvent } from '../offline/offline-news.ts'
export type { KeepOfflineOptions } from './keep-offline.ts'
export type { WidgetExtra } from './widget-files.ts'

/** Put here by the build: the script changes with each file, which is how a browser hears of a new version. */
declare const MIEN_WIDGET_FILES: readonly ListedFile[]

/**
 * Keeps these files and the widget's: all of them or none, one version at a time, and nothing else. To be called while the service
 * worker's script runs for the first time.
 */
export function keepOffline(options: KeepOfflineOptions): void {
  keepIn(globalThis as unknown as WorkerScope, MIEN_WIDGET_FILES, options)
}
