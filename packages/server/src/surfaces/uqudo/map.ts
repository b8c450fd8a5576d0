import type { JsonValue } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { matchLevel } from '@mien/shared/policy/match-level'
import type { OperatingPoint } from '@mien/shared/policy/threshold'
import type { Subject } from '../../domain/model.ts'
import type { Likeness, Picture } from '../../domain/pictures.ts'
import { decodePicture } from '../../http/base64-picture.ts'
import { type BodyLimits, type RequestParameters, readBody } from '../../http/request-parameters.ts'
import { defaultMinimumLevel, pictureRules, type WireMatch, type WireSearch } from './wire.ts'

/** @throws MienError CONTENT_TYPE_UNSUPPORTED and those of readBody */
export async function readJson(request: Request, limits: BodyLimits): Promise<RequestParameters> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new MienError('CONTENT_TYPE_UNSUPPORTED')
  return readBody(request, limits)
}

/** @throws MienError REQUEST_INVALID, IMAGE_EMPTY, IMAGE_TYPE_UNSUPPORTED, BASE64_INVALID, BODY_TOO_LARGE */
export function pictureOf(parameters: RequestParameters, name: string): Picture {
  const value = parameters.get(name)
  if (value === undefined) throw invalid(`The field ${name} is missing`)
  if (typeof value !== 'string') throw invalid(`${name} must be base64 text`)
  return decodePicture(value, pictureRules)
}

/** Clients write null for what they leave out. */
const optional = (parameters: RequestParameters, name: string): JsonValue | undefined =>
  parameters.get(name) ?? undefined

/** @throws MienError REQUEST_INVALID */
export function minimumLevelOf(parameters: RequestParameters): number {
  const level = optional(parameters, 'minimumMatchLevel') ?? defaultMinimumLevel
  const isLevel = typeof level === 'number' && Number.isInteger(level) && level >= 1 && level <= 5
  if (!isLevel) throw invalid('minimumMatchLevel must be a whole number from 1 to 5')
  return level
}

/** @throws MienError REQUEST_INVALID */
export function insertOf(parameters: RequestParameters): boolean {
  const insert = optional(parameters, 'insert') ?? false
  if (typeof insert !== 'boolean') throw invalid('insert must be true or false')
  return insert
}

const invalid = (message: string) => new MienError('REQUEST_INVALID', { message })

/** The scale begins at 1, which strangers share with the worst of matches; they are never a match. */
export function toMatch({ score }: Likeness, minimum: number, points: readonly OperatingPoint[]): WireMatch {
  const level = matchLevel(score, points)
  return { match: level > 0 && level >= minimum, matchLevel: Math.max(1, level) }
}

export function toSearch(found: Subject | null, enrolled: Subject | null): WireSearch {
  const id = (found ?? enrolled)?.id
  return { ...(id === undefined ? {} : { oneToNVerificationId: id }), oneToNVerificationMatch: found !== null }
}
