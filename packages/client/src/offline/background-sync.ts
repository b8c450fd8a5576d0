import type { OfflineNews } from './offline-news.ts'
import type { OfflinePlace } from './offline-place.ts'
import { tagOfPlace } from './sync-tag.ts'

/** https://wicg.github.io/background-sync/spec/: not in every browser. */
interface SyncRegistration extends ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> }
}

/**
 * Asks the browser to wake the page's service worker once the network is there, also when no page is open any more. Where it does not
 * offer that, or the person has forbidden it, the page syncs by itself as long as it is open.
 */
export async function askForBackgroundSync(place: OfflinePlace): Promise<void> {
  try {
    const workers = (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker
    const registration: SyncRegistration | undefined = await workers?.getRegistration()
    await registration?.sync?.register(tagOfPlace(place))
  } catch {
    // Forbidden by the person, or with the storage of a page that may keep nothing.
  }
}

/** A browser tries a few times, and gives up until it is asked again. */
const whenToAsk: readonly OfflineNews['name'][] = ['waiting', 'offline', 'failed']

/** @returns hears the news, and asks as long as something waits to be told; never rejects */
export const askWhileWaiting =
  (place: OfflinePlace, countWaiting: () => Promise<number>) =>
  async ({ name }: OfflineNews): Promise<void> => {
    if (!whenToAsk.includes(name)) return
    const count = await countWaiting().catch(() => 0)
    if (count > 0) await askForBackgroundSync(place)
  }
