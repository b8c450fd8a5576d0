import { expect, test } from 'vitest'
import { alignFace, arcfaceTemplate } from './align.ts'
import { decodeDetections } from './detect.ts'
import { toFivePoints } from './landmarks.ts'
import type { DetectorModel, ImageInput } from './manifest.ts'
import { padCrop } from './pad.ts'
import { toInputTensor } from './pixels.ts'
import { selectPrimaryFace } from './primary-face.ts'
import { laplacianVariance, measureQuality } from './quality.ts'
import type { Raster } from './raster.ts'

const detector = { scoreThreshold: 0.65, overlapThreshold: 0.4, box: 'height-square' } as DetectorModel
const filled = (width: number, height: number, word: number): Raster => ({
  words: new Uint32Array(width * height).fill(word),
  width,
  height,
})

test('detections are decoded to squares of their height in pixels, without weak, inside-out or doubled ones', () => {
  const boxes = Float32Array.of(0.25, 0.25, 0.45, 0.75, 0.26, 0.25, 0.46, 0.75, 0.5, 0.5, 0.4, 0.6, 0.8, 0.1, 0.9, 0.2)
  const scores = Float32Array.of(0.1, 0.9, 0.05, 0.95, 0, 0.99, 0.5, 0.5)
  const found = decodeDetections(scores, boxes, detector, { width: 400, height: 200 })
  expect(found).toHaveLength(1)
  expect(found[0]!.score).toBeCloseTo(0.95)
  const { x, y, width, height } = found[0]!.box
  expect([x, y, width, height].map((value) => Math.round(value * 10) / 10)).toEqual([94, 50, 100, 100])
})

test('pixels go into the tensor in the colour order, mean and scale of the manifest', () => {
  const input = (colour: ImageInput['colour'], mean: number[], std: number[]) =>
    ({ tensor: 'in', width: 1, height: 1, layout: 'nchw', colour, mean, std }) as const
  const pixel = filled(1, 1, 0xff302010)
  expect([...toInputTensor(pixel, input('rgb', [0, 0, 0], [1, 1, 1])).data]).toEqual([16, 32, 48])
  expect([...toInputTensor(pixel, input('bgr', [0, 0, 0], [1, 1, 1])).data]).toEqual([48, 32, 16])
  expect([...toInputTensor(pixel, input('bgr', [48, 30, 8], [1, 2, 4])).data]).toEqual([0, 1, 2])
  const grey = toInputTensor(pixel, input('grey', [0], [256]))
  expect(grey.dims).toEqual([1, 1, 1, 1])
  expect(grey.data[0]! * 256).toBeCloseTo(0.299 * 16 + 0.587 * 32 + 0.114 * 48, 3)
})

test('the five points are the middle of each eye, the nose tip and the mouth corners', () => {
  const landmarks = new Float32Array(136)
  const put = (index: number, x: number, y: number) => landmarks.set([x, y], 2 * index)
  for (const [i, index] of [37, 38, 40, 41].entries()) put(index, 10 + (i % 2) * 4, 20 + (i < 2 ? 0 : 2))
  for (const [i, index] of [43, 44, 46, 47].entries()) put(index, 50 + (i % 2) * 4, 20 + (i < 2 ? 0 : 2))
  put(30, 32, 40)
  put(48, 18, 60)
  put(60, 20, 60)
  put(54, 46, 61)
  put(64, 44, 61)
  expect([...toFivePoints(landmarks)]).toEqual([12, 21, 52, 21, 32, 40, 19, 60, 45, 61])
})

test('a face that lies on the template already is cut out as it is', () => {
  const image = filled(112, 112, 0xff000000)
  for (let i = 0; i < image.words.length; i++) image.words[i] = 0xff000000 | (i % 251)
  const aligned = alignFace(image, arcfaceTemplate)
  // The exact map is the identity; rounding in its estimate may not move a value by more than one level.
  for (let i = 0; i < image.words.length; i++) {
    expect(Math.abs((aligned.words[i]! & 255) - (image.words[i]! & 255))).toBeLessThanOrEqual(1)
  }
})

