import { hostArithmetic } from './host-arithmetic.ts'
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
function packColour(image: Raster, { colour, mean, std }: ImageInput): Float32Array {
  const shifts = colour === 'rgb' ? [0, 8, 16] : [16, 8, 0]
  const planes = shifts.map((shift, i) => {
    const scale = 1 / std[i]!
    return { shift, scale, offset: -mean[i]! * scale }
  })
  return hostArithmetic().pack(image, planes)
}
