import { MienError } from '@mien/shared/errors'
import { send } from '../http/api-client.ts'
import type { OfflineNews } from '../offline/offline-news.ts'
import type { OfflinePlace } from '../offline/offline-place.ts'
import { openCore } from '../offline/open-core.ts'
import { relayNews } from '../offline/relay-news.ts'

type OnNews = ((news: OfflineNews) => void | Promise<void>) | undefined

/**
 * Meets the server while no page does (OF18): the same round under the same lock.
 *
 * @returns rejects with MienError where the server could not be reached or did not do its part, or a page is at it, which may be closed before
 *   it is done: so the browser tries again
 */
export function createBackgroundSync(onNews: OnNews): (place: OfflinePlace) => Promise<void> {
  const opened = new Map<string, ReturnType<typeof open>>()
  return async (place) => {
    const name = JSON.stringify(place)
    const core = opened.get(name) ?? open(place)
    opened.set(name, core)
    core.catch(() => opened.delete(name))
    const heard: unknown[] = []
    const { subscribe, attempt } = await core
    const end = subscribe((news) => heard.push(onNews?.(news)))
    const outcome = await attempt()
    end()
    await Promise.all(heard)
    if (outcome instanceof MienError) throw outcome
    if (outcome === 'busy') throw new MienError('SESSION_IN_PROGRESS')
  }
}

async function open(place: OfflinePlace) {
  const { core } = await openCore({ ...place, send, signal: new AbortController().signal })
  relayNews(place, core)
  return core
}
