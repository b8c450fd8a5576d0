import { chooseLanguage, type Language, wantedLocales } from '../i18n/choose-language.ts'
import type { loadOfflineWords } from '../i18n/load-offline-words.ts'
import type { OfflineWords } from '../i18n/offline-words.ts'
import type { OfflineNews } from '../offline/offline-news.ts'
import { nextStanding, nothingYet } from './standing.ts'

export interface SyncLineOptions {
  /** BCP 47 tag, or `auto` for the languages of the browser. */
  readonly locale: string
  readonly loadWords: typeof loadOfflineWords
  readonly show: (text: string, language: Language) => void
}

/** Says how one device stands, as the news come, in their order: all wait for the same words, which are fetched with the first. */
export function createSyncLine({ locale, loadWords, show }: SyncLineOptions): (news: OfflineNews) => Promise<void> {
  let loading: Promise<OfflineWords> | undefined
  let standing = nothingYet
  return async (news) => {
    loading ??= loadWords(locale)
    const words = await loading
    const language = chooseLanguage(wantedLocales(locale, navigator.languages))
    standing = nextStanding(standing, news, words, language)
    show(standing.text, language)
  }
}
