import { hkdfSync } from 'node:crypto'
import { rotate, rotationKeyBytes } from '@mien/shared/template/rotation'
import { cosine } from '@mien/shared/template/unit-vector'
import { expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { createApplicationKeys, type OpenedKey, pepperAlone, sealingVersion } from './application-keys.ts'
import { createVault } from './vault.ts'

const key = (version: number, fill: number): OpenedKey => ({
  version,
  use: version === 0 ? 'find' : 'all',
  protection: 'rotated',
  secret: new Uint8Array(32).fill(fill),
})
const keysOf = (applicationId: string, ...fills: number[]) =>
  createApplicationKeys(
    applicationId,
    fills.map((fill, version) => key(version, fill)),
  )
const person = syntheticPerson(1)
const newest = (keys: ReturnType<typeof keysOf>, modelId = 'm') => keys.protect(modelId, person).at(-1)!.vector
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('[ST40] under one key cosines stay; under those of other applications, models and versions they vanish', () => {
  const keys = keysOf('a', 1, 2)
  const frame = syntheticFrame(person, 2, 0.5)
  const mine = newest(keys)
  expect(cosine(mine, keys.protect('m', frame)[0]!.vector)).toBeCloseTo(cosine(person, frame), 6)
  const elsewhere = [newest(keysOf('b', 1, 3)), newest(keys, 'n'), newest(keysOf('a', 1, 2, 3)), person]
  for (const vector of elsewhere) expect(Math.abs(cosine(mine, vector))).toBeLessThan(0.25)
})

test('[ST41] digests and peppered PINs depend on purpose, application, person and key; digests outlive a new version', () => {
  const value = new Uint8Array([1, 2, 3])
  const [a, b, next] = [keysOf('a', 1, 2), keysOf('b', 3, 4), keysOf('a', 1, 2, 5)]
  const all = [
    a.digest('tombstone', value),
    a.digest('replay', value),
    b.digest('tombstone', value),
    a.pepper(1, 's', '0007'),
    a.pepper(1, 's', '7'),
    a.pepper(1, 't', '0007'),
    b.pepper(1, 's', '0007'),
    next.pepper(2, 's', '0007'),
  ].map(hex)
  expect(new Set(all).size).toBe(all.length)
  expect(hex(next.digest('tombstone', value))).toBe(all[0])
  expect(hex(next.pepper(1, 's', '0007'))).toBe(all[3])
})

test('[KE2] an application of before keeps exactly the keys that were derived for it', () => {
  const master = new Uint8Array(32).fill(9)
  const secret = createVault(master).derivedRoot('app')
  const keys = createApplicationKeys('app', [
    { version: 0, use: 'find', protection: 'rotated', secret },
    { version: 1, use: 'all', protection: 'rotated', secret },
  ])
  const rotationKey = new Uint8Array(hkdfSync('sha256', master, 'app', 'rotation|v1|m', rotationKeyBytes(512)))
  expect(newest(keys)).toEqual(rotate(person, rotationKey))
})

test('[KE6] a template turned from one version to the next is what the next version makes of it', () => {
  const keys = keysOf('a', 1, 2, 3)
  const [old, fresh] = keys.protect('m', person)
  const turned = keys.turnAgain('m', old!)
  expect(turned.keyVersion).toBe(2)
  expect(cosine(turned.vector, fresh!.vector)).toBeCloseTo(1, 6)
})

const place = { column: 'subjects.payload', row: 'one' } as const
const secret = Buffer.from('secret')

test('[KE1] what is sealed opens in its own column, row, application and version, and nowhere else', () => {
  const keys = keysOf('a', 1, 2, 3)
  const sealed = keys.seal(place, secret)
  expect(sealingVersion(sealed)).toBe(2)
  expect(Buffer.from(keys.open(place, sealed)).toString()).toBe('secret')
  const refused = expect.objectContaining({ code: 'INTERNAL' })
  const moves = [
    () => keys.open({ ...place, row: 'two' }, sealed),
    () => keys.open({ ...place, column: 'pins.hash' }, sealed),
    () => keysOf('b', 1, 2, 3).open(place, sealed),
    () => keysOf('a', 1, 2, 4).open(place, sealed),
    () => keysOf('a', 1, 3).open(place, sealed),
    () => keys.open(place, secret),
    () => keys.open(place, new Uint8Array()),
  ]
  for (const move of moves) expect(move).toThrow(refused)
  for (let i = 0; i < sealed.length; i++) {
    const changed = sealed.map((byte, at) => (at === i ? byte ^ 1 : byte))
    expect(() => keys.open(place, changed)).toThrow(refused)
  }
  // The version is in the key and in the label: one that is forged over an old one opens nothing.
  const forged = Buffer.from(sealed)
  forged[2] = 1
  expect(() => keys.open(place, forged)).toThrow(refused)
})

test('[KE8] of a key that is left for its PINs alone nothing else can be made', () => {
  const before = keysOf('a', 1, 2, 3)
  const sealed = keysOf('a', 1, 2).seal(place, secret)
  const after = createApplicationKeys('a', [key(0, 1), pepperAlone(key(1, 2)), key(2, 3)])
  expect(hex(after.pepper(1, 's', '1234'))).toBe(hex(before.pepper(1, 's', '1234')))
  expect(after.protect('m', person)).toHaveLength(1)
  expect(Buffer.from(before.open(place, sealed)).toString()).toBe('secret')
  expect(() => after.open(place, sealed)).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
})
