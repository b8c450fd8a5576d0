import { decodeBase64Url } from '@mien/shared/bytes'
import { decodeTemplate, type TemplateSpec } from '@mien/shared/template/format'
import { findPack, type ModelManifest } from '@mien/shared/vision/manifest'

/** First bytes of the formats in which a browser can write a picture or a film. */
const marks: Readonly<Record<string, Buffer>> = {
  jpeg: Buffer.from([0xff, 0xd8, 0xff]),
  png: Buffer.from('\x89PNG', 'latin1'),
  gif: Buffer.from('GIF8'),
  webp: Buffer.from('WEBP'),
  avif: Buffer.from('ftypavif'),
  heic: Buffer.from('ftypheic'),
  mp4: Buffer.from('ftypmp4'),
  webm: Buffer.from([0x1a, 0x45, 0xdf, 0xa3]),
  'data address': Buffer.from('data:image'),
}

/** Bits of each byte. Base64 has at most 6, compressed pictures nearly 8. */
function entropyOf(bytes: Uint8Array): number {
  const counts = new Map<number, number>()
  for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / bytes.length) * Math.log2(count / bytes.length), 0)
}

const maxBytes = 24 * 1024
/** Above base64 within JSON, and below what a compressed picture has. */
const maxEntropy = 6.3

/** Long enough for the smallest picture of a face that is worth anything. */
const encodedRun = /[A-Za-z0-9+/_-]{200,}/g
const numbers = /(?:[0-9.]{1,20}[,\s]\s*){100,}/

const markIn = (bytes: Buffer): string | undefined => Object.keys(marks).find((name) => bytes.includes(marks[name]!))

/** Base64 may begin anywhere in a run of its letters. */
const readings = (run: string): Buffer[] => [0, 1, 2, 3].map((shift) => Buffer.from(run.slice(shift), 'base64'))

/** A vector of ours and nothing else: a length that fits, finite numbers, a norm of one. */
function isTemplate(run: string, model: TemplateSpec): boolean {
  try {
    decodeTemplate(decodeBase64Url(run), model)
    return true
  } catch {
    return false
  }
}

/**
 * Why a body may hold a picture: its size, its entropy, the mark of a format at any place, a list of numbers, or a long encoded value
 * that is no template. Empty: it holds none.
 */
export function findPixels(body: Buffer, model: TemplateSpec): readonly string[] {
  const found: string[] = []
  if (body.length > maxBytes) found.push(`${body.length} bytes`)
  if (body.length > 256 && entropyOf(body) > maxEntropy) found.push(`${entropyOf(body).toFixed(2)} bits a byte`)
  // By chance, letters of a template may spell a mark.
  const rest = body.toString('latin1').replaceAll(encodedRun, (run) => (isTemplate(run, model) ? '' : run))
  const mark = markIn(Buffer.from(rest, 'latin1'))
  if (mark !== undefined) found.push(mark)
  if (numbers.test(rest)) found.push('a list of numbers')
  for (const [run] of rest.matchAll(encodedRun)) {
    const inside = readings(run)
      .map(markIn)
      .find((name) => name !== undefined)
    found.push(`${run.length} encoded letters${inside === undefined ? '' : `, ${inside} inside`}`)
  }
  return found
}

/** Whose templates a server compares. */
export async function modelOf({ url }: { readonly url: string }): Promise<TemplateSpec> {
  const manifest = (await (await fetch(`${url}/models/manifest.json`)).json()) as ModelManifest
  const { embedder } = findPack(manifest, Object.keys(manifest.packs)[0]!)
  return { modelId: embedder.id, dimension: embedder.dimension }
}
