import type { ImageInput } from './manifest.ts'
import type { Raster } from './raster.ts'
import type { TensorData } from './runtime.ts'

/** Luma weights of ITU-R BT.601, as JPEG (JFIF) and OpenCV's grey conversion use them. */
const lumaOfRed = 0.299
const lumaOfGreen = 0.587
const lumaOfBlue = 0.114

/** Shape [height, width] flat, 0..255. */
export function toLuma({ words }: Raster): Float32Array {
  const luma = new Float32Array(words.length)
  for (let i = 0; i < words.length; i++) luma[i] = lumaOfWord(words[i]!)
  return luma
}

/** @param word 0xAABBGGRR */
export const lumaOfWord = (word: number): number =>
  lumaOfRed * (word & 255) + lumaOfGreen * ((word >>> 8) & 255) + lumaOfBlue * ((word >>> 16) & 255)

/** Packs an image of exactly the input's size into the tensor that the network takes. */
export function toInputTensor(image: Raster, input: ImageInput): TensorData {
  const data = input.colour === 'grey' ? packGrey(image, input) : packColour(image, input)
  return { data, dims: [1, input.colour === 'grey' ? 1 : 3, input.height, input.width] }
}

function packGrey(image: Raster, input: ImageInput): Float32Array {
  const luma = toLuma(image)
  const scale = 1 / input.std[0]!
  const offset = -input.mean[0]! * scale
  for (let i = 0; i < luma.length; i++) luma[i] = luma[i]! * scale + offset
  return luma
}

/** Shape [3, height, width] flat, planes in the order of `input.colour`. */
function packColour({ words }: Raster, input: ImageInput): Float32Array {
  const size = words.length
  const data = new Float32Array(3 * size)
  // Bits to shift a word for the first and the last plane.
  const [first, last] = input.colour === 'rgb' ? [0, 16] : [16, 0]
  const [scale0, scale1, scale2] = input.std.map((std) => 1 / std) as [number, number, number]
  const [mean0, mean1, mean2] = input.mean as readonly number[] as [number, number, number]
  const offset0 = -mean0 * scale0
  const offset1 = -mean1 * scale1
  const offset2 = -mean2 * scale2
  for (let i = 0, j = size, k = 2 * size; i < size; i++, j++, k++) {
    const word = words[i]!
    data[i] = ((word >>> first) & 255) * scale0 + offset0
    data[j] = ((word >>> 8) & 255) * scale1 + offset1
    data[k] = ((word >>> last) & 255) * scale2 + offset2
  }
  return data
}
