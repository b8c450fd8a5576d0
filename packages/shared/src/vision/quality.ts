import { applyAffine } from './affine.ts'
import { arcfaceTemplate } from './align.ts'
import { coverFacts } from './cover.ts'
import { lumaOfWord, toLuma } from './pixels.ts'
import type { Raster } from './raster.ts'
import { estimateSimilarity } from './similarity.ts'
import type { Box, FivePoints, Landmarks68, QualityFacts } from './types.ts'

/** Luma at or below / at or above which a pixel holds no more detail. */
const darkest = 20
const brightest = 235

/** Measures one face. Numbers only: what is good enough is for `policy/` to say. */
export function measureQuality(
  image: Raster,
  box: Box,
  landmarks: Landmarks68,
  points: FivePoints,
  aligned: Raster,
): QualityFacts {
  const luma = toLuma(aligned)
  return {
    interEyeDistancePx: Math.hypot(points[2]! - points[0]!, points[3]! - points[1]!),
    ...placeFacts(image, box),
    ...exposureFacts(luma),
    sharpness: laplacianVariance(luma, aligned.width, aligned.height),
    backlight: measureBacklight(image, box),
    eyeOpenness: Math.min(openness(landmarks, 36), openness(landmarks, 42)),
    ...coverFacts(aligned),
    occlusion: shapeDeviation(points),
  }
}

function placeFacts({ width, height }: Raster, box: Box) {
  const inside =
    Math.max(0, Math.min(box.x + box.width, width) - Math.max(box.x, 0)) *
    Math.max(0, Math.min(box.y + box.height, height) - Math.max(box.y, 0))
  return {
    faceHeightRatio: box.height / height,
    offsetX: (box.x + box.width / 2) / width - 0.5,
    offsetY: (box.y + box.height / 2) / height - 0.5,
    insideRatio: inside / (box.width * box.height),
  }
}

function exposureFacts(luma: Float32Array) {
  let sum = 0
  let squares = 0
  let dark = 0
  let bright = 0
  for (const value of luma) {
    sum += value
    squares += value * value
    if (value <= darkest) dark++
    if (value >= brightest) bright++
  }
  const brightness = sum / luma.length
  return {
    brightness,
    contrast: Math.sqrt(Math.max(0, squares / luma.length - brightness * brightness)),
    underExposedRatio: dark / luma.length,
    overExposedRatio: bright / luma.length,
  }
}

/**
 * Variance of the 4-neighbour Laplacian, a classical measure of focus (J. L. Pech-Pacheco et al., "Diatom
 * autofocusing in brightfield microscopy: a comparative study", ICPR 2000).
 *
 * @param luma shape [height, width] flat
 */
export function laplacianVariance(luma: Float32Array, width: number, height: number): number {
  let sum = 0
  let squares = 0
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const value = luma[i - 1]! + luma[i + 1]! + luma[i - width]! + luma[i + width]! - 4 * luma[i]!
      sum += value
      squares += value * value
    }
  }
  const count = (width - 2) * (height - 2)
  return squares / count - (sum / count) ** 2
}

/** Looks at a grid of at most this many points a side: a mean needs no more. */
const gridSize = 48

/** Mean luma outside the box minus inside; 0 when one of both is empty. */
function measureBacklight({ words, width, height }: Raster, box: Box): number {
  const stepX = Math.max(1, Math.floor(width / gridSize))
  const stepY = Math.max(1, Math.floor(height / gridSize))
  let insideSum = 0
  let insideCount = 0
  let sum = 0
  let count = 0
  for (let y = stepY >> 1; y < height; y += stepY) {
    for (let x = stepX >> 1; x < width; x += stepX) {
      const luma = lumaOfWord(words[y * width + x]!)
      const inside = x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height
      sum += luma
      count++
      if (!inside) continue
      insideSum += luma
      insideCount++
    }
  }
  if (insideCount === 0 || insideCount === count) return 0
  return (sum - insideSum) / (count - insideCount) - insideSum / insideCount
}

/**
 * Eye aspect ratio (T. Soukupova and J. Cech, "Real-time eye blink detection using facial landmarks", CVWW 2016,
 * equation 1): mean distance of both lid pairs over the distance of the corners.
 *
 * @param first index of the eye's outer landmark on the image's left; six points follow round the eye
 */
function openness(landmarks: Landmarks68, first: 36 | 42): number {
  const distance = (a: number, b: number) =>
    Math.hypot(
      landmarks[2 * (first + a)]! - landmarks[2 * (first + b)]!,
      landmarks[2 * (first + a) + 1]! - landmarks[2 * (first + b) + 1]!,
    )
  const width = distance(0, 3)
  return width === 0 ? 0 : Math.min(1, (distance(1, 5) + distance(2, 4)) / (2 * width))
}

const templateEyeDistance = Math.hypot(
  arcfaceTemplate[2]! - arcfaceTemplate[0]!,
  arcfaceTemplate[3]! - arcfaceTemplate[1]!,
)

/** Root mean square distance of the five points, once aligned, from the template, in inter-eye distances. */
function shapeDeviation(points: FivePoints): number {
  const map = estimateSimilarity(points, arcfaceTemplate)
  let squares = 0
  for (let i = 0; i < points.length; i += 2) {
    const { x, y } = applyAffine(map, points[i]!, points[i + 1]!)
    squares += (x - arcfaceTemplate[i]!) ** 2 + (y - arcfaceTemplate[i + 1]!) ** 2
  }
  return Math.sqrt(squares / (points.length / 2)) / templateEyeDistance
}
