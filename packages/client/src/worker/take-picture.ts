import { encodeHex } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import type { RgbaImage } from '@mien/shared/vision/types'
import type { Picture, PictureOptions } from './protocol.ts'

/** Of JPEG, best first. Below the last a picture shows its blocks more than a face. */
const qualities = [0.92, 0.85, 0.75, 0.6, 0.45, 0.3] as const

/** The best of them that fits. @throws MienError IMAGE_TOO_LARGE */
export async function fitJpeg(
  encode: (quality: number) => Promise<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  for (const quality of qualities) {
    const bytes = await encode(quality)
    if (bytes.length <= maxBytes) return bytes
  }
  throw new MienError('IMAGE_TOO_LARGE', { details: { maxBytes } })
}

/**
 * A square of a frame as a JPEG, made here so that the page neither waits nor sees the pixels.
 *
 * @throws MienError IMAGE_TOO_LARGE, BROWSER_UNSUPPORTED
 */
export async function takePicture(image: RgbaImage, { square, size, maxBytes }: PictureOptions): Promise<Picture> {
  const part = canvasOf(square.side)
  const pixels = new ImageData(new Uint8ClampedArray(image.data), image.width, image.height)
  part.putImageData(pixels, -square.x, -square.y)
  const scaled = canvasOf(size)
  scaled.imageSmoothingQuality = 'high'
  scaled.drawImage(part.canvas, 0, 0, size, size)
  const bytes = await fitJpeg((quality) => encodeJpeg(scaled.canvas, quality), maxBytes)
  return { bytes, sha256: encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))) }
}

function canvasOf(side: number): OffscreenCanvasRenderingContext2D {
  const made = new OffscreenCanvas(side, side).getContext('2d', { alpha: false })
  if (made === null) throw new MienError('BROWSER_UNSUPPORTED')
  return made
}

async function encodeJpeg(canvas: OffscreenCanvas, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality })
  return new Uint8Array(await blob.arrayBuffer())
}
