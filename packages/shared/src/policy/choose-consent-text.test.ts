import { expect, test } from 'vitest'
import { chooseConsentText } from './choose-consent-text.ts'

const text = (locale: string) => ({ locale, purpose: 'p', text: locale })
const texts = [text('en'), text('de'), text('pt-BR'), text('pt-PT'), text('zh-Hant')]
const chosen = (...wanted: string[]) => chooseConsentText(texts, wanted)?.locale

test('[CE41] the same language tag comes first, in any case', () => {
  expect(chosen('pt-PT')).toBe('pt-PT')
  expect(chosen('PT-pt')).toBe('pt-PT')
})

test('[CE41] else the same language', () => {
  expect(chosen('de-CH')).toBe('de')
  expect(chosen('pt')).toBe('pt-BR')
  expect(chosen('zh-Hans')).toBe('zh-Hant')
})

test('[CE41] the best wanted language that there is, not the best text there is', () => {
  expect(chosen('fr', 'de-AT', 'en')).toBe('de')
})

test('[CE41] the application’s first where none is wanted, and null without any', () => {
  expect(chosen('fr', 'ja')).toBe('en')
  expect(chosen()).toBe('en')
  expect(chooseConsentText([], ['en'])).toBeNull()
})
