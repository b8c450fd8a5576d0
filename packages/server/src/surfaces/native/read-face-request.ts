import { createHash } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import type { ZodMiniType } from 'zod/mini'
import type { Picture } from '../../domain/pictures.ts'
import { decodePicture } from '../../http/base64-picture.ts'
import { isJson, readJsonObject } from '../../http/json-body.ts'
import { readPictureForm } from '../../http/picture-form.ts'
import { readRawPicture } from '../../http/raw-picture.ts'
import { readQuery } from '../../http/request-parameters.ts'
import { parseStrictJson } from '../../http/strict-json.ts'
import { checked } from './checked.ts'

interface FaceInput {
  readonly image?: string | undefined
  readonly template?: string | undefined
}

/** A request that brings a face, whichever way it was spelled. */
export interface GivenFace<Fields> {
  readonly fields: Omit<Fields, 'image' | 'template'>
  readonly face: { readonly picture: Picture } | { readonly template: string }
  /** The whole request in a few words, the same for the same request. */
  readonly content: unknown
}

const maxImageBytes = 10 * 1024 * 1024

/** Parts and their headers beside the picture. */
const maxFormBytes = maxImageBytes + 64 * 1024

/** The picture as base64, and the other fields. */
const maxJsonBytes = 13.5 * 1024 * 1024

/** A request of ours has a dozen; a large body with many costs more to read than to send. */
const maxJsonSeparators = 200

/** How a field that is no text is written as text. */
const fromText: Readonly<Record<string, { readonly form: RegExp; readonly read: (text: string) => unknown }>> = {
  limit: { form: /^[1-9]\d{0,2}$/, read: Number },
  min_score: { form: /^-?[01](\.\d{1,17})?$/, read: Number },
  consent: { form: /^\{/, read: (text) => parseStrictJson(Buffer.from(text)) },
}

/**
 * JSON, a form with the picture as the part `image`, or the picture as the body with the other fields in the query. Read after the
 * caller has shown their key.
 *
 * @param names the fields beside `image`
 * @throws MienError CONTENT_TYPE_UNSUPPORTED, REQUEST_INVALID (neither or both of picture and template, among others), those of
 *   readJsonObject, readPictureForm, readRawPicture, decodePicture and throwInvalid
 */
export async function readFaceRequest<Fields extends FaceInput>(
  c: Context,
  schema: ZodMiniType<Fields>,
  names: readonly string[],
): Promise<GivenFace<Fields>> {
  const { picture, values, target } = await spelledOut(c, names)
  const { image, template, ...fields } = checked(c, schema, values, target)
  const decoded = image === undefined ? picture : decodePicture(image, { maxBytes: maxImageBytes })
  if ((decoded === undefined) === (template === undefined)) {
    throw new MienError('REQUEST_INVALID', { message: 'Give either an image or a template' })
  }
  const face = decoded === undefined ? { template: template! } : { picture: decoded }
  return { fields, face, content: { fields, face: template ?? fingerprint(decoded!) } }
}

interface SpelledOut {
  readonly picture?: Picture | undefined
  readonly values: object
  readonly target: 'json' | 'form' | 'query'
}

async function spelledOut(c: Context, names: readonly string[]): Promise<SpelledOut> {
  const type = c.req.header('content-type') ?? ''
  const query = readQuery(c.req.url)
  if (/^image\//i.test(type)) {
    const picture = await readRawPicture(c.req.raw, { maxBytes: maxImageBytes })
    return { picture, values: typed(query as ReadonlyMap<string, string>), target: 'query' }
  }
  if (query.size > 0) throw new MienError('PARAM_INVALID', { message: 'Fields go where the picture is' })
  if (isJson(type)) {
    return { values: await readJsonObject(c.req.raw, maxJsonBytes, maxJsonSeparators), target: 'json' }
  }
  const rules = { maxBytes: maxFormBytes, maxFileBytes: maxImageBytes, files: ['image'], fields: names }
  const form = await readPictureForm(c.req.raw, rules)
  return { picture: form.files.get('image'), values: typed(form.fields), target: 'form' }
}

function typed(fields: ReadonlyMap<string, string>): object {
  const values = [...fields].map(([name, text]) => {
    const { form, read } = Object.hasOwn(fromText, name) ? fromText[name]! : {}
    return [name, form?.test(text) ? read!(text) : text] as const
  })
  return Object.fromEntries(values)
}

const fingerprint = ({ file, declaredType }: Picture): string =>
  `${declaredType} ${createHash('sha256').update(file).digest('hex')}`
