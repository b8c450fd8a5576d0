import { MienError } from '@mien/shared/errors'
import type { ListedSubject } from '../../domain/model.ts'
import type { Picture } from '../../domain/pictures.ts'
import type { PictureForm } from '../../http/picture-form.ts'
import type { WireFace } from './wire.ts'

const faceId = /^[0-9a-f]{32}$/

/** The facial id behind an id of this dialect. What is none is nobody's. @throws MienError NOT_FOUND */
export function facialIdOf(text: string | undefined): string {
  if (text === undefined || !faceId.test(text)) throw new MienError('NOT_FOUND')
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export const toFace = ({ id, number, name }: ListedSubject, groupId: string): WireFace => ({
  face_id: id.replaceAll('-', ''),
  group_id: groupId,
  id: number,
  name,
})

/** Characters, not bytes or UTF-16 units. */
const maxNameLength = 100

/** @throws MienError REQUEST_INVALID */
export function nameOf({ fields }: PictureForm): string {
  const name = fields.get('name') ?? ''
  if (name === '') throw missing('name')
  if ([...name].length > maxNameLength) {
    throw new MienError('REQUEST_INVALID', { message: `name has more than ${maxNameLength} characters` })
  }
  return name
}

/** @throws MienError REQUEST_INVALID */
export function imageOf({ files }: PictureForm): Picture {
  const picture = files.get('image')
  if (picture === undefined) throw missing('image')
  return picture
}

const missing = (name: string) => new MienError('REQUEST_INVALID', { message: `The field ${name} is missing` })
