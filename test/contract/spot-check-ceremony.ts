import type { ChallengeResponse } from '@mien/shared/api/challenges'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import type { TestDevice } from '../fixtures/test-device.ts'
import { sha256 } from './capture-ceremony.ts'
import { createDeviceCeremonies, type DeviceCeremonies } from './device-ceremony.ts'
import {
  type Answer,
  type Ceremony,
  composeSubmission,
  pageOrigin,
  type TestApp,
  type TestApplication,
  wireTemplate,
} from './test-app.ts'

/** What a client sends where pictures may be asked for afterwards. */
export interface CommittedCapture {
  /** Unit vectors that the client says it computed, three or more. */
  readonly vectors: readonly Float32Array[]
  /** JPEGs of the same frames, which the submission commits to. */
  readonly pictures: readonly Uint8Array[]
}

/** A submission as it was sent, and what came back. */
export interface Submitted {
  readonly answer: Answer
  readonly ceremony: Ceremony
  /** The envelope's bytes. */
  readonly text: string
}

export interface RevealChanges {
  readonly text?: string
  readonly ceremony?: Ceremony
  readonly device?: TestDevice
}

export interface SpotCheckCeremonies extends Pick<DeviceCeremonies, 'redeem' | 'stepUp'> {
  begin(device: TestDevice): Promise<Ceremony>
  submit(
    ceremony: Ceremony,
    device: TestDevice,
    capture: CommittedCapture,
    changes?: Partial<SubmissionRequest>,
  ): Promise<Submitted>
  reveal(
    submitted: Submitted,
    device: TestDevice,
    pictures: readonly Uint8Array[],
    changes?: RevealChanges,
  ): Promise<Answer>
}

const commits = ({ crop_commitment: commitment }: ChallengeResponse): boolean => commitment !== null

/** Sign-ins at level A1 where pictures may be asked for, in the words of the wire. */
export function createSpotCheckCeremonies(rig: TestApp, application: TestApplication): SpotCheckCeremonies {
  const { begin, redeem, stepUp } = createDeviceCeremonies(rig, application)

  const asPage = ({ session }: Ceremony, path: string, raw: BodyInit, headers: Record<string, string>) =>
    rig.send('POST', path, {
      authorization: `Session ${session.client_token}`,
      raw,
      headers: { origin: pageOrigin, ...headers },
    })

  return {
    redeem,
    stepUp,
    begin: (device) => begin({ operation: 'authenticate' }, device),

    async submit(ceremony, device, { vectors, pictures }, changes = {}) {
      const { session, challenge } = ceremony
      const composed = composeSubmission(session, challenge, vectors[0]!, rig.clock.now())
      const frames = vectors.map((_, i) => ({ ...composed.frames[0]!, at_ms: i * 200 }))
      const crops = pictures.map((jpeg, i) => ({ at_ms: i * 200, sha256: sha256(jpeg) }))
      const text = JSON.stringify({
        ...composed,
        templates: vectors.map((vector) => wireTemplate(vector, challenge.model_id)),
        frames,
        ...(commits(challenge) ? { crops } : {}),
        device: device.offer,
        ...changes,
      })
      // The capture took its time.
      rig.clock.advance(2)
      const answer = await asPage(ceremony, '/v1/submissions', text, { 'mien-signature': device.sign(text) })
      return { answer, ceremony, text }
    },

    async reveal(submitted, device, pictures, changes = {}) {
      const { text = submitted.text, ceremony = submitted.ceremony, device: signer = device } = changes
      const form = new FormData()
      form.append('envelope', new Blob([text], { type: 'application/json' }))
      for (const [i, jpeg] of pictures.entries()) {
        form.append(`crop${i}`, new Blob([Uint8Array.from(jpeg)], { type: 'image/jpeg' }))
      }
      // As a client sends it: with the boundary in its type.
      const request = new Request('http://mien.example', { method: 'POST', body: form })
      const headers = { 'content-type': request.headers.get('content-type')!, 'mien-signature': signer.sign(text) }
      return asPage(ceremony, '/v1/reveals', await request.bytes(), headers)
    },
  }
}
