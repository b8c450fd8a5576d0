import type { PasskeyOptionsResponse } from '@mien/shared/api/passkeys'
import type { SessionResponse } from '@mien/shared/api/sessions'
import type { TestAuthenticator, Twist } from '../fixtures/test-authenticator.ts'
import { type Answer, type Ceremony, pageOrigin, type TestApp } from './test-app.ts'

type Options<Purpose> = Extract<PasskeyOptionsResponse, { purpose: Purpose }>

/** What a page does with passkeys. */
export interface PasskeyCeremonies {
  post(
    session: SessionResponse,
    path: string,
    body: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  toRegister(ceremony: Pick<Ceremony, 'session'>): Promise<Answer>
  toAuthenticate(ceremony: Pick<Ceremony, 'session'>, submissionId: string): Promise<Answer>
  /** Options and what the authenticator made under them. */
  register(ceremony: Pick<Ceremony, 'session'>, authenticator: TestAuthenticator, twist?: Twist): Promise<Answer>
  /** Options and what the authenticator signed. */
  stepUp(
    ceremony: Pick<Ceremony, 'session'>,
    submissionId: string,
    authenticator: TestAuthenticator,
    twist?: Twist,
  ): Promise<Answer>
}

export function createPasskeyCeremonies(rig: TestApp): PasskeyCeremonies {
  const post: PasskeyCeremonies['post'] = (session, path, body, headers = { origin: pageOrigin }) =>
    rig.send('POST', path, { authorization: `Session ${session.client_token}`, body, headers })
  const toRegister: PasskeyCeremonies['toRegister'] = ({ session }) =>
    post(session, '/v1/passkey-options', { purpose: 'register' })
  const toAuthenticate: PasskeyCeremonies['toAuthenticate'] = ({ session }, submissionId) =>
    post(session, '/v1/passkey-options', { purpose: 'authenticate', submission_id: submissionId })

  return {
    post,
    toRegister,
    toAuthenticate,
    async register(ceremony, authenticator, twist) {
      const asked = await toRegister(ceremony)
      if (asked.status !== 201) return asked
      const { challenge_id: id, options } = asked.json as Options<'register'>
      return post(ceremony.session, '/v1/passkeys', authenticator.make(id, options, twist))
    },
    async stepUp(ceremony, submissionId, authenticator, twist) {
      const asked = await toAuthenticate(ceremony, submissionId)
      if (asked.status !== 201) return asked
      const { challenge_id: id, options } = asked.json as Options<'authenticate'>
      const passkey = authenticator.answer(id, options, twist)
      return post(ceremony.session, '/v1/step-ups', { submission_id: submissionId, passkey })
    },
  }
}
