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
