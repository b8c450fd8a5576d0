import { createHash } from 'node:crypto'
import type { CaptureScript, ChallengeRequest, ChallengeResponse } from '@mien/shared/api/challenges'
import type { Operation } from '@mien/shared/api/fields'
import type { SessionResponse } from '@mien/shared/api/sessions'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { goodFrame } from '../fixtures/good-frame.ts'
import type { TestDevice } from '../fixtures/test-device.ts'
import { type Answer, consentGiven, pageOrigin, type TestApp, type TestApplication, wireTemplate } from './test-app.ts'

/** A ceremony that has come to its challenge, on one device. */
export interface CaptureCeremony {
  readonly session: SessionResponse
  readonly challenge: ChallengeResponse
  readonly script: CaptureScript
  readonly device: TestDevice
}

export interface TakenPicture {
  readonly jpeg: Uint8Array
  readonly atMs: number
}

/** What a client sends at level A2. */
export interface TakenCapture {
  /** Unit vectors that the client says it computed, three or more. */
  readonly vectors: readonly Float32Array[]
  readonly pictures: readonly TakenPicture[]
}

export interface CaptureCeremonies {
  begin(operation: Operation, device: TestDevice, ability?: ChallengeRequest): Promise<CaptureCeremony>
  /** @param changes of the envelope, before it is signed. @param from address of the connection's peer */
  submit(
    ceremony: CaptureCeremony,
    capture: TakenCapture,
    changes?: Partial<SubmissionRequest>,
    from?: string,
  ): Promise<Answer>
}

/** Ceremonies at level A2, in the words of the wire. */
export function createCaptureCeremonies(rig: TestApp, application: TestApplication): CaptureCeremonies {
  const taken = new WeakSet<ChallengeResponse>()
  const asPage = (token: string, path: string, raw: BodyInit, headers: Record<string, string>, from?: string) =>
    rig.send('POST', path, {
      authorization: `Session ${token}`,
      raw,
      headers: { origin: pageOrigin, ...headers },
      ...(from === undefined ? {} : { from }),
    })

  return {
    async begin(operation, device, ability = {}) {
      const session = (await application.openSession({ operation })).json as SessionResponse
      const asked = JSON.stringify({ device_key_id: device.keyId, ...ability })
      const json = { 'content-type': 'application/json' }
      const challenge = (await asPage(session.client_token, '/v1/challenges', asked, json)).json as ChallengeResponse
      return { session, challenge, script: challenge.capture_script!, device }
    },

    async submit({ session, challenge, device }, { vectors, pictures }, changes = {}, from) {
      // Once for each challenge: the time that its capture took.
      if (!taken.has(challenge)) rig.clock.advance(Math.ceil((pictures.at(-1)?.atMs ?? 0) / 1000) + 1)
      taken.add(challenge)
      const envelope: SubmissionRequest = {
        challenge_id: challenge.challenge_id,
        nonce: challenge.nonce,
        operation: session.operation as Operation,
        origin: pageOrigin,
        level: challenge.level,
        model_id: challenge.model_id,
        templates: vectors.map((vector) => wireTemplate(vector, challenge.model_id)),
        frames: vectors.map((_, i) => ({ ...goodFrame, at_ms: i * 200 })),
        ...(session.operation === 'enroll' ? { consent: consentGiven(rig.clock.now()) } : {}),
        device: device.offer,
        crops: pictures.map(({ jpeg, atMs }) => ({ at_ms: atMs, sha256: sha256(jpeg) })),
        ...changes,
      }
      const text = JSON.stringify(envelope)
      const form = new FormData()
      form.append('envelope', new Blob([text], { type: 'application/json' }))
      for (const [i, { jpeg }] of pictures.entries()) {
        form.append(`crop${i}`, new Blob([Uint8Array.from(jpeg)], { type: 'image/jpeg' }))
      }
      // As a client sends it: with the boundary in its type.
      const request = new Request('http://mien.example', { method: 'POST', body: form })
      const headers = {
        'content-type': request.headers.get('content-type')!,
        'mien-signature': device.sign(text),
      }
      return asPage(session.client_token, '/v1/submissions', await request.bytes(), headers, from)
    },
  }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
