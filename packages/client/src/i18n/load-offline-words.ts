import { chooseLanguage, wantedLocales } from './choose-language.ts'
import type { OfflineWords } from './offline-words.ts'

/**
 * For a page that shows how things stand beside the widget, in the widget's own words. To be loaded while the server can be reached.
 *
 * @param locale BCP 47 tag, or `auto` for the languages of the browser
 */
export async function loadOfflineWords(locale = 'auto'): Promise<OfflineWords> {
  const { words } = await import('./choose-offline-words.ts')
  return words[chooseLanguage(wantedLocales(locale, navigator.languages))]
}
