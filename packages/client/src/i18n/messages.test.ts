import { refusalReasons } from '@mien/shared/api/submissions'
import { errorCodes, MienError } from '@mien/shared/errors'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../ceremony/refusal.ts'
import { guidances } from '../ceremony/state.ts'
import { failureKind, failureKinds } from '../ui/failure-kind.ts'
import { languages } from './choose-language.ts'
import { en } from './en.ts'
import { loadMessages } from './load-messages.ts'
import { fill, type Messages } from './messages.ts'

const spoken = await Promise.all(languages.map(async (language) => [language, await loadMessages([language])] as const))

/** Every text with its place among the others, such as `failure.no-face.title`. */
function textsOf(value: unknown, path: readonly string[] = []): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path.join('.'), value]]
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return entries.flatMap(([key, each]) => textsOf(each, [...path, key]))
}

/** Without what is no text (the language itself) and what differs by language (the plurals). */
const comparable = ({ locale: _, direction: __, pin: { triesLeft: ___, ...pin }, ...rest }: Messages) =>
  new Map(textsOf({ ...rest, pin }))

const wordsOf = (messages: Messages): readonly string[] =>
  textsOf({ ...messages, locale: undefined, direction: undefined }).map(([, text]) => text)

const placesIn = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort()

const segmenter = new Intl.Segmenter()
const wide = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff00-\uff60]/u

/** About what a text takes on the screen, in Latin letters: ideographs and syllables are twice as wide. */
const widthOf = (text: string): number =>
  [...segmenter.segment(text)].reduce((width, { segment }) => width + (wide.test(segment) ? 2 : 1), 0)

const tooWide = (texts: readonly string[], limit: number): readonly string[] =>
  texts.filter((text) => widthOf(text) > limit)

const titlesOf = (words: Readonly<Record<string, { readonly title: string }>>): readonly string[] =>
  Object.values(words).map(({ title }) => title)

