import { expect, test } from 'vitest'
import { createVault } from './vault.ts'

const vault = createVault(new Uint8Array(32).fill(1))
const other = createVault(new Uint8Array(32).fill(2))

test('[ST42] what is sealed opens only with its own label and key, and unchanged', () => {
  const secret = Buffer.from('secret')
  const sealed = vault.seal('label', secret)
  expect(Buffer.from(vault.open('label', sealed)).toString()).toBe('secret')
  const refused = expect.objectContaining({ code: 'CONFIG_INVALID' })
  expect(() => vault.open('other', sealed)).toThrow(refused)
  expect(() => other.open('label', sealed)).toThrow(refused)
  for (let i = 0; i < sealed.length; i++) {
    expect(() =>
      vault.open(
        'label',
        sealed.map((byte, at) => (at === i ? byte ^ 1 : byte)),
      ),
    ).toThrow(refused)
  }
  expect(() => vault.open('label', new Uint8Array())).toThrow(refused)
})

test('[ST43] a master key has 32 bytes', () => {
  expect(() => createVault(new Uint8Array(16))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

test('[KE4] a second master key opens and never seals, and what it sealed is sealed again once', () => {
  const both = createVault(new Uint8Array(32).fill(2), [new Uint8Array(32).fill(1)])
  const old = vault.seal('label', Buffer.from('secret'))
  expect(Buffer.from(both.open('label', old)).toString()).toBe('secret')
  const fresh = both.reseal('label', old)!
  expect(Buffer.from(other.open('label', fresh)).toString()).toBe('secret')
  expect(() => vault.open('label', fresh)).toThrow()
  expect(both.reseal('label', fresh)).toBeNull()
  expect(() => both.reseal('other', old)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  expect(both.deriveEach('use')).toEqual([other.derive('use'), vault.derive('use')])
  expect(() => both.derivedRoot('app')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
