import type { OfflineWords } from '../i18n/offline-words.ts'
import type { OfflineNews, SettledEvent } from '../offline/offline-news.ts'

/** How many events of a device wait to be told, and what is said of them. */
export interface Standing {
  readonly waiting: number
  readonly text: string
}

export const nothingYet: Standing = { waiting: 0, text: '' }

/** What is said after the news. Where nothing waits, a device that looks what changed at the server says nothing of it. */
export function nextStanding(
  { waiting, text }: Standing,
  news: OfflineNews,
  words: OfflineWords,
  locale: string,
): Standing {
  const waitingText = (count: number): string =>
    count === 0 ? '' : `${words.waiting}: ${new Intl.NumberFormat(locale).format(count)}`
  switch (news.name) {
    case 'waiting':
      return { waiting: news.count, text: waitingText(news.count) }
    case 'offline':
      return { waiting, text: waitingText(waiting) || words.offline }
    case 'syncing':
      return { waiting, text: waiting === 0 ? text : words.syncing }
    case 'failed':
      return { waiting, text: waitingText(waiting) }
    case 'synced':
      return { waiting: waiting - news.events.length, text: words.synced }
    case 'refused':
      return { waiting: waiting - news.events.length, text: isLookedAt(news.events) ? words.review : words.refused }
    case 'revoked':
      return { waiting, text: words.revoked }
    case 'locked':
    case 'unlocked':
      return { waiting, text }
  }
}

/** Somebody looks at each of them first. */
const isLookedAt = (events: readonly SettledEvent[]): boolean =>
  events.every(({ answer }) => (answer.status === 'duplicate' ? answer.outcome : answer).status === 'quarantined')
