import { ontoBox } from './affine.ts'
import type { DetectorModel } from './manifest.ts'
import { suppressOverlaps } from './nms.ts'
import type { Raster } from './raster.ts'
import { runOnImage } from './run-on-image.ts'
import type { ModelSession } from './runtime.ts'
import type { Box, FaceDetection } from './types.ts'
import { warpRaster } from './warp.ts'

const wholeImage = ({ width, height }: { width: number; height: number }): Box => ({ x: 0, y: 0, width, height })

/** The image stretched to the detector's input. */
function toDetectorInput(image: Raster, { input }: DetectorModel): Raster {
  const map = ontoBox(wholeImage(image), input.width, input.height)
  return warpRaster(image, map, input.width, input.height, 'replicate')
}

/** Finds every face. Best score first; boxes in pixels of the image. */
export async function detectFaces(
  session: ModelSession,
  model: DetectorModel,
  image: Raster,
): Promise<FaceDetection[]> {
  const stretched = toDetectorInput(image, model)
  const [scores, boxes] = await runOnImage(session, model.input, stretched, [model.scores, model.boxes])
  return decodeDetections(scores!, boxes!, model, image)
}

/**
 * @param scores shape [n, 2] flat: background and face probability
 * @param boxes  shape [n, 4] flat: left, top, right, bottom as fractions of the image
 */
export function decodeDetections(
  scores: Float32Array,
  boxes: Float32Array,
  model: DetectorModel,
  { width, height }: { readonly width: number; readonly height: number },
): FaceDetection[] {
  const found: FaceDetection[] = []
  for (let i = 0; 2 * i < scores.length; i++) {
    const score = scores[2 * i + 1]!
    if (score < model.scoreThreshold) continue
    const x = boxes[4 * i]! * width
    const y = boxes[4 * i + 1]! * height
    const box = { x, y, width: boxes[4 * i + 2]! * width - x, height: boxes[4 * i + 3]! * height - y }
    if (box.width > 0 && box.height > 0) found.push({ box, score })
  }
  const kept = suppressOverlaps(found, model.overlapThreshold)
  return model.box === 'as-found' ? kept : kept.map(({ box, score }) => ({ box: squareOfHeight(box), score }))
}

/** A square of the box's height around its centre: the detector's widths waver more than its heights. */
const squareOfHeight = (box: Box): Box => ({
  x: box.x + (box.width - box.height) / 2,
  y: box.y,
  width: box.height,
  height: box.height,
})
