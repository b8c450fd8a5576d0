import { applyAffine, invertAffine } from '@mien/shared/vision/affine'
import { arcfaceTemplate } from '@mien/shared/vision/align'
import { type Raster, toRaster, toRgbaImage } from '@mien/shared/vision/raster'
import { estimateSimilarity } from '@mien/shared/vision/similarity'
import type { Affine, FaceObservation, RgbaImage } from '@mien/shared/vision/types'
import { warpRaster } from '@mien/shared/vision/warp'
import Delaunator from 'delaunator'

export interface Portrait {
  readonly image: RgbaImage
  readonly face: Pick<FaceObservation, 'landmarks' | 'fivePoints'>
}

/**
 * - `warped`: both faces are bent, triangle by triangle, to the mean of both shapes, so that eyes lie on eyes and lips on lips
 * - `laid over`: both are only turned, scaled and moved, so that what differs in shape shows twice
 */
export const blendKinds = ['warped', 'laid over'] as const
export type BlendKind = (typeof blendKinds)[number]

/** Side of the composite, pixels; its face has the eyes 42 pixels apart, as most of Labeled Faces in the Wild has. */
const side = 256
const scale = 1.2
const margin = (side - 112 * scale) / 2
const place = arcfaceTemplate.map((value) => value * scale + margin)

/** Half of each face: what somebody would hand in who wants a photograph that both people pass with. */
export function blendFaces(a: Portrait, b: Portrait, kind: BlendKind): RgbaImage {
  const [left, right] = kind === 'warped' ? bendToMean(a, b) : [moveToPlace(a), moveToPlace(b)]
  return toRgbaImage({ words: left.words.map((word, i) => meanOf(word, right.words[i]!)), width: side, height: side })
}

/** Of each byte, rounded down: what both have in common and half of what they have not. */
const meanOf = (a: number, b: number): number => (a & b) + (((a ^ b) & 0xfefefefe) >>> 1)

/** From the portrait to the composite. */
const toPlace = ({ face }: Portrait): Affine => estimateSimilarity(face.fivePoints, place)

const moveToPlace = (portrait: Portrait): Raster =>
  warpRaster(toRaster(portrait.image), invertAffine(toPlace(portrait)), side, side, 'replicate')

/** Corners and middles of the composite's edges: they hold the surroundings. */
const edge = [0, side / 2, side].flatMap((y) => [0, side / 2, side].map((x) => ({ x, y })))
const frame = edge.filter(({ x, y }) => x !== side / 2 || y !== side / 2).flatMap(({ x, y }) => [x, y])

function bendToMean(a: Portrait, b: Portrait): [Raster, Raster] {
  const [inA, inB] = [placedPoints(a), placedPoints(b)]
  const shape = inA.map((value, i) => (value + inB[i]!) / 2)
  const { triangles } = new Delaunator(shape)
  return [bend(a, shape, triangles), bend(b, shape, triangles)]
}

/** The landmarks where they would lie in the composite, then the frame. Shape [76, 2] flat. */
const placedPoints = (portrait: Portrait): Float64Array =>
  Float64Array.of(...mapPoints(toPlace(portrait), portrait.face.landmarks), ...frame)

function mapPoints(map: Affine, points: ArrayLike<number>): number[] {
  return Array.from({ length: points.length / 2 }, (_, i) =>
    applyAffine(map, points[2 * i]!, points[2 * i + 1]!),
  ).flatMap(({ x, y }) => [x, y])
}

/** Every triangle of the shape, filled with what lies between the same three points of the portrait. */
function bend(portrait: Portrait, shape: Float64Array, triangles: Uint32Array): Raster {
  const source = toRaster(portrait.image)
  const from = [...portrait.face.landmarks, ...mapPoints(invertAffine(toPlace(portrait)), frame)]
  const words = new Uint32Array(side * side)
  for (let i = 0; i < triangles.length; i += 3) {
    const corners = [triangles[i]!, triangles[i + 1]!, triangles[i + 2]!] as const
    fillTriangle(words, source, cornersOf(shape, corners), cornersOf(from, corners))
  }
  return { words, width: side, height: side }
}

type Triangle = readonly [number, number, number, number, number, number]

const cornersOf = (points: ArrayLike<number>, [a, b, c]: readonly [number, number, number]): Triangle => [
  points[2 * a]!,
  points[2 * a + 1]!,
  points[2 * b]!,
  points[2 * b + 1]!,
  points[2 * c]!,
  points[2 * c + 1]!,
]

function fillTriangle(words: Uint32Array, source: Raster, to: Triangle, from: Triangle): void {
  const toUnit = invertAffine(fromUnit(to))
  const left = Math.max(0, Math.floor(Math.min(to[0], to[2], to[4])))
  const top = Math.max(0, Math.floor(Math.min(to[1], to[3], to[5])))
  const width = Math.min(side, Math.ceil(Math.max(to[0], to[2], to[4]))) - left
  const height = Math.min(side, Math.ceil(Math.max(to[1], to[3], to[5]))) - top
  if (width <= 0 || height <= 0) return
  const map = chain(fromUnit(from), chain(toUnit, [1, 0, left, 0, 1, top]))
  const patch = warpRaster(source, map, width, height, 'replicate')
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = applyAffine(toUnit, left + x + 0.5, top + y + 0.5)
      // On a shared edge both triangles say the same.
      if (at.x >= -1e-9 && at.y >= -1e-9 && at.x + at.y <= 1 + 1e-9) {
        words[(top + y) * side + left + x] = patch.words[y * width + x]!
      }
    }
  }
}

/** From the triangle (0, 0), (1, 0), (0, 1). */
const fromUnit = ([ax, ay, bx, by, cx, cy]: Triangle): Affine => [bx - ax, cx - ax, ax, by - ay, cy - ay, ay]

/** First `inner`, then `outer`. */
const chain = (outer: Affine, inner: Affine): Affine => [
  outer[0] * inner[0] + outer[1] * inner[3],
  outer[0] * inner[1] + outer[1] * inner[4],
  outer[0] * inner[2] + outer[1] * inner[5] + outer[2],
  outer[3] * inner[0] + outer[4] * inner[3],
  outer[3] * inner[1] + outer[4] * inner[4],
  outer[3] * inner[2] + outer[4] * inner[5] + outer[5],
]
