import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostArithmetic } from './host-arithmetic.ts'
import type { Halving, PixelArithmetic } from './pixel-arithmetic.ts'
import type { Raster } from './raster.ts'
import { scalarArithmetic } from './scalar-arithmetic.ts'
import { openSimdArithmetic } from './simd-arithmetic.ts'

const simd = openSimdArithmetic()!

/** Of any words, transparent ones among them. */
function scatter(width: number, height: number, seed: number): Raster {
  let state = seed
  const words = Uint32Array.from({ length: width * height }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state ^ (state >>> 13)
  })
  return { words, width, height }
}

/** A part of a picture, and axes to halve as long as they can be. */
const reductions = fc
  .record({
    width: fc.integer({ min: 1, max: 90 }),
    height: fc.integer({ min: 1, max: 90 }),
    left: fc.nat(40),
    top: fc.nat(40),
    right: fc.nat(9),
    bottom: fc.nat(9),
    wanted: fc.array(fc.record({ x: fc.boolean(), y: fc.boolean() }), { minLength: 1, maxLength: 5 }),
    seed: fc.nat(),
  })
  .map(({ width, height, left, top, right, bottom, wanted, seed }) => ({
    source: scatter(left + width + right, top + height + bottom, seed),
    region: { left, top, width, height },
    halvings: possible(wanted, width, height),
  }))

function possible(wanted: readonly Halving[], width: number, height: number): readonly Halving[] {
  let [w, h] = [width, height]
  return wanted
    .map(({ x, y }) => {
      const halving = { x: x && w > 1, y: y && h > 1 }
      if (halving.x) w >>= 1
      if (halving.y) h >>= 1
      return halving
    })
    .filter(({ x, y }) => x || y)
}

test('a host that has SIMD uses it', () => {
  expect(hostArithmetic()).not.toBe(scalarArithmetic)
})

test('any part of a picture, halved along any axes, has the same pixels to the last bit', () => {
  fc.assert(
    fc.property(reductions, ({ source, region, halvings }) => {
      fc.pre(halvings.length > 0)
      const reduced = simd.reduce(source, region, halvings)
      const expected = scalarArithmetic.reduce(source, region, halvings)
      expect({ ...reduced, words: [...reduced.words] }).toEqual({ ...expected, words: [...expected.words] })
    }),
    { numRuns: 400 },
  )
})

test.each([
  [1999, 1501, 4],
  [5001, 150, 6],
  [3, 70_001, 1],
])('a picture of many strips, %i x %i, has no seams', (width, height, times) => {
  const source = scatter(width, height, 7)
  const region = { left: 0, top: 0, width, height }
  const halvings = Array.from({ length: times }, () => ({ x: true, y: true }))
  const reduced = simd.reduce(source, region, halvings)
  const expected = scalarArithmetic.reduce(source, region, halvings)
  expect(Buffer.compare(Buffer.from(reduced.words.buffer), Buffer.from(expected.words.buffer))).toBe(0)
})

test.each([
  ['narrow', 700, 40],
  ['nearly as wide', 300, 40],
  ['wide and high', 1200, 900],
])('a %s part of a wide picture has the same pixels to the last bit', (_, width, height) => {
  const source = scatter(width === 300 ? 330 : 1300, 1000, 9)
  const region = { left: 17, top: 31, width, height }
  const halvings = [
    { x: true, y: true },
    { x: false, y: true },
    { x: true, y: true },
  ]
  const [reduced, expected] = [simd, scalarArithmetic].map(({ reduce }) => reduce(source, region, halvings).words)
  expect(Buffer.compare(Buffer.from(reduced!.buffer), Buffer.from(expected!.buffer))).toBe(0)
})

test('what a network takes is the same float32 to the last bit, for any mean and deviation', () => {
  const plane = fc.record({
    shift: fc.constantFrom(0, 8, 16),
    scale: fc.double({ min: 1e-4, max: 2, noNaN: true }),
    offset: fc.double({ min: -300, max: 300, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.nat(300), fc.array(plane, { minLength: 1, maxLength: 3 }), fc.nat(), (width, planes, seed) => {
      const image = scatter(width + 1, 3, seed)
      const bits = ({ pack }: PixelArithmetic) => {
        const data = new Float32Array(planes.length * image.words.length)
        pack(image, planes, data)
        return [...new Uint32Array(data.buffer)]
      }
      expect(bits(simd)).toEqual(bits(scalarArithmetic))
    }),
    { numRuns: 300 },
  )
})

test('a later call is not touched by what an earlier one left behind, nor the other way round', () => {
  const all = { left: 0, top: 0, width: 64, height: 64 }
  const both = [{ x: true, y: true }]
  const first = simd.reduce(scatter(64, 64, 1), all, both)
  const words = [...first.words]
  simd.reduce(scatter(2000, 2000, 2), { ...all, width: 2000, height: 2000 }, both)
  simd.pack(scatter(900, 900, 3), [{ shift: 0, scale: 1, offset: 0 }], new Float32Array(900 * 900))
  expect([...first.words]).toEqual(words)
  expect([...simd.reduce(scatter(64, 64, 1), all, both).words]).toEqual(words)
})
