import type { SessionResponse } from '@mien/shared/api/sessions'
import type { ConsentStatement } from '@mien/shared/api/submissions'
import { encodeHex } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import type { Stage } from './stage.ts'
import type { ConsentText, EnrollOptions, PictureTerms } from './state.ts'

export interface AskConsent {
  readonly stage: Stage
  readonly session: SessionResponse
  /** Undefined: no picture leaves the device. */
  readonly pictures: PictureTerms | undefined
  readonly userConsent: EnrollOptions['userConsent']
  readonly timeoutMs: number
  /** RFC 3339. */
  readonly timestamp: () => string
}

/** What a page vouches for when it does not say which text the person saw. */
const unknownText: ConsentText = { text: '', locale: 'und' }

/**
 * The person's consent to an enrolment, or the page's word for it. Undefined where the application asks for none.
 *
 * @throws MienError CONSENT_DECLINED, also when nobody answers
 */
export async function askConsent(ask: AskConsent): Promise<ConsentStatement | undefined> {
  const { stage, session, pictures, userConsent, timestamp } = ask
  const {
    application_name: applicationName,
    consent_required: isRequired,
    policy_version,
    consent_text,
    attributes,
  } = session.settings
  if (userConsent) {
    const shown = userConsent === true ? unknownText : userConsent
    return toStatement(shown, 'integrator', policy_version, timestamp())
  }
  if (!isRequired) return undefined
  const limit = { ms: ask.timeoutMs, code: 'CONSENT_DECLINED' } as const
  const shown = await stage.ask<ConsentText | undefined>(
    (answer) => ({
      name: 'consent',
      operation: 'enroll',
      applicationName,
      policyVersion: policy_version,
      terms: consent_text,
      attributes,
      ...(pictures === undefined ? {} : { pictures }),
      accept: (text) => answer(text),
      decline: () => answer(undefined),
    }),
    limit,
  )
  if (shown === undefined) throw new MienError('CONSENT_DECLINED')
  return toStatement(shown, 'widget', policy_version, timestamp())
}

/** What is kept as proof of it. @param givenAt RFC 3339 */
export async function toStatement(
  { text, locale }: ConsentText,
  method: ConsentStatement['method'],
  policyVersion: string,
  givenAt: string,
): Promise<ConsentStatement> {
  if (globalThis.crypto?.subtle === undefined) throw new MienError('INSECURE_CONTEXT')
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return {
    policy_version: policyVersion,
    text_sha256: encodeHex(new Uint8Array(digest)),
    locale,
    given_at: givenAt,
    method,
  }
}
