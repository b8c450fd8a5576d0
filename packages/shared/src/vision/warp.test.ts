import fc from 'fast-check'
import { expect, test } from 'vitest'
import { invertAffine, ontoBox } from './affine.ts'
import { type Raster, toRaster, toRgbaImage } from './raster.ts'
import { scalarArithmetic } from './scalar-arithmetic.ts'
import type { Affine } from './types.ts'
import { warpRaster } from './warp.ts'

/** An opaque image whose channels are functions of the pixel's centre, rounded. */
function draw(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Raster {
  const words = new Uint32Array(width * height)
  for (let i = 0; i < words.length; i++) {
    const [r, g, b] = colour((i % width) + 0.5, Math.floor(i / width) + 0.5).map(Math.round) as [number, number, number]
    words[i] = r | (g << 8) | (b << 16) | 0xff000000
  }
  return { words, width, height }
}

const channels = (raster: Raster, x: number, y: number) => {
  const word = raster.words[y * raster.width + x]!
  return [word & 255, (word >>> 8) & 255, (word >>> 16) & 255] as const
}

/** Over the square [from, to) in both directions. */
function largestDifference(a: Raster, b: Raster, from: number, to: number): number {
  let largest = 0
  for (let y = from; y < to; y++) {
    for (let x = from; x < to; x++) {
      const other = channels(b, x, y)
      for (const [k, value] of channels(a, x, y).entries()) largest = Math.max(largest, Math.abs(value - other[k]!))
    }
  }
  return largest
}

const size = fc.integer({ min: 2, max: 70 })
const byte = fc.integer({ min: 0, max: 255 })

test('an image of one colour keeps it at every size', () => {
  fc.assert(
    fc.property(size, size, size, size, byte, byte, byte, (w, h, toW, toH, r, g, b) => {
      const image = draw(w, h, () => [r, g, b])
      const map = ontoBox({ x: 0, y: 0, width: w, height: h }, toW, toH)
      const resized = warpRaster(image, map, toW, toH, 'replicate')
      expect(resized.words.length).toBe(toW * toH)
      expect(new Set(resized.words)).toEqual(new Set(image.words))
    }),
  )
})

test('a ramp stays a ramp: its inside values are those of the place that they are looked up at', () => {
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 120 }), fc.integer({ min: 8, max: 160 }), (width, toWidth) => {
      const image = draw(width, 8, (x) => [x * 2, 0, 255 - x * 2])
      const resized = warpRaster(image, ontoBox({ x: 0, y: 0, width, height: 8 }, toWidth, 8), toWidth, 8, 'replicate')
      const step = width / toWidth
      for (let x = 0; x < toWidth; x++) {
        const centre = (x + 0.5) * step
        if (centre < step || centre > width - step || centre < 1 || centre > width - 1) continue
        const [r, , b] = channels(resized, x, 4)
        // One level for each rounding: drawing, halving and sampling.
        expect(Math.abs(r - centre * 2)).toBeLessThanOrEqual(2.5)
        expect(Math.abs(b - (255 - centre * 2))).toBeLessThanOrEqual(2.5)
      }
    }),
  )
})

test('an image of its own size comes back as it is', () => {
  const image = draw(31, 17, (x, y) => [(x * 37) % 256, (y * 91) % 256, (x * y) % 256])
  const same = warpRaster(image, [1, 0, 0, 0, 1, 0], 31, 17, 'replicate')
  expect(same.words).toEqual(image.words)
})

test('warping there and back leaves the inside of a smooth image as it was', () => {
  const image = draw(96, 96, (x, y) => [
    128 + 100 * Math.sin(x / 17),
    128 + 100 * Math.cos(y / 13),
    128 + 60 * Math.sin((x + y) / 23),
  ])
  fc.assert(
    fc.property(
      fc.double({ min: -0.6, max: 0.6, noNaN: true }),
      fc.double({ min: 0.8, max: 1.25, noNaN: true }),
      (angle, scale) => {
        const a = scale * Math.cos(angle)
        const b = scale * Math.sin(angle)
        const map: Affine = [a, -b, 48 - a * 48 + b * 48, b, a, 48 - b * 48 - a * 48]
        const back = warpRaster(warpRaster(image, map, 96, 96, 'replicate'), invertAffine(map), 96, 96, 'replicate')
        expect(largestDifference(image, back, 34, 62)).toBeLessThanOrEqual(3)
      },
    ),
    { numRuns: 30 },
  )
})

test('beyond the edge lies black or the last pixel, as asked', () => {
  const white = draw(10, 10, () => [255, 255, 255])
  const shifted: Affine = [1, 0, 8, 0, 1, 0]
  expect(channels(warpRaster(white, shifted, 10, 10, 'black'), 5, 5)).toEqual([0, 0, 0])
  expect(channels(warpRaster(white, shifted, 10, 10, 'replicate'), 5, 5)).toEqual([255, 255, 255])
})

test('a far larger image is averaged, not sampled: no line of a fine pattern is lost', () => {
  const stripes = draw(512, 512, (x) => (Math.floor(x) % 2 === 0 ? [255, 255, 255] : [0, 0, 0]))
  const small = warpRaster(stripes, ontoBox({ x: 0, y: 0, width: 512, height: 512 }, 40, 40), 40, 40, 'replicate')
  for (let x = 0; x < 40; x++) expect(channels(small, x, 20)[0]).toBe(128)
})

test('halving takes the mean of each neighbourhood, half up, in every channel', () => {
  fc.assert(
    fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), (bytes) => {
      const image = toRaster({ data: Uint8Array.from(bytes), width: 2, height: 2 })
      const half = scalarArithmetic.reduce(image, { left: 0, top: 0, width: 2, height: 2 }, [{ x: true, y: true }])
      const expected = [0, 1, 2, 3].map((k) =>
        Math.floor((bytes[k]! + bytes[4 + k]! + bytes[8 + k]! + bytes[12 + k]! + 2) / 4),
      )
      expect([...toRgbaImage(half).data]).toEqual(expected)
    }),
  )
})

test('pixels at an odd place of a larger buffer are read right', () => {
  const data = new Uint8Array(4 * 4 + 1).subarray(1)
  data.set([1, 2, 3, 4], 12)
  expect(toRaster({ data, width: 2, height: 2 }).words[3]).toBe(0x04030201)
})
