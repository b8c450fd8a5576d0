import type { JsonValue } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { isCanonicalUuid } from '@mien/shared/ids'
import type { FaceAttributes } from '@mien/shared/vision/types'
import type { Likeness, Picture } from '../../domain/pictures.ts'
import type { UsageSummary } from '../../domain/usage.ts'
import { decodePicture } from '../../http/base64-picture.ts'
import type { RequestParameters } from '../../http/request-parameters.ts'
import { parseStrictJson } from '../../http/strict-json.ts'
import type { AnswerFields } from './wire.ts'

/** A facial id without its dashes. */
const plainId = /^[0-9a-f]{32}$/

/** What FACEIO itself gives out: nobody here has one, and asking for it is no mistake. */
const foreignId = /^[0-9a-f]{32}fio[0-9a-z]{1,12}$/

/**
 * The facial id that a request is about; null for one that only FACEIO can have given.
 *
 * @throws MienError REQUEST_INVALID without one, ID_FORMAT, PARAM_DUPLICATE when `fid` and `facialid` differ
 */
export function facialIdOf(parameters: RequestParameters): string | null {
  const given = new Set([parameters.get('fid'), parameters.get('facialid')].filter((value) => value !== undefined))
  if (given.size > 1) throw new MienError('PARAM_DUPLICATE')
  const [id] = given
  if (id === undefined || id === '') throw missing('fid')
  if (typeof id !== 'string') throw new MienError('ID_FORMAT')
  if (foreignId.test(id)) return null
  const dashed = plainId.test(id) ? id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : id
  if (!isCanonicalUuid(dashed)) throw new MienError('ID_FORMAT')
  return dashed
}

const missing = (name: string) => new MienError('REQUEST_INVALID', { message: `The parameter ${name} is missing` })

/** Text for one parameter. @throws MienError REQUEST_INVALID */
function textOf(parameters: RequestParameters, name: string): string {
  const value = parameters.get(name)
  if (value === undefined || value === '') throw missing(name)
  if (typeof value !== 'string') throw new MienError('REQUEST_INVALID', { message: `${name} must be text` })
  return value
}

/** A payload, and the text that it came as where it came as text. */
export interface GivenPayload {
  readonly value: JsonValue
  readonly text: string | undefined
}

/** @throws MienError REQUEST_INVALID and those of parseStrictJson for JSON that two readers could read differently */
export function payloadOf(parameters: RequestParameters): GivenPayload {
  const given = parameters.get('payload')
  if (given === undefined) throw missing('payload')
  return typeof given === 'string' ? { value: readPayload(given), text: given } : { value: given, text: undefined }
}

/** JSON when it is JSON, otherwise the text itself. */
function readPayload(text: string): JsonValue {
  if (/[\0\p{Cs}]/u.test(text)) throw new MienError('REQUEST_INVALID')
  try {
    return parseStrictJson(Buffer.from(text, 'utf8'))
  } catch (error) {
    if (error instanceof MienError && error.code === 'JSON_INVALID') return text
    throw error
  }
}

/**
 * Text, because a JSON number cannot say whether it had zeros in front.
 *
 * @throws MienError REQUEST_INVALID
 */
export function pinOf(parameters: RequestParameters): string {
  if (typeof parameters.get('pin') === 'number') {
    throw new MienError('REQUEST_INVALID', { message: 'Send the PIN as a string: a number loses the zeros in front' })
  }
  return textOf(parameters, 'pin')
}

/** @throws MienError REQUEST_INVALID, IMAGE_EMPTY, IMAGE_TYPE_UNSUPPORTED, BASE64_INVALID */
export const pictureOf = (parameters: RequestParameters, name: string): Picture => {
  const value = parameters.get(name)
  if (value === '') throw new MienError('IMAGE_EMPTY')
  return decodePicture(textOf(parameters, name))
}

export const toStat = ({ calls, subjects, newest }: UsageSummary): AnswerFields['stat'] => ({
  total_api_calls: calls,
  total_indexed_faces: subjects,
  last_indexed_faces: newest,
})

/** `sim` 0..1 is the cosine with what points apart cut off; `dist` 0..2 is its distance from 1. */
export const toFaceVerify = ({ score, isSamePerson }: Likeness): AnswerFields['faceverify'] => ({
  dist: 1 - score,
  sim: Math.max(0, score),
  same_person: isSamePerson,
})

export const toAgeCheck = ({ ageYears, maleProbability }: FaceAttributes): AnswerFields['agecheck'] => ({
  age: Math.round(ageYears),
  gender: maleProbability >= 0.5 ? 'male' : 'female',
})
