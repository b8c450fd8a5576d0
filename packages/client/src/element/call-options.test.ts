import { describe, expect, it } from 'vitest'
import { callOptionsOf } from './call-options.ts'

/** As much of an element as is read. */
const element = (attributes: Readonly<Record<string, string>>): Element =>
  ({
    getAttribute: (name: string) => attributes[name] ?? null,
    hasAttribute: (name: string) => name in attributes,
  }) as unknown as Element

describe('what the attributes of <mien-face> say of a call', () => {
  it('is nothing where there are none', () => {
    expect(callOptionsOf(element({}))).toEqual({ showAbortBtn: false })
  })

  it('CE75: is the session to join, also an empty one, which is none and has to be refused', () => {
    expect(callOptionsOf(element({ session: 'A'.repeat(43) }))).toMatchObject({ session: 'A'.repeat(43) })
    expect(callOptionsOf(element({ session: '' }))).toMatchObject({ session: '' })
  })

  it('is read in the units and types of the call', () => {
    const attributes = { 'idle-timeout': '5', payload: '{"a":1}', 'user-consent': '', locale: 'ja', 'show-abort': '' }
    expect(callOptionsOf(element(attributes))).toEqual({
      idleTimeout: 5,
      payload: { a: 1 },
      userConsent: true,
      locale: 'ja',
      showAbortBtn: true,
    })
    expect(() => callOptionsOf(element({ payload: '{' }))).toThrow('not JSON')
  })
})
