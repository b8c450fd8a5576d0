import type { PictureFormRules } from '../../http/picture-form.ts'

export const dialectName = 'ticos'

export const facesPath = '/v1/api/faces'

/** What is not said of pictures; our own limits. */
const maxFileBytes = 10 * 1024 * 1024

export const faceForm: PictureFormRules = {
  // The picture, and room for a name and the form's own lines.
  maxBytes: maxFileBytes + 64 * 1024,
  maxFileBytes,
  files: ['image'],
  fields: ['name'],
  ignoresOthers: true,
}

export interface WireFace {
  /** 32 hexadecimal digits. */
  readonly face_id: string
  /** The gallery's name. */
  readonly group_id: string
  readonly id: number
  readonly name: string
}

export const success = { return_code: 0, return_message: 'Success' } as const

/** Every failure. */
export interface FailureBody {
  readonly detail: string
}
