import { MienError } from '@mien/shared/errors'
import type { RgbaImage } from '@mien/shared/vision/types'
import sharp, { type Metadata } from 'sharp'
import type { ImageType } from '../domain/image-analyser.ts'

const defaultMaxBytes = 10_000_000

/** Width times height, before anything is decoded. */
const maxPixels = 25_000_000

const minSidePx = 64

/** Longer side over the shorter. */
const maxAspect = 4

export interface DecodeOptions {
  /** Size of the file. Default: 10 MB. */
  readonly maxBytes?: number | undefined
  /** What the caller says it is; another content is refused. */
  readonly declaredType?: string | undefined
  /** Types that the caller takes. Default: all three. */
  readonly acceptedTypes?: readonly ImageType[] | undefined
}

// One thread an image (the pool has its own), and no pixels of a face kept in a cache.
sharp.concurrency(1)
sharp.cache(false)

/**
 * Turns an uploaded file into pixels: JPEG, PNG and WebP only, judged by content; EXIF orientation applied; sRGB;
 * transparency flattened on mid-grey, so that hidden colours cannot differ from what a person sees.
 *
 * @throws MienError IMAGE_EMPTY, IMAGE_TYPE_UNSUPPORTED, IMAGE_TYPE_MISMATCH, IMAGE_TOO_LARGE, BODY_TOO_LARGE,
 *   IMAGE_DIMENSIONS, IMAGE_ANIMATED, IMAGE_TRUNCATED, IMAGE_CORRUPT
 */
export async function decodeImage(
  file: Uint8Array,
  { maxBytes = defaultMaxBytes, declaredType, acceptedTypes }: DecodeOptions = {},
): Promise<RgbaImage> {
  if (file.length === 0) throw new MienError('IMAGE_EMPTY')
  if (file.length > maxBytes) throw new MienError('BODY_TOO_LARGE', { details: { maxBytes } })
  const type = imageTypeOf(file)
  if (acceptedTypes?.includes(type) === false) throw new MienError('IMAGE_TYPE_UNSUPPORTED')
  checkDeclaredType(type, declaredType)
  if (isCutShort(file, type)) throw new MienError('IMAGE_TRUNCATED')
  if (type === 'image/png' && isAnimatedPng(file)) throw new MienError('IMAGE_ANIMATED')
  try {
    checkDimensions(await sharp(file, inputOptions).metadata())
    return await decodePixels(file)
  } catch (error) {
    throw error instanceof MienError ? error : toImageError(error)
  }
}

const inputOptions = { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true } as const

/**
 * By magic bytes, never by name: nothing else reaches a decoder.
 *
 * @throws MienError IMAGE_TYPE_UNSUPPORTED
 */
function imageTypeOf(file: Uint8Array): ImageType {
  if (startsWith(file, [0xff, 0xd8, 0xff])) return 'image/jpeg'
  if (startsWith(file, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png'
  // RIFF, four bytes of length, WEBP
  if (startsWith(file, [0x52, 0x49, 0x46, 0x46]) && startsWith(file.subarray(8), [0x57, 0x45, 0x42, 0x50])) {
    return 'image/webp'
  }
  throw new MienError('IMAGE_TYPE_UNSUPPORTED')
}

const startsWith = (file: Uint8Array, magic: readonly number[]): boolean => magic.every((byte, i) => file[i] === byte)

function checkDeclaredType(type: ImageType, declared: string | undefined): void {
  if (declared === undefined) return
  const bare = declared.split(';')[0]!.trim().toLowerCase()
  if (bare !== type && !(bare === 'image/jpg' && type === 'image/jpeg')) throw new MienError('IMAGE_TYPE_MISMATCH')
}

function checkDimensions({ width, height, pages }: Metadata): void {
  if (width * height > maxPixels) throw new MienError('IMAGE_TOO_LARGE', { details: { maxPixels } })
  if ((pages ?? 1) > 1) throw new MienError('IMAGE_ANIMATED')
  const [shorter, longer] = width < height ? [width, height] : [height, width]
  if (shorter < minSidePx || longer > maxAspect * shorter) {
    throw new MienError('IMAGE_DIMENSIONS', { details: { width, height } })
  }
}

async function decodePixels(file: Uint8Array): Promise<RgbaImage> {
  const { data, info } = await sharp(file, inputOptions)
    .autoOrient()
    .flatten({ background: { r: 128, g: 128, b: 128 } })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** libvips has no error codes: its texts tell a cut JPEG, one of 12 bits a colour and a too large image from damage. */
function toImageError(error: unknown): MienError {
  const text = error instanceof Error ? error.message : ''
  if (/exceeds pixel limit/i.test(text)) return new MienError('IMAGE_TOO_LARGE', { cause: error })
  if (/data precision/i.test(text)) return new MienError('IMAGE_TYPE_UNSUPPORTED', { cause: error })
  return new MienError(/premature end/i.test(text) ? 'IMAGE_TRUNCATED' : 'IMAGE_CORRUPT', { cause: error })
}

/** A decoder may be content with the pixels that are there; the container says where the file ends. */
function isCutShort(file: Uint8Array, type: ImageType): boolean {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length)
  if (type === 'image/png') return view.lastIndexOf('IEND') < 0
  // RIFF: the length of all that follows the first eight bytes.
  if (type === 'image/webp') return view.length < 12 || view.readUInt32LE(4) + 8 > view.length
  const scan = startOfScan(view)
  return scan !== undefined && view.indexOf(endOfJpeg, scan) < 0
}

/** EOI. Inside a scan its bytes cannot occur: 0xff is always followed by a zero or a restart marker (ITU-T T.81, B.1.1.5). */
const endOfJpeg = Buffer.of(0xff, 0xd9)

/** Where the picture's own data begin, past headers and thumbnails: the first SOS segment (ITU-T T.81, B.1.1). Undefined without one. */
function startOfScan(view: Buffer): number | undefined {
  let at = 2
  while (at + 4 <= view.length && view[at] === 0xff) {
    const marker = view[at + 1]!
    if (marker === 0xda) return at
    // A fill byte, or a segment with its length.
    at += marker === 0xff ? 1 : 2 + view.readUInt16BE(at + 2)
  }
  return undefined
}

/** An APNG has an acTL chunk before its first IDAT (PNG specification, third edition, section 11.3.6.1). */
function isAnimatedPng(file: Uint8Array): boolean {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length)
  let at = 8
  while (at + 8 <= view.length) {
    const name = view.toString('latin1', at + 4, at + 8)
    if (name === 'acTL') return true
    if (name === 'IDAT') return false
    // Length, name, data, checksum
    at += 12 + view.readUInt32BE(at)
  }
  return false
}
