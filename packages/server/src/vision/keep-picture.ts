import type { RgbaImage } from '@mien/shared/vision/types'
import sharp from 'sharp'

/** Enough for a person to recognise who it is and for another network to look at it. By judgement. */
const maxSidePx = 1280
const quality = 90

/** Decoded pixels as a JPEG that may be kept: nothing of the uploaded file is in it but what can be seen. */
export function keepPicture({ data, width, height }: RgbaImage): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .resize({ width: maxSidePx, height: maxSidePx, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality })
    .toBuffer()
}
