import type { Landmarks68, RgbaImage } from '@mien/shared/vision/types'
import sharp from 'sharp'

/** Things drawn over a face. Smooth and evenly lit, so easier to tell than real ones: they compare features, they do not rate products. */
export const covers = {
  'mask blue': maskOf('rgb(150,190,215)'),
  'mask white': maskOf('rgb(225,225,222)'),
  'mask black': maskOf('rgb(38,38,40)'),
  'mask red': maskOf('rgb(170,40,45)'),
  'mask like skin': maskOf('skin'),
  'scarf grey': scarfOf('rgb(95,95,100)'),
  'scarf brown': scarfOf('rgb(110,80,60)'),
  'scarf navy': scarfOf('rgb(40,50,90)'),
  'glasses black': glassesOf('rgb(12,12,14)', 0.97),
  'glasses brown': glassesOf('rgb(50,30,18)', 0.85),
  'glasses mirrored': glassesOf('rgb(60,80,120)', 0.92),
  'glasses tinted': glassesOf('rgb(40,40,45)', 0.6),
} as const satisfies Record<string, Cover>

export type CoverName = keyof typeof covers
export const coverNames = Object.keys(covers) as readonly CoverName[]

/** @returns SVG elements in pixels of the image */
type Cover = (face: { readonly points: readonly Point[]; readonly skin: string }) => string
type Point = readonly [number, number]

/** The face with the cover over it, and the noise of a sensor, the same for the same image. */
export async function drawCover(image: RgbaImage, landmarks: Landmarks68, name: CoverName): Promise<RgbaImage> {
  const { width, height } = image
  const points = Array.from({ length: 68 }, (_, i): Point => [landmarks[2 * i]!, landmarks[2 * i + 1]!])
  const shapes = covers[name]({ points, skin: skinOf(image, points) })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`
  const data = await sharp(image.data, { raw: { width, height, channels: 4 } })
    .composite([{ input: Buffer.from(svg) }])
    .raw()
    .toBuffer()
  return { data: addNoise(new Uint8ClampedArray(data)), width, height }
}

/** Plus or minus 3, by a linear congruential generator (Numerical Recipes). */
function addNoise(data: Uint8ClampedArray): Uint8ClampedArray {
  let state = 1
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    if (i % 4 !== 3) data[i] = data[i]! + (state >>> 24) / 42 - 3
  }
  return data
}

/** The colour in the middle of the nose. */
function skinOf({ data, width, height }: RgbaImage, points: readonly Point[]): string {
  const [x, y] = points[29]!
  const column = Math.min(width - 1, Math.max(0, Math.round(x)))
  const row = Math.min(height - 1, Math.max(0, Math.round(y)))
  const at = 4 * (row * width + column)
  return `rgb(${data[at]},${data[at + 1]},${data[at + 2]})`
}

const eyeDistance = (points: readonly Point[]): number =>
  Math.hypot(points[45]![0] - points[36]![0], points[45]![1] - points[36]![1])

const polygon = (points: readonly Point[], fill: string): string =>
  `<polygon points="${points.map((point) => point.join(',')).join(' ')}" fill="${fill}"/>`

/** From ear to ear, over the nose and under the chin. */
function maskOf(colour: string): Cover {
  return ({ points, skin }) => {
    const top = points[29]![1]
    const over: readonly Point[] = [[points[46]![0], top], points[29]!, [points[41]![0], top]]
    return polygon([...points.slice(1, 16), ...over], colour === 'skin' ? skin : colour)
  }
}

/** From under the nose over the chin and the neck, in folds. */
function scarfOf(colour: string): Cover {
  return ({ points }) => {
    const size = eyeDistance(points)
    const [left, right] = [points[2]!, points[14]!]
    const top = points[33]![1] - 0.05 * size
    const bottom = points[8]![1] + 0.7 * size
    const outline: readonly Point[] = [
      left,
      [points[31]![0], top],
      [points[35]![0], top],
      right,
      [right[0] + 0.3 * size, bottom],
      [left[0] - 0.3 * size, bottom],
    ]
    const folds = [0, 1, 2, 3, 4, 5, 6].map((i) => {
      const y = top + 0.13 * i * size
      const path = `M ${left[0]} ${y + 0.1 * size} Q ${points[33]![0]} ${y + 0.25 * size} ${right[0]} ${y - 0.06 * size}`
      return `<path d="${path}" stroke="black" stroke-opacity="0.35" stroke-width="${0.05 * size}" fill="none"/>`
    })
    return polygon(outline, colour) + folds.join('')
  }
}

/** Two oval lenses and a bridge. */
function glassesOf(colour: string, opacity: number): Cover {
  return ({ points }) => {
    const lenses = [36, 42].map((first) => {
      const eye = points.slice(first, first + 6)
      const width = Math.hypot(eye[3]![0] - eye[0]![0], eye[3]![1] - eye[0]![1])
      const x = eye.reduce((sum, point) => sum + point[0], 0) / 6
      const y = eye.reduce((sum, point) => sum + point[1], 0) / 6 + 0.1 * width
      return `<ellipse cx="${x}" cy="${y}" rx="${0.85 * width}" ry="${0.62 * width}" fill="${colour}" fill-opacity="${opacity}"/>`
    })
    const [from, to, y] = [points[39]![0], points[42]![0], points[27]![1]]
    return `${lenses.join('')}<path d="M ${from} ${y} H ${to}" stroke="#111" stroke-width="${0.03 * eyeDistance(points)}"/>`
  }
}
