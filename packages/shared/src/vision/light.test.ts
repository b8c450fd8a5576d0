import fc from 'fast-check'
import { expect, test } from 'vitest'
import { measureLight } from './light.ts'
import { toRaster } from './raster.ts'

const size = 200
const box = { x: 60, y: 60, width: 80, height: 100 }

/** A face of one colour before a wall of another. */
function draw(face: readonly number[], wall: readonly number[]) {
  const data = new Uint8ClampedArray(size * size * 4).fill(255)
  for (let i = 0; i < size * size; i++) {
    const [x, y] = [i % size, Math.floor(i / size)]
    const isFace = x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height
    data.set(isFace ? face : wall, 4 * i)
  }
  return toRaster({ data, width: size, height: size })
}

test('[SV11] light is measured in proportion to light, on the face and around it', () => {
  const { face, around } = measureLight(draw([188, 137, 99], [137, 137, 137]), box)
  expect(face!.map((value) => Math.round(value * 100))).toEqual([50, 25, 12])
  expect(around!.map((value) => Math.round(value * 100))).toEqual([25, 25, 25])
})

test('[SV11] where pixels are clipped nothing is told', () => {
  expect(measureLight(draw([188, 137, 99], [255, 255, 255]), box).around).toBeNull()
  expect(measureLight(draw([188, 137, 251], [137, 137, 137]), box).face).toBeNull()
  expect(measureLight(draw([9, 7, 2], [137, 137, 137]), box).face).toBeNull()
})

test('[SV11] a face that fills the picture has nothing around it', () => {
  const whole = { x: 0, y: 0, width: size, height: size }
  expect(measureLight(draw([188, 137, 99], [137, 137, 137]), whole).around).toBeNull()
})

/** A wall that gets ever brighter towards one side, up to `most` (1: white), under more or less light. */
function drawShaded(most: number, light: number) {
  const data = new Uint8ClampedArray(size * size * 4).fill(255)
  for (let i = 0; i < size * size; i++) {
    const linear = Math.min(1, (light * most * (1 + (i % size))) / size)
    data.fill(255 * linear ** (1 / 2.2), 4 * i, 4 * i + 3)
  }
  return toRaster({ data, width: size, height: size })
}

test('[SV11] a wall of which more is clipped under more light is told rightly, or not at all', () => {
  const gains = fc.record({
    most: fc.double({ min: 0.5, max: 2, noNaN: true }),
    by: fc.double({ min: 0.8, max: 1.25, noNaN: true }),
  })
  fc.assert(
    fc.property(gains, ({ most, by }) => {
      const [before, after] = [drawShaded(most, 1), drawShaded(most, by)].map((wall) => measureLight(wall, box).around)
      if (before == null || after == null) return
      expect(after[0] / before[0] / by).toBeCloseTo(1, 1.2)
    }),
  )
  expect(measureLight(drawShaded(1.1, 1), box).around).not.toBeNull()
  expect(measureLight(drawShaded(2, 1), box).around).toBeNull()
})
