import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketOf, mergeTopK, topK } from './merge-top-k.ts'

/** Few different scores, so that there are ties. */
const gallery = fc.uniqueArray(
  fc.record({ id: fc.uuid(), score: fc.integer({ min: -8, max: 8 }).map((step) => step / 8) }),
  { selector: ({ id }) => id, maxLength: 80 },
)

test('[OB11] the best of all parts together are the best of the whole, whatever the parts', () => {
  fc.assert(
    fc.property(gallery, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 12 }), (all, buckets, count) => {
      const parts = Array.from({ length: buckets }, (_, bucket) =>
        topK(
          all.filter(({ id }) => bucketOf(id, buckets) === bucket),
          count,
        ),
      )
      expect(mergeTopK(parts, count)).toEqual(topK(all, count))
      expect(mergeTopK([...parts].reverse(), count)).toEqual(topK(all, count))
    }),
  )
})

test('[OB11] fewer from each part are not enough', () => {
  const part = [
    { id: 'a', score: 0.9 },
    { id: 'b', score: 0.8 },
  ]
  const other = [{ id: 'c', score: 0.1 }]
  expect(mergeTopK([topK(part, 1), topK(other, 1)], 2)).not.toEqual(topK([...part, ...other], 2))
})

test('[OB11] people fall into parts of nearly the same size', () => {
  const sizes = new Array<number>(16).fill(0)
  for (let i = 0; i < 160_000; i++) {
    const bucket = bucketOf(`00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`, 16)
    sizes[bucket] = sizes[bucket]! + 1
  }
  // Ten thousand each; a fair throw deviates by less than five times its 97.
  for (const size of sizes) expect(Math.abs(size - 10_000)).toBeLessThan(500)
})
