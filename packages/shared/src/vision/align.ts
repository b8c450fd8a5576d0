import { invertAffine } from './affine.ts'
import type { Raster } from './raster.ts'
import { estimateSimilarity } from './similarity.ts'
import type { FivePoints } from './types.ts'
import { warpRaster } from './warp.ts'

/** Side of the aligned face, pixels. */
export const alignedSize = 112

/**
 * Where the five points lie in the aligned face: the template that ArcFace-style networks are trained on
 * (insightface, `face_align.py`, `arcface_dst`), its numbers taken from the pixel's corner as everything here is.
 *
 * Its authors count from pixel centres, half a pixel further; but the landmarks that training images were aligned by had
 * an offset of their own. On live frames of NUAA our embedder has longer vectors, higher genuine and lower impostor
 * scores with the numbers as they stand than with half a pixel added.
 */
export const arcfaceTemplate = Float64Array.of(
  38.2946,
  51.6963,
  73.5318,
  51.5014,
  56.0252,
  71.7366,
  41.5493,
  92.3655,
  70.7299,
  92.2041,
)

/** The face turned upright, scaled and moved onto the template: 112 x 112 pixels, black beyond the image. */
export function alignFace(image: Raster, points: FivePoints): Raster {
  const toTemplate = estimateSimilarity(points, arcfaceTemplate)
  return warpRaster(image, invertAffine(toTemplate), alignedSize, alignedSize, 'black')
}
