import { describe, expect, it } from 'vitest'
import { chooseLanguage, languages, wantedLocales } from './choose-language.ts'

describe('the language', () => {
  it.each([
    ['en-GB', 'en'],
    ['EN_us', 'en'],
    ['de', 'de'],
    ['de-CH-1996', 'de'],
    ['es-419', 'es'],
    ['pt-BR', 'pt'],
    ['pt-PT', 'pt'],
    ['sr-Latn', 'en'],
    ['iw-IL', 'he'],
    ['in', 'id'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh_MO', 'zh-Hant'],
    ['zh-Hant', 'zh-Hant'],
    ['zh-Hant-CN', 'zh-Hant'],
    ['zh-Hans-HK', 'zh-Hans'],
  ])('for %s is %s', (locale, language) => {
    expect(chooseLanguage([locale])).toBe(language)
  })

  it('is found by its own tag, however that is written', () => {
    for (const language of languages) {
      expect(chooseLanguage([language])).toBe(language)
      expect(chooseLanguage([language.toUpperCase().replace('-', '_')])).toBe(language)
    }
  })

  it('CE70: is the first wanted one that is spoken', () => {
    expect(chooseLanguage(['tlh', 'fr-CA', 'de'])).toBe('fr')
    expect(chooseLanguage(['en-US', 'fr'])).toBe('en')
  })

  it('is English when none is, whatever the tags look like', () => {
    for (const wanted of [[], [''], ['-'], ['tlh'], ['auto'], ['__proto__'], ['constructor']]) {
      expect(chooseLanguage(wanted)).toBe('en')
    }
  })

  it('follows the browser for auto and falls back on it otherwise', () => {
    expect(wantedLocales('auto', ['de', 'en'])).toEqual(['de', 'en'])
    expect(wantedLocales(undefined, ['de'])).toEqual(['de'])
    expect(wantedLocales('ar', ['de'])).toEqual(['ar', 'de'])
  })
})
