import { expect, test } from 'vitest'
import { createRepeatDetector } from './repeat-detector.ts'

const frame = (width: number, height: number, ...changed: number[]) => {
  const data = new Uint8ClampedArray(width * height * 4).fill(7)
  for (const at of changed) data[at] = 8
  return { data, width, height }
}

test('only a frame with every pixel of the frame before is a repeat', () => {
  const isRepeat = createRepeatDetector()
  expect(isRepeat(frame(4, 4))).toBe(false)
  expect(isRepeat(frame(4, 4))).toBe(true)
  expect(isRepeat(frame(4, 4, 63))).toBe(false)
  expect(isRepeat(frame(4, 4))).toBe(false)
  expect(isRepeat(frame(8, 2))).toBe(false)
})

test('a frame that starts anywhere in its memory is compared like any other', () => {
  const isRepeat = createRepeatDetector()
  const shifted = { ...frame(4, 4), data: new Uint8ClampedArray(65).fill(7).subarray(1) }
  expect(isRepeat(frame(4, 4))).toBe(false)
  expect(isRepeat(shifted)).toBe(true)
})
