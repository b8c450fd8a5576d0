import { describe, expect, it } from 'vitest'
import { languages } from '../i18n/choose-language.ts'
import { loadMessages } from '../i18n/load-messages.ts'
import type { EndingKind } from './ending.ts'
import { loadWords } from './load-words.ts'
import { endingWords, type Words } from './words.ts'

const spoken = await Promise.all(languages.map(async (language) => [language, await loadWords(language)] as const))
const english = await loadWords('en')

/** Every text with its place among the others, such as `used.title`. */
const textsOf = (words: Words): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(words).flatMap(([name, value]: [string, string | Readonly<Record<string, string>>]) =>
      typeof value === 'string'
        ? [[name, value] as const]
        : Object.entries(value).map(([part, text]) => [`${name}.${part}`, text] as const),
    ),
  )

const placesIn = (text: string): readonly string[] => text.match(/\{\w+\}/g) ?? []

describe.each(spoken)('EP5: the words in %s', (language, words) => {
  const texts = textsOf(words)

  it('are those of English, each with the same values in it', () => {
    const expected = [...textsOf(english)].map(([path, text]) => [path, placesIn(text)])
    expect([...texts].map(([path, text]) => [path, placesIn(text)])).toEqual(expected)
  })

  it('are clean, and not left in English', () => {
    expect([...texts.values()].filter((text) => /^\s|\s$|\s\s|["'`]|\.\.|^$/.test(text))).toEqual([])
    const left = [...texts].filter(([path, text]) => language !== 'en' && text === textsOf(english).get(path))
    expect(left).toEqual([])
  })

  it('are short enough for a heading and a few lines below it', () => {
    const titles = [words.unknown, words.expired, words.used, words.otherPurpose].map(({ title }) => title)
    expect(titles.filter((title) => title.length > 40)).toEqual([])
    expect([...texts.values()].filter((text) => text.length > 150)).toEqual([])
  })
})

it('EP3: every way to end has its own words, in every language', async () => {
  const kinds: readonly EndingKind[] = [
    'done',
    'unknown',
    'expired',
    'used',
    'other-purpose',
    'insecure',
    'browser',
    'camera-denied',
    'camera-missing',
    'camera-busy',
    'camera-lost',
    'network',
    'server-slow',
    'duplicate',
    'minor',
    'fault',
  ]
  for (const [language, words] of spoken) {
    const messages = await loadMessages([language])
    const titles = kinds.map((kind) => endingWords(kind, messages, words).title)
    expect([language, new Set(titles).size]).toEqual([language, kinds.length])
  }
})

it('EP5: a language that there is not is said in English', async () => {
  expect(await loadWords('tlh')).toBe(english)
})
