import type { Language } from '../i18n/choose-language.ts'
import { en } from './words/words-en.ts'
import type { Words } from './words.ts'

/** Each import is written out: that is how a bundler knows to make a file of it. */
const imports: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Words>>> = {
  es: async () => (await import('./words/words-es.ts')).es,
  fr: async () => (await import('./words/words-fr.ts')).fr,
  de: async () => (await import('./words/words-de.ts')).de,
  pt: async () => (await import('./words/words-pt.ts')).pt,
  it: async () => (await import('./words/words-it.ts')).it,
  nl: async () => (await import('./words/words-nl.ts')).nl,
  pl: async () => (await import('./words/words-pl.ts')).pl,
  tr: async () => (await import('./words/words-tr.ts')).tr,
  ru: async () => (await import('./words/words-ru.ts')).ru,
  uk: async () => (await import('./words/words-uk.ts')).uk,
  ar: async () => (await import('./words/words-ar.ts')).ar,
  he: async () => (await import('./words/words-he.ts')).he,
  hi: async () => (await import('./words/words-hi.ts')).hi,
  id: async () => (await import('./words/words-id.ts')).id,
  vi: async () => (await import('./words/words-vi.ts')).vi,
  'zh-Hans': async () => (await import('./words/words-zh-hans.ts')).zhHans,
  'zh-Hant': async () => (await import('./words/words-zh-hant.ts')).zhHant,
  ja: async () => (await import('./words/words-ja.ts')).ja,
  ko: async () => (await import('./words/words-ko.ts')).ko,
}

/** Longer than a file of 1 KB takes where the page itself came. */
const patienceMs = 4000

/** The page's words in the language that the widget speaks; in English when they cannot be had, or not soon. */
export async function loadWords(locale: string): Promise<Words> {
  const late = new Promise<Words>((resolve) => setTimeout(() => resolve(en), patienceMs))
  const load = new Map(Object.entries(imports)).get(locale)
  return Promise.race([load?.() ?? en, late]).catch(() => en)
}
