import { randomBytes } from 'node:crypto'
import type { ErrorCode } from '@mien/shared/errors'
import sharp from 'sharp'
import { drawPicture } from './colour-analyser.ts'

const noise = () => sharp(randomBytes(200 * 160 * 3), { raw: { width: 200, height: 160, channels: 3 } })
const text = (content: string) => Buffer.from(content)
const cut = async (share: number) => {
  const file = await noise().jpeg().toBuffer()
  return file.subarray(0, Math.floor(file.length * share))
}
const bomb = () =>
  sharp({ create: { width: 9000, height: 9000, channels: 3, background: 'red' }, limitInputPixels: false })
    .png({ compressionLevel: 9 })
    .toBuffer()

type BadPicture = readonly [name: string, code: ErrorCode, make: () => Promise<Buffer> | Buffer]

/** Files that no dialect takes, by the rows of the table of bad inputs, and what the core says of each. */
export const badPictures: readonly BadPicture[] = [
  ['I1 nothing', 'IMAGE_EMPTY', () => Buffer.alloc(0)],
  ['I2 20 bytes of a JPEG', 'IMAGE_TRUNCATED', async () => (await noise().jpeg().toBuffer()).subarray(0, 20)],
  ['I3 half a JPEG', 'IMAGE_TRUNCATED', () => cut(0.5)],
  ['I4 a JPEG without its end', 'IMAGE_TRUNCATED', async () => (await noise().jpeg().toBuffer()).subarray(0, -2)],
  ['I11 a GIF', 'IMAGE_TYPE_UNSUPPORTED', () => noise().gif().toBuffer()],
  [
    'I13 an SVG',
    'IMAGE_TYPE_UNSUPPORTED',
    () => text('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
  ],
  [
    'I14 a huge SVG',
    'IMAGE_TYPE_UNSUPPORTED',
    () => text('<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>'),
  ],
  ['I15 HTML', 'IMAGE_TYPE_UNSUPPORTED', () => text('<html>')],
  ['I15 PDF', 'IMAGE_TYPE_UNSUPPORTED', () => text('%PDF-1.7')],
  ['I16 TIFF', 'IMAGE_TYPE_UNSUPPORTED', () => noise().tiff().toBuffer()],
  ['I16 AVIF', 'IMAGE_TYPE_UNSUPPORTED', () => noise().avif().toBuffer()],
  ['I17 a small file of very many pixels', 'IMAGE_TOO_LARGE', bomb],
  ['I25 1 x 1', 'IMAGE_DIMENSIONS', () => noise().resize(1, 1).png().toBuffer()],
  ['I25 a strip', 'IMAGE_DIMENSIONS', () => noise().resize(64, 1000, { fit: 'fill' }).png().toBuffer()],
  ['I26 no face', 'NO_FACE', () => drawPicture({ faces: 0 }).toBuffer()],
  ['I27 two faces', 'MANY_FACES', () => drawPicture({ faces: 2 }).toBuffer()],
  ['I28 a tiny face', 'FACE_TOO_SMALL', () => drawPicture({ eyes: 20 }).toBuffer()],
]

/** Files that are read, whatever they then show. */
export const oddPictures = [
  ['I5 CMYK', () => noise().toColourspace('cmyk').jpeg().toBuffer()],
  ['I7 16 bits', () => noise().toColourspace('rgb16').png().toBuffer()],
  ['I8 grey', () => noise().greyscale().jpeg().toBuffer()],
  ['I10 a palette', () => noise().png({ palette: true }).toBuffer()],
  ['I10 interlaced', () => noise().png({ progressive: true }).toBuffer()],
  ['I21 bytes after the end', async () => Buffer.concat([await drawPicture().toBuffer(), randomBytes(1000)])],
] as const
