import sharp from 'sharp'
import type { Light } from './shine-on-face.ts'

const toLinear = (byte: number): number => {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
const toByte = (light: number): number =>
  Math.round(255 * Math.min(1, light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055))

/** As if all of the scene had been under another light, its wall as much as its face. Computed in linear light. */
export async function tintPicture(jpeg: Uint8Array, gain: Light, quality: number): Promise<Buffer> {
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const tables = gain.map((of) => Uint8Array.from({ length: 256 }, (_, byte) => toByte(toLinear(byte) * of)))
  const tinted = data.map((byte, i) => tables[i % 3]![byte]!)
  return sharp(tinted, { raw: { width: info.width, height: info.height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer()
}
