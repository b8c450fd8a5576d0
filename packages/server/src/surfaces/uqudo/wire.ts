import type { credentialScopes } from '@mien/shared/api/applications'
import type { PictureFormRules } from '../../http/picture-form.ts'
import type { BodyLimits } from '../../http/request-parameters.ts'
import type { PictureRules } from '../../http/to-picture.ts'

export const dialectName = 'uqudo'

export type Scope = (typeof credentialScopes)['uqudo'][number]

export const paths = {
  token: '/api/oauth/token',
  session: '/api/v1/face',
  match: '/api/v1/face/match',
  search: '/api/v1/face/one-to-n/search',
  found: '/api/v1/face/one-to-n/search/:id',
  insert: '/api/v1/face/one-to-n/insert',
  image: '/api/v1/info/img/:id',
  info: '/api/v1/info/:session_id',
} as const

/** How long an access token and a session live. */
export const tokenSeconds = 1800
export const sessionSeconds = 600

/** Least level that is a match where the request names none. */
export const defaultMinimumLevel = 3

/** 5 MB, of the picture itself and not of its base64. */
const maxFileBytes = 5 * 1024 * 1024
const slackBytes = 16 * 1024

export const pictureRules = {
  maxBytes: maxFileBytes,
  acceptedTypes: ['image/jpeg', 'image/png'],
} as const satisfies PictureRules

export const pictureForm: PictureFormRules = {
  maxBytes: maxFileBytes + slackBytes,
  maxFileBytes,
  acceptedTypes: pictureRules.acceptedTypes,
  files: ['idPhoto'],
  fields: [],
  ignoresOthers: true,
}

/** Base64 has no separators of its own, and three bytes are four characters. */
const picturesBody = (pictures: number): BodyLimits => ({
  maxBytes: pictures * 4 * Math.ceil(maxFileBytes / 3) + slackBytes,
  maxJsonSeparators: 32,
})
export const onePictureBody = picturesBody(1)
export const twoPicturesBody = picturesBody(2)

export const tokenBody: BodyLimits = { maxBytes: slackBytes, maxJsonSeparators: 0 }

/** RFC 6749 section 5.1. */
export interface WireToken {
  readonly access_token: string
  readonly token_type: 'bearer'
  readonly expires_in: number
  /** Separated by spaces. */
  readonly scope: string
  readonly jti: string
}

export interface WireMatch {
  readonly match: boolean
  /** 1..5. */
  readonly matchLevel: number
}

export interface WireSearch {
  /** Whom the photograph shows, or who was inserted; absent without either. */
  readonly oneToNVerificationId?: string
  readonly oneToNVerificationMatch: boolean
}

/** Every failure but those of the token. */
export interface FailureBody {
  readonly error: string
  readonly message: string
}

/** RFC 6749 section 5.2. */
export interface TokenFailureBody {
  readonly error: string
  readonly error_description: string
}
