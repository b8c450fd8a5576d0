import { MienError } from '@mien/shared/errors'
import type { Picture } from '../domain/pictures.ts'
import { parseMultipart } from './form-fields.ts'
import { readLimited } from './read-limited.ts'
import { type PictureRules, toPicture } from './to-picture.ts'

export interface PictureFormRules extends Pick<PictureRules, 'acceptedTypes'> {
  /** Of the whole body. */
  readonly maxBytes: number
  readonly maxFileBytes: number
  /** Names of the parts that are files, and of those that are text. None of them has to be there. */
  readonly files: readonly string[]
  readonly fields: readonly string[]
  /** Whether parts of other names are left out instead of refused. */
  readonly ignoresOthers?: boolean
}

export interface PictureForm {
  readonly files: ReadonlyMap<string, Picture>
  readonly fields: ReadonlyMap<string, string>
}

/** Of one text field. Nothing that is sent beside a picture is longer. */
const maxTextLength = 32_768

/** What senders, and our parser, say of a file when they do not know: no type of an image was declared. */
const noType = /^(|application\/octet-stream|text\/plain)$/

/**
 * Pictures and text out of `multipart/form-data`. The names of files are never looked at.
 *
 * @throws MienError CONTENT_TYPE_UNSUPPORTED, CONTENT_ENCODING_UNSUPPORTED, BODY_TOO_LARGE, REQUEST_INVALID for a form that is not
 *   well formed, text in place of a file or the reverse, UNKNOWN_FIELD, PARAM_DUPLICATE, UTF8_INVALID, IMAGE_EMPTY, ABORTED
 */
export async function readPictureForm(request: Request, rules: PictureFormRules): Promise<PictureForm> {
  const contentType = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType)) throw new MienError('CONTENT_TYPE_UNSUPPORTED')
  const parts = await parseMultipart(await readLimited(request, rules.maxBytes), contentType)
  const files = new Map<string, Picture>()
  const fields = new Map<string, string>()
  for (const [name, content] of parts) {
    if (files.has(name) || fields.has(name)) throw new MienError('PARAM_DUPLICATE')
    if (rules.files.includes(name)) files.set(name, await pictureOf(name, content, rules))
    else if (rules.fields.includes(name)) fields.set(name, textOf(name, content))
    else if (!rules.ignoresOthers) throw new MienError('UNKNOWN_FIELD')
  }
  return { files, fields }
}

async function pictureOf(name: string, content: string | File, rules: PictureFormRules): Promise<Picture> {
  if (typeof content === 'string') throw invalid(`Send ${name} as a file`)
  const { acceptedTypes, maxFileBytes: maxBytes } = rules
  const declaredType = noType.test(content.type) ? undefined : content.type
  return toPicture(await content.bytes(), declaredType, {
    maxBytes,
    ...(acceptedTypes === undefined ? {} : { acceptedTypes }),
  })
}

function textOf(name: string, content: string | File): string {
  if (typeof content !== 'string') throw invalid(`Send ${name} as text, not as a file`)
  if (content.length > maxTextLength) throw new MienError('BODY_TOO_LARGE')
  // PostgreSQL stores no NUL.
  if (content.includes('\0')) throw invalid(`${name} has a NUL character`)
  return content
}

const invalid = (message: string) => new MienError('REQUEST_INVALID', { message })
