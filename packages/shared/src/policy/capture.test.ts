import { expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { type CaptureFrame, judgeCapture } from './capture.ts'

const person = syntheticPerson(1)
const frames = (count: number, gapMs = 200, noise = 0.2): CaptureFrame[] =>
  Array.from({ length: count }, (_, i) => ({ atMs: i * gapMs, vector: syntheticFrame(person, i + 1, noise) }))

test('[PO9] three to five frames of one person, apart in time, are a capture', () => {
  for (const count of [3, 4, 5]) expect(judgeCapture(frames(count))).toBe('ok')
})

test('[PO9] too few, too many, too close or out of order are not', () => {
  expect(judgeCapture(frames(2))).toBe('timing')
  expect(judgeCapture(frames(6))).toBe('timing')
  expect(judgeCapture(frames(3, 149))).toBe('timing')
  expect(judgeCapture(frames(3).reverse())).toBe('timing')
  expect(judgeCapture(frames(3).map((frame) => ({ ...frame, atMs: Number.NaN })))).toBe('timing')
})

test('[PO10] repeats of one picture are refused only when all frames repeat', () => {
  const [a, b, c] = frames(3) as [CaptureFrame, CaptureFrame, CaptureFrame]
  expect(judgeCapture([a, { ...b, vector: a.vector }, c])).toBe('ok')
  expect(judgeCapture([a, { ...b, vector: a.vector }, { ...c, vector: a.vector }])).toBe('still')
  expect(judgeCapture(frames(5, 200, 0.001))).toBe('still')
})

test('[PO11] frames of two people are mixed, and so are numbers that are none', () => {
  const [a, b, c] = frames(3) as [CaptureFrame, CaptureFrame, CaptureFrame]
  expect(judgeCapture([a, b, { ...c, vector: syntheticPerson(2) }])).toBe('mixed')
  expect(judgeCapture([a, b, { ...c, vector: new Float32Array(512).fill(Number.NaN) }])).toBe('mixed')
  expect(judgeCapture([a, b, { ...c, vector: new Float32Array(3) }])).toBe('mixed')
})
