import { token256 } from '@mien/shared/api/fields'
import { payloadText } from '@mien/shared/api/payload'
import { MienError } from '@mien/shared/errors'
import type { FaceIoEnrollOptions } from './face-io-types.ts'

interface Rule {
  readonly fits: (value: unknown) => boolean
  readonly words: string
}

const time: Rule = { fits: (value) => typeof value === 'number' && value > 0, words: 'a number above 0' }
const flag: Rule = { fits: (value) => typeof value === 'boolean', words: 'true or false' }
const text: Rule = { fits: (value) => typeof value === 'string', words: 'a string' }

const isConsentText = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['text', 'locale'].every((name) => typeof Reflect.get(value, name) === 'string')

const rules: Readonly<Partial<Record<keyof FaceIoEnrollOptions, Rule>>> = {
  permissionTimeout: time,
  termsTimeout: time,
  idleTimeout: time,
  replyTimeout: time,
  enrollIntroTimeout: {
    fits: (value) => typeof value === 'number' && value >= 0,
    words: 'a number of seconds, 0 for none',
  },
  motion: { fits: (value) => value === 'auto' || value === 'still', words: "'auto' or 'still'" },
  flashes: { fits: (value) => value === 'auto' || value === 'off', words: "'auto' or 'off'" },
  passkeys: { fits: (value) => value === 'auto' || value === 'off', words: "'auto' or 'off'" },
  locale: text,
  nonce: text,
  codeChallenge: text,
  gallery: text,
  pin: { ...text, words: 'a string, so that it keeps its zeros' },
  userConsent: {
    fits: (value) => flag.fits(value) || isConsentText(value),
    words: 'true, false or { text, locale }',
  },
  showAbortBtn: flag,
  onState: { fits: (value) => typeof value === 'function', words: 'a function' },
  session: {
    // An answer of the server is looked at in the ceremony.
    fits: (value) => token256.safeParse(value).success || (typeof value === 'object' && value !== null),
    words: 'a client token, or the answer of POST /v1/sessions',
  },
  signal: { fits: (value) => value instanceof AbortSignal, words: 'an AbortSignal' },
}

/**
 * Refuses what a page passes wrongly before anything is shown. Names that mean nothing here are let through: FACEIO does, too.
 *
 * @throws MienError REQUEST_INVALID naming the parameter, PAYLOAD_TOO_LARGE
 */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) throw invalid('The parameters have to be an object')
  for (const [name, { fits, words }] of Object.entries(rules)) {
    const value: unknown = Reflect.get(options, name)
    if (value !== undefined && !fits(value)) throw invalid(`${name} has to be ${words}`)
  }
  const payload: unknown = Reflect.get(options, 'payload')
  if (payload !== undefined) payloadText(payload as NonNullable<FaceIoEnrollOptions['payload']>)
}

const invalid = (message: string): MienError => new MienError('REQUEST_INVALID', { message })
