import type { ChallengeResponse } from '@mien/shared/api/challenges'
import type { SessionRequest, SessionResponse } from '@mien/shared/api/sessions'
import type { SubmissionResponse } from '@mien/shared/api/submissions'
import type { TestDevice } from '../fixtures/test-device.ts'
import {
  type Answer,
  type Ceremony,
  composeSubmission,
  pageOrigin,
  type TestApp,
  type TestApplication,
} from './test-app.ts'

/** Ceremonies of pages whose devices have keys. */
export interface DeviceCeremonies {
  /** Session and challenge, the device named. By the backend where only a backend may. */
  begin(request: SessionRequest, device?: TestDevice): Promise<Ceremony>
  /** What is offered and signed by the device; unsigned without one. */
  submit(ceremony: Ceremony, person: Float32Array, device?: TestDevice, changes?: object): Promise<Answer>
  /** Both, of a page. */
  run(
    operation: 'enroll' | 'authenticate',
    person: Float32Array,
    device?: TestDevice,
    changes?: object,
  ): Promise<Answer>
  stepUp(ceremony: Ceremony, answer: Answer, pin: string): Promise<Answer>
  /** What the backend learns of a result. */
  redeem(answer: Answer): Promise<Redeemed>
}

export interface Redeemed {
  readonly facialId: string
  readonly assurance: string
  /** `face+device`, for example. */
  readonly factors: string
  readonly deviceId: string | undefined
  readonly amr: readonly string[]
}

export function createDeviceCeremonies(rig: TestApp, application: TestApplication): DeviceCeremonies {
  const { credentials } = application

  const asPage = (ceremony: Pick<Ceremony, 'session'>, path: string, text: string, signature?: string) =>
    rig.send('POST', path, {
      authorization: `Session ${ceremony.session.client_token}`,
      raw: text,
      headers: { origin: pageOrigin, ...(signature === undefined ? {} : { 'mien-signature': signature }) },
    })

  const begin: DeviceCeremonies['begin'] = async (request, device) => {
    const isBackend = [request.user_ref, request.facial_id, request.min_assurance].some((field) => field !== undefined)
    const opened = await (isBackend
      ? application.backend('POST', '/v1/sessions', request)
      : application.openSession(request))
    const session = opened.json as SessionResponse
    const named = device === undefined ? {} : { device_key_id: device.keyId }
    const asked = await asPage({ session }, '/v1/challenges', JSON.stringify(named))
    return { session, challenge: asked.json as ChallengeResponse }
  }

  const submit: DeviceCeremonies['submit'] = (ceremony, person, device, changes = {}) => {
    const { session, challenge } = ceremony
    const offered = device === undefined ? {} : { device: device.offer }
    const body = { ...composeSubmission(session, challenge, person, rig.clock.now()), ...offered, ...changes }
    const text = JSON.stringify(body)
    return asPage(ceremony, '/v1/submissions', text, device?.sign(text))
  }

  return {
    begin,
    submit,
    run: async (operation, person, device, changes) =>
      submit(await begin({ operation }, device), person, device, changes),
    stepUp: (ceremony, { json }, pin) =>
      asPage(ceremony, '/v1/step-ups', JSON.stringify({ submission_id: json.submission_id, pin })),
    async redeem({ json }) {
      const { result_code } = json as Extract<SubmissionResponse, { status: 'ok' }>
      const answer = await rig.send('POST', '/v1/results/redeem', {
        authorization: `Bearer ${credentials.secret_key}`,
        body: { result_code },
      })
      const claims = JSON.parse(Buffer.from(answer.json.assertion.split('.')[1], 'base64url').toString())
      const { sub: facialId, assurance, factors, device_id: deviceId, amr } = claims
      return { facialId, assurance, factors: factors.join('+'), deviceId, amr }
    },
  }
}
