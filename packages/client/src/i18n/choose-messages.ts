import { en } from './en.ts'
import type { Messages } from './messages.ts'

/** The languages that the widget speaks, by primary language tag. */
const languages: ReadonlyMap<string, Messages> = new Map([['en', en]])

const primaryTag = (locale: string): string => locale.toLowerCase().split(/[-_]/)[0] ?? ''

/** The first of the wanted languages that the widget speaks, else English. */
export function chooseMessages(wanted: readonly string[]): Messages {
  for (const locale of wanted) {
    const messages = languages.get(primaryTag(locale))
    if (messages !== undefined) return messages
  }
  return en
}

/** `auto` follows the browser's own list. */
export const wantedLocales = (locale: string | undefined, browser: readonly string[]): readonly string[] =>
  locale === undefined || locale === 'auto' ? browser : [locale, ...browser]
