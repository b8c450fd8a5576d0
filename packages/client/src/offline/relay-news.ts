import type { OfflineCore } from './offline-core.ts'
import type { OfflineNews } from './offline-news.ts'
import { nameOfPlace, type OfflinePlace } from './offline-place.ts'

/** What only one tab, or the service worker, hears from the server, and all of them show. */
const ofServer: readonly OfflineNews['name'][] = ['synced', 'refused', 'revoked']

/** Tells the other tabs and the service worker what came of syncing here, and tells here what came of it there. @returns ends it */
export function relayNews(
  place: OfflinePlace,
  { tell, subscribe }: Pick<OfflineCore, 'tell' | 'subscribe'>,
): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined
  const channel = new BroadcastChannel(`${nameOfPlace(place)} news`)
  const heard = new WeakSet<OfflineNews>()
  channel.onmessage = ({ data }: MessageEvent<OfflineNews>) => {
    heard.add(data)
    tell(data)
  }
  const end = subscribe((news) => {
    if (ofServer.includes(news.name) && !heard.has(news)) channel.postMessage(news)
  })
  return () => {
    end()
    channel.close()
  }
}
