import type { OfflineWords } from '../i18n/offline-words.ts'
import type { OfflineNews, SettledEvent } from '../offline/offline-news.ts'

/** How many events of a device wait to be told now, and what was said of them before. */
export interface Standing {
  readonly waiting: number
  readonly text: string
}

/** What is said after the news. Where nothing waits, a device that looks what changed at the server says nothing of it. */
export function textAfter({ waiting, text }: Standing, news: OfflineNews, words: OfflineWords, locale: string): string {
  const waitingText = waiting === 0 ? '' : `${words.waiting}: ${new Intl.NumberFormat(locale).format(waiting)}`
  switch (news.name) {
    case 'waiting':
      return waitingText || text
    case 'offline':
      return waitingText || words.offline
    case 'syncing':
      return waiting === 0 ? text : words.syncing
    case 'failed':
      return waitingText
    case 'synced':
      return words.synced
    case 'refused':
      return isLookedAt(news.events) ? words.review : words.refused
    case 'revoked':
      return words.revoked
    case 'locked':
    case 'unlocked':
      return text
  }
}

/** Somebody looks at each of them first. */
const isLookedAt = (events: readonly SettledEvent[]): boolean =>
  events.every(({ answer }) => (answer.status === 'duplicate' ? answer.outcome : answer).status === 'quarantined')
