import { ontoBox } from './affine.ts'
import type { PadModel } from './manifest.ts'
import type { Raster } from './raster.ts'
import { runOnImage } from './run-on-image.ts'
import type { ModelSession } from './runtime.ts'
import { softmax } from './tensors.ts'
import type { Box, PadFacts } from './types.ts'
import { warpRaster } from './warp.ts'

/**
 * The face with its surroundings, where the edge of a print or a screen shows: `scale` times the box, less where the
 * image is too small, and moved back inside where it would leave the image. The rule of minivision's
 * Silent-Face-Anti-Spoofing (`src/generate_patches.py`), which these networks are trained with.
 */
export function padCrop(box: Box, scale: number, image: { readonly width: number; readonly height: number }): Box {
  const fitting = Math.min((image.width - 1) / box.width, (image.height - 1) / box.height, scale)
  const width = box.width * fitting
  const height = box.height * fitting
  return {
    x: moveInside(box.x + (box.width - width) / 2, width, image.width),
    y: moveInside(box.y + (box.height - height) / 2, height, image.height),
    width,
    height,
  }
}

const moveInside = (start: number, length: number, size: number): number =>
  Math.max(0, Math.min(start, size - 1 - length))

function toPadInput(image: Raster, box: Box, { input, cropScale }: PadModel): Raster {
  const map = ontoBox(padCrop(box, cropScale, image), input.width, input.height)
  return warpRaster(image, map, input.width, input.height, 'replicate')
}

/** Asks the presentation-attack network about one face. */
export async function judgeLiveness(
  session: ModelSession,
  model: PadModel,
  image: Raster,
  box: Box,
): Promise<PadFacts> {
  const [classes] = await runOnImage(session, model.input, toPadInput(image, box, model), [model.classes])
  const probabilities = model.activation === 'softmax' ? softmax(classes!) : classes!
  return { live: probabilities[model.liveClass]!, modelId: model.id }
}
