import { MienError } from '@mien/shared/errors'
import { parseMultipart } from './form-fields.ts'
import { isJson } from './json-body.ts'
import { readLimited } from './read-limited.ts'

export interface SubmissionForm {
  /** The JSON of the part `envelope`, byte for byte. */
  readonly envelope: Uint8Array
  /** The JPEGs of the parts `crop0`, `crop1`, …, in their order. */
  readonly crops: readonly Uint8Array[]
}

/** All of the form. */
const maxBytes = 512 * 1024
const maxEnvelopeBytes = 128 * 1024
const maxCropBytes = 40 * 1024
const maxCrops = 12

export const isForm = (contentType: string): boolean => /^multipart\/form-data\s*(;|$)/i.test(contentType)

/**
 * The form of a submission with pictures: `envelope` first, then the pictures in their order, and nothing else. Each part is a file, as
 * browsers send what has a type of its own; the names of files are never looked at.
 *
 * @throws MienError BODY_TOO_LARGE before more than the limit was kept, REQUEST_INVALID, UNKNOWN_FIELD, CONTENT_TYPE_UNSUPPORTED,
 *   CONTENT_ENCODING_UNSUPPORTED, UTF8_INVALID, OVERLOADED, ABORTED
 */
export async function readSubmissionForm(request: Request): Promise<SubmissionForm> {
  const contentType = request.headers.get('content-type') ?? ''
  const parts = await parseMultipart(await readLimited(request, maxBytes), contentType)
  const [first, ...others] = parts
  if (first?.[0] !== 'envelope') throw invalid('The first part is the envelope')
  if (others.length > maxCrops) throw invalid(`A form has at most ${maxCrops} pictures`)
  others.forEach(([name], i) => {
    if (!/^crop\d{1,2}$/.test(name)) throw new MienError('UNKNOWN_FIELD')
    if (name !== `crop${i}`) throw invalid('Pictures come in their order, each once')
  })
  return {
    envelope: await bytesOf(first[1], isJson, maxEnvelopeBytes),
    crops: await Promise.all(others.map(([, content]) => bytesOf(content, isJpeg, maxCropBytes))),
  }
}

const isJpeg = (type: string): boolean => type.toLowerCase() === 'image/jpeg'

async function bytesOf(content: string | File, isType: (type: string) => boolean, most: number): Promise<Uint8Array> {
  if (typeof content === 'string' || !isType(content.type)) {
    throw new MienError('CONTENT_TYPE_UNSUPPORTED', { message: 'A part is not of the type that it has to be' })
  }
  if (content.size > most) throw new MienError('BODY_TOO_LARGE', { details: { maxBytes: most } })
  return content.bytes()
}

const invalid = (message: string) => new MienError('REQUEST_INVALID', { message })
