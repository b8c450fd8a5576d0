import { applyAffine, ontoBox, scaleBox } from './affine.ts'
import type { LandmarksModel } from './manifest.ts'
import type { Raster } from './raster.ts'
import { runOnImage } from './run-on-image.ts'
import type { ModelSession } from './runtime.ts'
import type { Affine, Box, FivePoints, Landmarks68 } from './types.ts'
import { warpRaster } from './warp.ts'

/** Crop -> image; edge pixels go on where the box leaves the image. */
const cropMap = (model: LandmarksModel, box: Box): Affine =>
  ontoBox(scaleBox(box, model.cropScale), model.input.width, model.input.height)

/** Finds the 68 points of the face in `box`, in pixels of the image. */
export async function findLandmarks(
  session: ModelSession,
  model: LandmarksModel,
  image: Raster,
  box: Box,
): Promise<Landmarks68> {
  const { width, height } = model.input
  const map = cropMap(model, box)
  const crop = warpRaster(image, map, width, height, 'replicate')
  const [fractions] = await runOnImage(session, model.input, crop, [model.points])
  const points = new Float32Array(fractions!.length)
  for (let i = 0; i < points.length; i += 2) {
    const { x, y } = applyAffine(map, fractions![i]! * width, fractions![i + 1]! * height)
    points[i] = x
    points[i + 1] = y
  }
  return points
}

/** iBUG 68-point indices whose mean is each of the five points that alignment needs. The eyes leave out their corners. */
const fivePointSources = [[37, 38, 40, 41], [43, 44, 46, 47], [30], [48, 60], [54, 64]] as const

export function toFivePoints(landmarks: Landmarks68): FivePoints {
  const points = new Float64Array(10)
  fivePointSources.forEach((indices, i) => {
    for (const index of indices) {
      points[2 * i] = points[2 * i]! + landmarks[2 * index]! / indices.length
      points[2 * i + 1] = points[2 * i + 1]! + landmarks[2 * index + 1]! / indices.length
    }
  })
  return points
}
