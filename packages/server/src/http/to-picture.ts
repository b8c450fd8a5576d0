import { MienError } from '@mien/shared/errors'
import type { Picture } from '../domain/pictures.ts'

/** What a dialect takes of pictures. Types are judged by content, when the picture is looked at. */
export type PictureRules = Pick<Picture, 'acceptedTypes' | 'maxBytes'>

/** @throws MienError IMAGE_EMPTY, BODY_TOO_LARGE */
export function toPicture(file: Uint8Array, declaredType: string | undefined, rules: PictureRules): Picture {
  const { maxBytes = Number.POSITIVE_INFINITY } = rules
  if (file.length === 0) throw new MienError('IMAGE_EMPTY')
  if (file.length > maxBytes) throw new MienError('BODY_TOO_LARGE', { details: { maxBytes } })
  return { file, declaredType, ...rules }
}