test('the surroundings of a face shrink and move so that they stay inside the image', () => {
  const image = { width: 640, height: 480 }
  expect(padCrop({ x: 300, y: 200, width: 100, height: 100 }, 2.7, image)).toEqual({
    x: 215,
    y: 115,
    width: 270,
    height: 270,
  })
  const corner = padCrop({ x: 0, y: 0, width: 100, height: 100 }, 2.7, image)
  expect([corner.x, corner.y]).toEqual([0, 0])
  expect(corner.width).toBeCloseTo(270)
  const large = padCrop({ x: 100, y: 50, width: 400, height: 400 }, 2.7, image)
  expect(large.height).toBeCloseTo(479)
  expect(large.y).toBeGreaterThanOrEqual(0)
  expect(large.y + large.height).toBeLessThanOrEqual(480)
})

const faceAt = (x: number, y: number, side: number) => ({
  detection: { box: { x, y, width: side, height: side }, score: 1 },
})

test('of a large face at the edge and a smaller one in the middle, the middle one is what a portrait is about', () => {
  const image = { width: 250, height: 250 }
  const middle = faceAt(75, 75, 100)
  expect(selectPrimaryFace([faceAt(-30, 0, 110), middle], image)).toBe(middle)
  expect(selectPrimaryFace([faceAt(80, 80, 40), middle], image)).toBe(middle)
  expect(selectPrimaryFace([], image)).toBeUndefined()
})

const eyesAndFrame = (left: number, right: number): Float32Array => {
  const landmarks = new Float32Array(136)
  for (const first of [36, 42]) {
    const lid = first === 36 ? left : right
    const x = first === 36 ? 140 : 180
    for (const [i, [dx, dy]] of [
      [0, 0],
      [6, -lid],
      [14, -lid],
      [20, 0],
      [14, lid],
      [6, lid],
    ].entries()) {
      landmarks.set([x + dx!, 100 + dy!], 2 * (first + i))
    }
  }
  return landmarks
}

function qualityOf(image: Raster, box = { x: 120, y: 60, width: 100, height: 100 }, left = 3, right = left) {
  const points = arcfaceTemplate.map((value) => value + 110)
  return measureQuality(image, box, eyesAndFrame(left, right), points, alignFace(image, points))
}

test('quality: place, size and share inside the image', () => {
  const facts = qualityOf(filled(320, 240, 0xff808080), { x: 270, y: 0, width: 100, height: 120 })
  expect(facts.faceHeightRatio).toBeCloseTo(0.5)
  expect(facts.offsetX).toBeCloseTo(0.5)
  expect(facts.offsetY).toBeCloseTo(-0.25)
  expect(facts.insideRatio).toBeCloseTo(0.5)
  expect(facts.interEyeDistancePx).toBeCloseTo(35.24, 1)
})

test('quality: an even grey has its brightness, no contrast, no sharpness, no backlight and a plausible shape', () => {
  const facts = qualityOf(filled(320, 240, 0xff808080))
  expect(facts.brightness).toBeCloseTo(128, 0)
  expect([facts.contrast, facts.sharpness, facts.backlight].map((value) => Math.round(value))).toEqual([0, 0, 0])
  expect(facts.occlusion).toBeCloseTo(0, 6)
  expect([facts.underExposedRatio, facts.overExposedRatio]).toEqual([0, 0])
})

test('quality: black is under-exposed, white over-exposed', () => {
  expect(qualityOf(filled(320, 240, 0xff000000)).underExposedRatio).toBe(1)
  expect(qualityOf(filled(320, 240, 0xffffffff)).overExposedRatio).toBe(1)
})

test('quality: a dark face before a bright wall is backlight', () => {
  const image = filled(320, 240, 0xfff0f0f0)
  for (let y = 60; y < 160; y++) image.words.fill(0xff202020, y * 320 + 120, y * 320 + 220)
  expect(qualityOf(image).backlight).toBeGreaterThan(150)
})

test('quality: of two eyes the more closed one counts', () => {
  const image = filled(320, 240, 0xff808080)
  expect(qualityOf(image, undefined, 0).eyeOpenness).toBe(0)
  expect(qualityOf(image, undefined, 3).eyeOpenness).toBeCloseTo(0.3)
  expect(qualityOf(image, undefined, 1, 3).eyeOpenness).toBeCloseTo(0.1)
  expect(qualityOf(image, undefined, 3, 1).eyeOpenness).toBeCloseTo(0.1)
})

test('quality: a fine pattern is sharper than the same pattern blurred', () => {
  const sharp = Float32Array.from({ length: 400 }, (_, i) => ((i + Math.floor(i / 20)) % 2) * 255)
  const blurred = sharp.map((value) => value / 4 + 96)
  expect(laplacianVariance(sharp, 20, 20)).toBeGreaterThan(10 * laplacianVariance(blurred, 20, 20))
})
