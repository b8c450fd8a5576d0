import { hostArithmetic } from './host-arithmetic.ts'
import type { ImageInput } from './manifest.ts'
import type { Raster } from './raster.ts'
import type { TensorData } from './runtime.ts'

/** Luma weights of ITU-R BT.601, as JPEG (JFIF) and OpenCV's grey conversion use them. */
const lumaOfRed = 0.299
const lumaOfGreen = 0.587
const lumaOfBlue = 0.114

/** Shape [height, width] flat, 0..255. @param luma where it is written */
export function toLuma({ words }: Raster, luma: Float32Array = new Float32Array(words.length)): Float32Array {
  for (let i = 0; i < words.length; i++) luma[i] = lumaOfWord(words[i]!)
  return luma
}

/** @param word 0xAABBGGRR */
export const lumaOfWord = (word: number): number =>
  lumaOfRed * (word & 255) + lumaOfGreen * ((word >>> 8) & 255) + lumaOfBlue * ((word >>> 16) & 255)

/**
 * Packs an image of exactly the input's size into the tensor that the network takes.
 *
 * @param spare memory that the tensor may be written to, if its size is right
 */
export function toInputTensor(image: Raster, input: ImageInput, spare?: Float32Array): TensorData {
  const channels = input.colour === 'grey' ? 1 : 3
  const length = channels * image.words.length
  const data = spare?.length === length ? spare : new Float32Array(length)
  if (input.colour === 'grey') packGrey(image, input, data)
  else packColour(image, input, data)
  return { data, dims: [1, channels, input.height, input.width] }
}

function packGrey(image: Raster, input: ImageInput, luma: Float32Array): void {
  toLuma(image, luma)
  const scale = 1 / input.std[0]!
  const offset = -input.mean[0]! * scale
  for (let i = 0; i < luma.length; i++) luma[i] = luma[i]! * scale + offset
}

/** Shape [3, height, width] flat, planes in the order of `input.colour`. */
function packColour(image: Raster, { colour, mean, std }: ImageInput, data: Float32Array): void {
  const shifts = colour === 'rgb' ? [0, 8, 16] : [16, 8, 0]
  const planes = shifts.map((shift, i) => {
    const scale = 1 / std[i]!
    return { shift, scale, offset: -mean[i]! * scale }
  })
  hostArithmetic().pack(image, planes, data)
}
