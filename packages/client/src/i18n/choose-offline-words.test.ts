import { describe, expect, it, vi } from 'vitest'
import { languages } from './choose-language.ts'
import { offlineWords, words } from './choose-offline-words.ts'
import { loadMessages } from './load-messages.ts'
import { loadOfflineWords } from './load-offline-words.ts'
import type { OfflineWords } from './offline-words.ts'

const flat = ({ notReady, ...rest }: OfflineWords): Readonly<Record<string, string>> => ({ ...rest, ...notReady })

/** Ideographs and syllables are twice as wide as Latin letters. */
const wide = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff00-\uff60]/u
const widthOf = (text: string): number =>
  [...new Intl.Segmenter().segment(text)].reduce((width, { segment }) => width + (wide.test(segment) ? 2 : 1), 0)
const tooWide = (texts: readonly string[], limit: number) => texts.filter((text) => widthOf(text) > limit)

describe.each(languages)('[UI11] what is said without the server, in %s', (language) => {
  const said = words[language]

  it('goes with the other words of the language', async () => {
    expect(offlineWords(await loadMessages([language]))).toBe(said)
  })

  it('is all there, in that language', () => {
    expect(Object.keys(flat(said)).sort()).toEqual(Object.keys(flat(words.en)).sort())
    // Some languages say Offline.
    const own = Object.entries(flat(said)).filter(([key]) => key !== 'offline')
    const english = flat(words.en)
    if (language !== 'en') expect(own.filter(([key, text]) => text === english[key])).toEqual([])
  })

  it('is clean: not empty, no space too many, quotes and ellipsis as they are printed', () => {
    const unclean = /^\s|\s$|\s\s|["'`]|\.\.|^$/
    expect(Object.values(flat(said)).filter((text) => unclean.test(text))).toEqual([])
  })

  it('is something else for each reason and each standing', () => {
    const { notReady, offline, waiting, syncing, synced, refused, review, revoked } = said
    const reasons = Object.values(notReady)
    expect(new Set(reasons).size).toBe(reasons.length)
    expect(new Set([offline, waiting, syncing, synced, refused, review, revoked]).size).toBe(7)
  })

  it('fits where it is shown on a screen of 320 px', () => {
    const { offline, waiting, recognised, draft, cannot, recognisedText, draftText, strangerAdvice, notReady } = said
    // Beside the icon there are 230 px for letters of about 7 px.
    expect(tooWide([offline, waiting], 32)).toEqual([])
    expect(tooWide([recognised, draft, cannot], 48)).toEqual([])
    expect(tooWide([recognisedText, draftText, strangerAdvice, ...Object.values(notReady)], 200)).toEqual([])
  })
})

it.each(['ru', 'uk'] as const)('the letters of one word in %s are of one script', (language) => {
  const found = Object.values(flat(words[language])).flatMap((text) => text.match(/[\p{L}’]+/gu) ?? [])
  expect(found.filter((word) => /\p{sc=Cyrillic}/u.test(word) && /\p{sc=Latin}/u.test(word))).toEqual([])
  const foreign = language === 'ru' ? /[іїєґ]/i : /[ыэъё]/i
  expect(found.filter((word) => foreign.test(word))).toEqual([])
})

it('[UI11] a page has them in the language that it asks for, or the browser’s', async () => {
  vi.stubGlobal('navigator', { languages: ['de-AT'] })
  expect(await loadOfflineWords('ja')).toBe(words.ja)
  expect(await loadOfflineWords()).toBe(words.de)
  vi.unstubAllGlobals()
})
