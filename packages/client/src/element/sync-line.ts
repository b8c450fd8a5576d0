import { chooseLanguage, type Language, wantedLocales } from '../i18n/choose-language.ts'
import type { loadOfflineWords } from '../i18n/load-offline-words.ts'
import type { OfflineWords } from '../i18n/offline-words.ts'
import type { OfflineNews } from '../offline/offline-news.ts'
import { type Standing, textAfter } from './standing.ts'

export interface SyncLineOptions {
  /** BCP 47 tag, or `auto` for the languages of the browser. */
  readonly locale: string
  readonly loadWords: typeof loadOfflineWords
  /** How many events wait now, whichever tab they come from and whoever tells them. Undefined, or a rejection: it cannot be said. */
  readonly countWaiting: () => Promise<number | undefined>
  readonly show: (text: string, language: Language) => void
}

/** Says how one device stands, as the news come, in their order: all wait for the same words, which are fetched with the first. */
export function createSyncLine({
  locale,
  loadWords,
  countWaiting,
  show,
}: SyncLineOptions): (news: OfflineNews) => Promise<void> {
  let loading: Promise<OfflineWords> | undefined
  let standing: Standing = { waiting: 0, text: '' }
  let last = Promise.resolve()
  const say = async (news: OfflineNews): Promise<void> => {
    const words = await loading!
    const counted = await countWaiting().catch(() => undefined)
    const waiting = counted ?? (news.name === 'waiting' ? news.count : standing.waiting)
    const language = chooseLanguage(wantedLocales(locale, navigator.languages))
    standing = { waiting, text: textAfter({ ...standing, waiting }, news, words, language) }
    show(standing.text, language)
  }
  return (news) => {
    loading ??= loadWords(locale)
    last = last.then(
      () => say(news),
      () => say(news),
    )
    return last
  }
}
