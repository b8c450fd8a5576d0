import { cosine } from '@mien/shared/template/unit-vector'
import { expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { createVault } from './vault.ts'

const vault = createVault(new Uint8Array(32).fill(1))
const other = createVault(new Uint8Array(32).fill(2))
const person = syntheticPerson(1)

test('[ST40] within one application cosines stay, across applications, models and master keys they vanish', () => {
  const frame = syntheticFrame(person, 2, 0.5)
  const mine = vault.protect('app-1', 'm', person)
  expect(cosine(mine, vault.protect('app-1', 'm', frame))).toBeCloseTo(cosine(person, frame), 6)
  const elsewhere = [
    vault.protect('app-2', 'm', person),
    vault.protect('app-1', 'n', person),
    other.protect('app-1', 'm', person),
  ]
  for (const vector of [...elsewhere, person]) expect(Math.abs(cosine(mine, vector))).toBeLessThan(0.25)
})

test('[ST41] digests and peppered PINs depend on purpose, application, person and key', () => {
  const value = new Uint8Array([1, 2, 3])
  const digests = [
    vault.digest('tombstone', 'a', value),
    vault.digest('replay', 'a', value),
    vault.digest('tombstone', 'b', value),
    other.digest('tombstone', 'a', value),
    vault.pepper('a', 's', '0007'),
    vault.pepper('a', 's', '7'),
    vault.pepper('a', 't', '0007'),
    vault.pepper('b', 's', '0007'),
  ].map((bytes) => Buffer.from(bytes).toString('hex'))
  expect(new Set(digests).size).toBe(digests.length)
})

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