describe.each(spoken)('the words in %s', (language, messages) => {
  it('say which language they are in, and which way it runs', () => {
    expect(messages.locale).toBe(language)
    expect(messages.direction).toBe(['ar', 'he'].includes(language) ? 'rtl' : 'ltr')
  })

  it('UI9: are there for every failure and every instruction, and no two failures have the same', () => {
    expect(Object.keys(messages.failure).sort()).toEqual([...failureKinds].sort())
    expect(Object.keys(messages.guidance).sort()).toEqual([...guidances].sort())
    const titles = titlesOf(messages.failure)
    expect(new Set(titles).size).toBe(titles.length)
    expect(new Set(Object.values(messages.guidance)).size).toBe(guidances.length)
  })

  it('are the same ones as in English, each with the same values in it', () => {
    const expected = [...comparable(en)].map(([path, text]) => [path, placesIn(text)])
    expect([...comparable(messages)].map(([path, text]) => [path, placesIn(text)]).sort()).toEqual(expected.sort())
  })

  it('say how many tries are left for every number, and name the number wherever a form stands for several', () => {
    const rules = new Intl.PluralRules(messages.locale)
    const used = Array.from({ length: 101 }, (_, number) => rules.select(number))
    const forms = Object.entries(messages.pin.triesLeft)
    expect(forms.map(([category]) => category).sort()).toEqual([...new Set([...used, 'other'])].sort())
    const unnamed = forms.filter(([, text]) => !text.includes('{count}')).map(([category]) => category)
    for (const category of unnamed) expect(used.filter((each) => each === category)).toHaveLength(1)
    expect(forms.flatMap(([, text]) => placesIn(text)).filter((place) => place !== '{count}')).toEqual([])
  })

  it('are clean: not empty, no space too many, quotes and ellipsis as they are printed', () => {
    const unclean = /^\s|\s$|\s\s|["'`]|\.\.|^$/
    expect(wordsOf(messages).filter((text) => unclean.test(text))).toEqual([])
  })

  it('fit where they are shown on a screen of 320 px', () => {
    const { action, active, camera, consent, deciding, guidance, intro, permission, pictures, pin, preparing } =
      messages
    const { done, failure, retry } = messages
    // A button has 232 px for letters of about 8 px.
    expect(tooWide([...Object.values(action), active.holdInstead], 26)).toEqual([])
    // Two buttons side by side, of two lines each.
    expect(tooWide([pictures.withoutColours, pictures.withoutMotion], 28)).toEqual([])
    // An instruction has 272 px for letters of about 11 px, and two lines.
    const verifying = [pictures.flash, pictures.up, pictures.down]
    const instructions = [...Object.values(guidance), ...Object.values(active.actions), ...verifying, camera.capturing]
    expect(tooWide(instructions, 44)).toEqual([])
    // A heading may have three lines; the dialog's own title is smaller and stays in two beside the close button.
    const headings = [preparing, consent, intro, permission, pictures, pictures.perhaps, deciding].map(
      ({ title }) => title,
    )
    const endings = [failure, retry, done].flatMap((words) => titlesOf(words))
    expect(tooWide([...headings, pin.newTitle, pin.askTitle, ...endings], 48)).toEqual([])
    expect(tooWide(Object.values(messages.title), 36)).toEqual([])
    expect(tooWide([camera.local, pictures.privacy, pictures.perhaps.privacy, active.step, pin.hint], 40)).toEqual([])
    expect(tooWide([...intro.points], 48)).toEqual([])
    expect(
      tooWide([...consent.points.map(({ title }) => title), consent.ageGate.title, consent.details.title], 40),
    ).toEqual([])
    expect(
      tooWide(
        [failure, retry].flatMap((words) => Object.values(words).map(({ advice }) => advice)),
        200,
      ),
    ).toEqual([])
  })
})

/** Words that a language has from English or shares with it. */
const shared = ['PIN', 'Camera', 'Capture', 'Version {version}']

it.each(spoken.filter(([language]) => language !== 'en'))('nothing is left in English in %s', (_, messages) => {
  const english = comparable(en)
  const left = [...comparable(messages)].filter(([path, text]) => text === english.get(path) && !shared.includes(text))
  expect(left).toEqual([])
})

describe('the letters', () => {
  const wordsIn = (language: string): readonly string[] => {
    const messages = spoken.find(([each]) => each === language)?.[1]
    return wordsOf(messages ?? en)
  }

  it.each(['ru', 'uk'])(
    'of one word in %s are of one script: a Latin letter looks the same and sounds wrong',
    (language) => {
      const words = wordsIn(language).flatMap((text) => text.replace(/\{\w+\}/g, '').match(/[\p{L}’]+/gu) ?? [])
      expect(words.filter((word) => /\p{sc=Cyrillic}/u.test(word) && /\p{sc=Latin}/u.test(word))).toEqual([])
    },
  )

  it.each([
    ['ru', /[іїєґ]/i],
    ['uk', /[ыэъё]/i],
  ])('in %s are those of its own alphabet', (language, foreign) => {
    expect(wordsIn(language).filter((text) => foreign.test(text))).toEqual([])
  })

  it('in French keep a space that does not break before high punctuation', () => {
    expect(wordsIn('fr').filter((text) => / [:;!?»]|« /.test(text))).toEqual([])
    expect(wordsIn('fr').some((text) => text.includes('\u00a0:'))).toBe(true)
  })

  it('of an address at the end of a sentence do not change places where the text runs to the left', () => {
    for (const language of ['ar', 'he']) {
      expect(wordsIn(language).filter((text) => text.includes('https://') && !text.includes('https://\u200e'))).toEqual(
        [],
      )
    }
  })
})

it('every error and every refusal is a failure that has words', () => {
  for (const code of errorCodes) expect(failureKinds).toContain(failureKind(new MienError(code)))
  for (const reason of refusalReasons) expect(failureKinds).toContain(failureKind(new Refusal(reason)))
})

it('a fault on this side is not blamed on the server', () => {
  expect(failureKind(new MienError('INTERNAL'))).toBe('crashed')
  expect(failureKind(new MienError('INTERNAL', { details: { status: 500 } }))).toBe('server-fault')
})

it('a stranger is never told whether the face, the lock or the gallery was the reason', () => {
  const kinds = refusalReasons.filter((reason) => failureKind(new Refusal(reason)) === 'not-recognised')
  expect(kinds).toEqual(['not_recognised'])
})

describe('fill', () => {
  it('puts values in their places and takes them as they are', () => {
    expect(fill('{loaded} of {total}', { loaded: '1 MB', total: '$& MB' })).toBe('1 MB of $& MB')
  })

  it('leaves a place without a value', () => {
    expect(fill('{application}', {})).toBe('{application}')
  })
})
