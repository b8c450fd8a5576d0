import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MorphFacts, morphPairs, resemblesMorph } from './morph.ts'

const rule = { minSecond: 0.35, maxBetween: 0.3, maxGap: 0.2 }
const blend: MorphFacts = { first: 0.52, second: 0.47, between: 0.05 }

test('[PO20] who resembles two people that do not resemble each other may be a blend of both', () => {
  expect(resemblesMorph(blend, rule)).toBe(true)
})

test('[PO20] a person enrolled under two names is no blend, nor is one who resembles only one', () => {
  expect(resemblesMorph({ first: 0.8, second: 0.75, between: 0.7 }, rule)).toBe(false)
  expect(resemblesMorph({ first: 0.8, second: 0.2, between: 0.05 }, rule)).toBe(false)
})

test('[PO20] a person who resembles somebody else too is still far more like themselves', () => {
  expect(resemblesMorph({ first: 0.7, second: 0.4, between: 0.25 }, rule)).toBe(false)
})

test('[PO20] what is no number resembles nobody', () => {
  for (const fact of ['first', 'second', 'between']) {
    expect(resemblesMorph({ ...blend, [fact]: Number.NaN }, rule)).toBe(false)
  }
})

test('[PO20] every two subjects are a pair, as alike as the nearest of their templates', () => {
  const [x, y] = [Float32Array.of(1, 0), Float32Array.of(0, 1)]
  const pairs = morphPairs([
    { score: 0.4, vectors: [x] },
    { score: 0.6, vectors: [y] },
    { score: 0.5, vectors: [x, y] },
  ])
  expect(pairs).toEqual([
    { first: 0.6, second: 0.4, between: 0 },
    { first: 0.5, second: 0.4, between: 1 },
    { first: 0.6, second: 0.5, between: 1 },
  ])
})

test('[PO20] which of both is named first does not matter', () => {
  const cosine = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(cosine, cosine, cosine, (first, second, between) => {
      const swapped = { first: second, second: first, between }
      expect(resemblesMorph(swapped, rule)).toBe(resemblesMorph({ first, second, between }, rule))
    }),
  )
})
