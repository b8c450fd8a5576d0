import type { JsonValue } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import type { Picture } from '../../domain/pictures.ts'
import { decodePicture } from '../../http/base64-picture.ts'
import { readPictureForm } from '../../http/picture-form.ts'
import { readBody } from '../../http/request-parameters.ts'
import { parseStrictJson } from '../../http/strict-json.ts'
import { formRules, jsonLimits, type Metadata, maxPictureBytes, metadata, pictureTypes } from './wire.ts'

/** What one operation is about. */
export interface Input {
  readonly picture: Picture | undefined
  readonly metadata: Metadata
}

/**
 * A form with a picture and its `metadata` in JSON, or all of it as one JSON object with the picture in base64.
 *
 * @throws MienError CONTENT_TYPE_UNSUPPORTED, UNKNOWN_FIELD, REQUEST_INVALID, and those of readPictureForm, readBody, decodePicture
 */
export const readInput = (request: Request): Promise<Input> =>
  /^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '') ? readJson(request) : readForm(request)

async function readForm(request: Request): Promise<Input> {
  const { files, fields } = await readPictureForm(request, formRules)
  const text = fields.get('metadata')
  const given = text === undefined ? {} : parseStrictJson(Buffer.from(text, 'utf8'))
  return { picture: files.get('image'), metadata: checkedMetadata(given) }
}

async function readJson(request: Request): Promise<Input> {
  const { image, ...rest } = Object.fromEntries(await readBody(request, jsonLimits))
  return { picture: image === undefined ? undefined : pictureIn(image), metadata: checkedMetadata(rest) }
}

function pictureIn(image: JsonValue): Picture {
  if (typeof image !== 'string') throw new MienError('REQUEST_INVALID', { message: 'Send image as base64 text' })
  return decodePicture(image, { acceptedTypes: pictureTypes, maxBytes: maxPictureBytes })
}

function checkedMetadata(given: JsonValue): Metadata {
  const result = metadata.safeParse(given)
  if (result.success) return result.data
  const [{ code, path }] = result.error.issues as unknown as [{ code: string; path: readonly string[] }]
  if (code === 'unrecognized_keys') throw new MienError('UNKNOWN_FIELD')
  const name = path[0]
  if (name === undefined) throw new MienError('JSON_OBJECT_REQUIRED', { message: 'metadata must be a JSON object' })
  throw new MienError('REQUEST_INVALID', { message: `${name} is not valid` })
}
