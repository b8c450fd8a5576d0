import type { ConsentText } from '../api/consent-text.ts'

const primaryTag = (locale: string): string => locale.toLowerCase().split('-')[0]!

/** The text in the best of the wanted languages: the same tag, else the same language, else the application's first. Null without any. */
export function chooseConsentText(texts: readonly ConsentText[], wanted: readonly string[]): ConsentText | null {
  for (const locale of wanted) {
    const same = texts.find((text) => text.locale.toLowerCase() === locale.toLowerCase())
    const near = texts.find((text) => primaryTag(text.locale) === primaryTag(locale))
    const found = same ?? near
    if (found !== undefined) return found
  }
  return texts[0] ?? null
}
