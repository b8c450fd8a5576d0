import { chooseLanguage, type Language } from './choose-language.ts'
import { en } from './en.ts'
import type { Messages } from './messages.ts'

type LazyLanguage = Exclude<Language, 'en'>

/** Each import is written out: that is how a bundler knows to make a file of it. */
const imports = {
  es: async () => (await import('./es.ts')).es,
  fr: async () => (await import('./fr.ts')).fr,
  de: async () => (await import('./de.ts')).de,
  pt: async () => (await import('./pt.ts')).pt,
  it: async () => (await import('./it.ts')).it,
  nl: async () => (await import('./nl.ts')).nl,
  pl: async () => (await import('./pl.ts')).pl,
  tr: async () => (await import('./tr.ts')).tr,
  ru: async () => (await import('./ru.ts')).ru,
  uk: async () => (await import('./uk.ts')).uk,
  ar: async () => (await import('./ar.ts')).ar,
  he: async () => (await import('./he.ts')).he,
  hi: async () => (await import('./hi.ts')).hi,
  id: async () => (await import('./id.ts')).id,
  vi: async () => (await import('./vi.ts')).vi,
  'zh-Hans': async () => (await import('./zh-hans.ts')).zhHans,
  'zh-Hant': async () => (await import('./zh-hant.ts')).zhHant,
  ja: async () => (await import('./ja.ts')).ja,
  ko: async () => (await import('./ko.ts')).ko,
} as const satisfies Record<LazyLanguage, () => Promise<Messages>>

const importLanguage = (language: LazyLanguage): Promise<Messages> => imports[language]()

/** Longer than a file of 4 KB takes where a face sign-in works at all; nobody should look at a page that does nothing. */
const patienceMs = 4000

/**
 * The words in the first wanted language that the widget speaks. Only that language is fetched; what cannot be had, or not
 * soon, is said in English, which is always here.
 */
export async function loadMessages(
  wanted: readonly string[],
  load: (language: LazyLanguage) => Promise<Messages> = importLanguage,
): Promise<Messages> {
  const language = chooseLanguage(wanted)
  if (language === 'en') return en
  return withinPatience(load(language)).catch(() => en)
}

/** @throws Error: it did not arrive in time */
export async function withinPatience<T>(loading: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It did not arrive in time')), patienceMs)
  })
  try {
    return await Promise.race([loading, late])
  } finally {
    clearTimeout(timer)
  }
}
