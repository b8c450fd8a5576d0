import { refusalReasons } from '@mien/shared/api/submissions'
import { errorCodes, MienError } from '@mien/shared/errors'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../ceremony/refusal.ts'
import { guidances } from '../ceremony/state.ts'
import { failureKind, failureKinds } from '../ui/failure-kind.ts'
import { chooseMessages, wantedLocales } from './choose-messages.ts'
import { en } from './en.ts'
import { fill, type Messages } from './messages.ts'

const languages: readonly Messages[] = [en]

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

describe.each(languages.map((messages) => [messages.locale, messages] as const))('the words in %s', (_, messages) => {
  it('are there for every failure and every instruction, and no two failures have the same', () => {
    expect(Object.keys(messages.failure).sort()).toEqual([...failureKinds].sort())
    expect(Object.keys(messages.guidance).sort()).toEqual([...guidances].sort())
    const titles = Object.values(messages.failure).map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('are never empty, and leave places only for values that exist', () => {
    const texts = textsOf(messages)
    expect(texts.filter((text) => text.trim() === '')).toEqual([])
    const places = new Set(texts.flatMap((text) => text.match(/\{\w+\}/g) ?? []))
    expect([...places].sort()).toEqual([
      '{application}',
      '{count}',
      '{digits}',
      '{loaded}',
      '{seconds}',
      '{steps}',
      '{step}',
      '{total}',
      '{version}',
    ])
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

describe('the language', () => {
  it('is the first wanted one that is spoken, by its primary tag', () => {
    expect(chooseMessages(['en-GB']).locale).toBe('en')
    expect(chooseMessages(['EN_us']).locale).toBe('en')
  })

  it('is English when none is, whatever the tags look like', () => {
    for (const wanted of [[], [''], ['tlh'], ['__proto__'], ['constructor']]) expect(chooseMessages(wanted)).toBe(en)
  })

  it('follows the browser for auto and falls back on it otherwise', () => {
    expect(wantedLocales('auto', ['de', 'en'])).toEqual(['de', 'en'])
    expect(wantedLocales(undefined, ['de'])).toEqual(['de'])
    expect(wantedLocales('ar', ['de'])).toEqual(['ar', 'de'])
  })
})

describe('fill', () => {
  it('puts values in their places and takes them as they are', () => {
    expect(fill('{loaded} of {total}', { loaded: '1 MB', total: '$& MB' })).toBe('1 MB of $& MB')
  })

  it('leaves a place without a value', () => {
    expect(fill('{application}', {})).toBe('{application}')
  })
})
