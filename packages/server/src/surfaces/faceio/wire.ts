import type { BodyLimits } from '../../http/request-parameters.ts'

export const dialectName = 'faceio'

/** What can be called without a key. */
export type OpenEndpoint = 'about' | 'status'

/** What can be called, as its reference names it. */
export type Endpoint = keyof AnswerFields
export type KeyedEndpoint = Exclude<Endpoint, OpenEndpoint>

/** A payload of 16 KB may be spelled with `\u` escapes or percent signs, up to six bytes a character. */
const textBody: BodyLimits = { maxBytes: 128 * 1024, maxJsonSeparators: 128 * 1024 }

/** Two pictures of 4 MB in base64, which has no separators of its own. */
export const pictureBody: BodyLimits = { maxBytes: 12 * 1024 * 1024, maxJsonSeparators: 32 }

/** Large bodies that are read for callers whose key, if they have one, is inside: at most 400 MB at once, by judgement. */
export const strangerLimits = { perMinute: 10, atOnce: 32 }

const readOrDelete = ['GET', 'POST'] as const
const write = ['POST'] as const

/** The reference says that each takes GET and POST and then lists one: what changes or uploads something takes POST only. */
export const methods: Readonly<Record<Endpoint, readonly ('GET' | 'POST')[]>> = {
  deletefacialid: readOrDelete,
  checkfacialid: readOrDelete,
  setfacialidpayload: write,
  setfacialidpincode: write,
  stat: readOrDelete,
  about: readOrDelete,
  status: readOrDelete,
  faceverify: write,
  agecheck: write,
}

export const bodyLimits: Readonly<Record<KeyedEndpoint, BodyLimits>> = {
  deletefacialid: textBody,
  checkfacialid: textBody,
  setfacialidpayload: textBody,
  setfacialidpincode: textBody,
  stat: textBody,
  faceverify: pictureBody,
  agecheck: pictureBody,
}

/** What an endpoint answers beside `status`. */
export interface AnswerFields {
  readonly deletefacialid: { readonly payload: true }
  readonly checkfacialid: { readonly valid: boolean }
  readonly setfacialidpayload: { readonly payload: true }
  readonly setfacialidpincode: { readonly payload: true }
  readonly stat: {
    readonly total_api_calls: number
    readonly total_indexed_faces: number
    readonly last_indexed_faces: readonly string[]
  }
  readonly about: { readonly payload: string }
  readonly status: { readonly payload: string }
  readonly faceverify: { readonly dist: number; readonly sim: number; readonly same_person: boolean }
  readonly agecheck: { readonly age: number; readonly gender: 'male' | 'female' }
}

/** Every failure. `status` is that of HTTP. */
export interface FailureBody {
  readonly status: number
  readonly error: string
}
