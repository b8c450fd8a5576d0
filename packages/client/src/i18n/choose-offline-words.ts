import type { Language } from './choose-language.ts'
import type { Messages } from './messages.ts'
import type { OfflineWords } from './offline-words.ts'
import { latinOfflineWords } from './offline-words-latin.ts'
import { otherLatinOfflineWords } from './offline-words-latin-beyond-europe.ts'
import { otherOfflineWords } from './offline-words-other-scripts.ts'

/** In the language of the other words. */
export const offlineWords = ({ locale }: Pick<Messages, 'locale'>): OfflineWords => words[locale as Language]

export const words: Readonly<Record<Language, OfflineWords>> = {
  ...latinOfflineWords,
  ...otherLatinOfflineWords,
  ...otherOfflineWords,
}
