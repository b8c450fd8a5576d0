import { createHash, hkdfSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { rotate, rotatedDimension, rotationKeyBytes } from './rotation.ts'
import { cosine } from './unit-vector.ts'

const keyOf = (name: string, dimension = 512) =>
  new Uint8Array(hkdfSync('sha256', name, 'salt', 'rot', rotationKeyBytes(dimension)))

test('[TF3] rotation keeps every cosine to 1e-6', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const a = syntheticPerson(seed)
    const b = syntheticFrame(a, seed, 1)
    expect(Math.abs(cosine(rotate(a, keyOf('k')), rotate(b, keyOf('k'))) - cosine(a, b))).toBeLessThan(1e-6)
  }
})

test('[TF3] under two keys the same face is as far away as a stranger', () => {
  const cosines = Array.from({ length: 200 }, (_, i) => {
    const person = syntheticPerson(i + 1)
    return cosine(rotate(person, keyOf('one')), rotate(person, keyOf('two')))
  })
  const deviation = Math.sqrt(cosines.reduce((sum, value) => sum + value * value, 0) / cosines.length)
  expect(Math.max(...cosines.map(Math.abs))).toBeLessThan(0.25)
  expect(deviation).toBeLessThan(0.055) // 1/sqrt(512) = 0.044 for random directions
})

test('[TF3] a dimension that is no power of two is padded', () => {
  const [a, b] = [syntheticPerson(1, 300), syntheticPerson(2, 300)]
  expect(rotatedDimension(300)).toBe(512)
  expect(rotate(a, keyOf('k', 300))).toHaveLength(512)
  expect(cosine(rotate(a, keyOf('k', 300)), rotate(b, keyOf('k', 300)))).toBeCloseTo(cosine(a, b), 6)
})

test('[TF3] a key of the wrong length is refused', () => {
  expect(() => rotate(syntheticPerson(1), new Uint8Array(10))).toThrow()
})

// The numbers were computed apart from this code, with the dense Hadamard matrix and exactly rounded sums.
test('[TF4] known answer: every host computes the same 512 numbers', () => {
  // Components k/2048 - 1/8 are exact in float32, so the input needs no arithmetic of its own.
  const input = Float32Array.from({ length: 512 }, (_, k) => k / 2048 - 1 / 8)
  const key = Uint8Array.from({ length: 192 }, (_, i) => (i * 167 + 13) & 255)
  const output = rotate(input, key)
  expect([...output.slice(0, 4)]).toEqual([
    -0.037947338074445724, 0.1359923630952835, -0.12381024658679962, 0.08685588836669922,
  ])
  expect(createHash('sha256').update(new Uint8Array(output.buffer)).digest('hex')).toBe(
    'bb1c52d5a1ccb436436f6e67388110fba414b242093d33ebb2955362382dd852',
  )
})
