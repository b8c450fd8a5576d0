import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overlap, suppressOverlaps } from './nms.ts'

const box = fc.record({
  x: fc.double({ min: -50, max: 50, noNaN: true }),
  y: fc.double({ min: -50, max: 50, noNaN: true }),
  width: fc.double({ min: 1, max: 60, noNaN: true }),
  height: fc.double({ min: 1, max: 60, noNaN: true }),
})
const detections = fc.array(fc.record({ box, score: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 25 })

test('overlap is symmetric, within 0..1, and 1 for a box with itself', () => {
  fc.assert(
    fc.property(box, box, (a, b) => {
      expect(overlap(a, b)).toBeCloseTo(overlap(b, a), 12)
      expect(overlap(a, b)).toBeGreaterThanOrEqual(0)
      expect(overlap(a, b)).toBeLessThanOrEqual(1 + 1e-12)
      expect(overlap(a, a)).toBeCloseTo(1, 9)
    }),
  )
})

test('half of a box overlaps the whole by a half; boxes that touch do not overlap', () => {
  const whole = { x: 0, y: 0, width: 10, height: 10 }
  expect(overlap(whole, { x: 0, y: 0, width: 5, height: 10 })).toBeCloseTo(0.5)
  expect(overlap(whole, { x: 10, y: 0, width: 5, height: 10 })).toBe(0)
})

test('kept boxes are far enough apart, each removed one is covered by a better one, and the best stays', () => {
  fc.assert(
    fc.property(detections, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (all, threshold) => {
      const kept = suppressOverlaps(all, threshold)
      for (const a of kept)
        for (const b of kept) if (a !== b) expect(overlap(a.box, b.box)).toBeLessThanOrEqual(threshold)
      for (const gone of all.filter((candidate) => !kept.includes(candidate))) {
        expect(kept.some((better) => better.score >= gone.score && overlap(better.box, gone.box) > threshold)).toBe(
          true,
        )
      }
      expect(kept[0]?.score ?? 0).toBe(Math.max(0, ...all.map(({ score }) => score)))
    }),
  )
})

test('doing it twice changes nothing', () => {
  fc.assert(
    fc.property(detections, (all) => {
      const once = suppressOverlaps(all, 0.4)
      expect(suppressOverlaps(once, 0.4)).toEqual(once)
    }),
  )
})
