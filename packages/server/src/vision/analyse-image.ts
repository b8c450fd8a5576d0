import { measureLight } from '@mien/shared/vision/light'
import type { Pipeline } from '@mien/shared/vision/pipeline'
import { selectPrimaryFace } from '@mien/shared/vision/primary-face'
import { toRaster } from '@mien/shared/vision/raster'
import { type DecodeOptions, decodeImage } from './decode-image.ts'
import { keepPicture } from './keep-picture.ts'
import type { ImageAnalysis } from './worker-protocol.ts'

export interface AnalyseImageOptions extends DecodeOptions {
  readonly maxFaces?: number | undefined
  /** Guesses age and gender of the face too. */
  readonly attributes?: boolean | undefined
  /** Measures the light on and around the face too. */
  readonly light?: boolean | undefined
  /** Gives the picture back, fit to be kept. */
  readonly keep?: boolean | undefined
  /** Told when the pixels are there. */
  readonly onDecoded?: () => void
}

/** bytes -> pixels -> faces -> template of the face that the image is about. */
export async function analyseImage(
  pipeline: Pipeline,
  file: Uint8Array,
  { maxFaces = 5, attributes = false, light = false, keep = false, onDecoded, ...decode }: AnalyseImageOptions = {},
): Promise<ImageAnalysis> {
  const image = await decodeImage(file, decode)
  onDecoded?.()
  const faces = await pipeline.observe(image, { maxFaces })
  const chosen = selectPrimaryFace(faces, image)
  const { width, height } = image
  if (chosen === undefined) return { width, height, faces }
  const primary = await pipeline.analyse(image, chosen, { attributes })
  return {
    width,
    height,
    faces,
    primary,
    ...(light ? { light: measureLight(toRaster(image), chosen.detection.box) } : {}),
    ...(keep ? { kept: await keepPicture(image) } : {}),
  }
}
