/** BCP 47 tags of the languages that the widget speaks. */
export const languages = [
  'en',
  'es',
  'fr',
  'de',
  'pt',
  'it',
  'nl',
  'pl',
  'tr',
  'ru',
  'uk',
  'ar',
  'he',
  'hi',
  'id',
  'vi',
  'zh-Hans',
  'zh-Hant',
  'ja',
  'ko',
] as const
export type Language = (typeof languages)[number]

/** The first of the wanted languages that the widget speaks, else English. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const locale of wanted) {
    const language = spokenFor(locale)
    if (language !== undefined) return language
  }
  return 'en'
}

/** `auto` follows the browser's own list. */
export const wantedLocales = (locale: string | undefined, browser: readonly string[]): readonly string[] =>
  locale === undefined || locale === 'auto' ? browser : [locale, ...browser]

/** A language without a variant of its own for a region is spoken there all the same. */
function spokenFor(locale: string): Language | undefined {
  const [primary = '', ...subtags] = locale.toLowerCase().split(/[-_]/)
  const language = renamed.get(primary) ?? primary
  if (language === 'zh') return isTraditional(subtags) ? 'zh-Hant' : 'zh-Hans'
  return languages.find((each) => each === language)
}

/** What ISO 639 called them until 1989; Java still does. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['iw', 'he'],
  ['in', 'id'],
])

/** A named script goes before what is usual in the region. */
function isTraditional(subtags: readonly string[]): boolean {
  if (subtags.includes('hant')) return true
  return !subtags.includes('hans') && subtags.some((subtag) => ['tw', 'hk', 'mo'].includes(subtag))
}
