import type { RgbaImage } from '@mien/shared/vision/types'
import sharp, { type Sharp } from 'sharp'

/** Ways in which a photograph can be too bad. Lengths are in distances between the eyes, so that they mean the same in any photograph. */
export const degradations = {
  'blurred by 0.05': ({ photo, eyes }) => photo.blur(0.05 * eyes),
  'blurred by 0.1': ({ photo, eyes }) => photo.blur(0.1 * eyes),
  'eyes 20 px apart': ({ photo, image, eyes }) => photo.resize({ width: Math.round((image.width * 20) / eyes) }),
  'a tenth of the light': ({ photo }) => photo.linear(0.1, 0),
  'washed out': ({ photo }) => photo.linear(1, 150),
} as const satisfies Record<string, (given: Given) => Sharp>

interface Given {
  readonly photo: Sharp
  readonly image: RgbaImage
  /** Distance of the eyes, pixels. */
  readonly eyes: number
}

export type DegradationName = keyof typeof degradations
export const degradationNames = Object.keys(degradations) as readonly DegradationName[]

/** Blurred with a Gaussian whose standard deviation the name says. */
export async function degradePhoto(image: RgbaImage, eyes: number, name: DegradationName): Promise<RgbaImage> {
  const { width, height } = image
  const photo = sharp(image.data, { raw: { width, height, channels: 4 } }).removeAlpha()
  const { data, info } = await degradations[name]({ photo, image, eyes })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height }
}
