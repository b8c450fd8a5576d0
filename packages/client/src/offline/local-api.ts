import type { Operation } from '@mien/shared/api/fields'
import type { SessionResponse } from '@mien/shared/api/sessions'
import type { SubmissionRequest, SubmissionResponse } from '@mien/shared/api/submissions'
import type { EnrolmentDraft, OfflinePolicy } from '@mien/shared/api/sync'
import { decodeBase64Url } from '@mien/shared/bytes'
import { defaultCaptureRules, judgeCapture } from '@mien/shared/policy/capture'
import { chooseConsentText } from '@mien/shared/policy/choose-consent-text'
import { decodeTemplate } from '@mien/shared/template/format'
import { meanDirection } from '@mien/shared/template/unit-vector'
import type { ApiClient } from '../http/api-client.ts'
import type { OfflineDecider } from './decide-offline.ts'
import type { DeviceState } from './device-state.ts'
import { createLocalChallenges, inSeconds, randomText } from './local-challenge.ts'
import type { OfflineResult } from './offline-result.ts'
import { notReady } from './readiness.ts'

/** Seconds, as the server's. */
const sessionSeconds = 900

/**
 * Answers a ceremony's calls on the device, so that it goes as it does with the server, under the application's policy as it came with
 * the last page. What it decides is told to `onResult`: the answer itself redeems nothing.
 *
 * @param state that somebody may be recognised or written down by
 * @throws MienError NETWORK_IO where it holds no policy
 */
export function createLocalApi(
  device: OfflineDecider,
  operation: Operation,
  state: DeviceState,
  onResult: (result: OfflineResult) => void,
): ApiClient {
  const { policy } = state
  if (policy === null) throw notReady('ended')
  const session = localSession(operation, state, policy)
  const challenges = createLocalChallenges(session.model.model_id, policy)
  const unasked = async () => {
    throw notReady('ended')
  }
  return {
    openSession: async (_id, { locales = [] }) => {
      const consent_text = chooseConsentText(policy.consent_texts, locales)
      return { ...session, settings: { ...session.settings, consent_text } }
    },
    readSession: unasked,
    askChallenge: async () => challenges.ask(),
    reveal: unasked,
    stepUp: unasked,
    call: unasked,
    async submit(_token, submission) {
      const { vectors, verdict } = readCapture(submission, session)
      if (verdict !== 'ok' || !isLive(submission, policy) || !challenges.isAnswered(submission))
        return { status: 'retry' }
      const result =
        operation === 'enroll'
          ? await device.enroll(toDraft(submission))
          : await device.recognise(meanDirection(vectors))
      if (result === undefined) return { status: 'refused', reason: 'not_recognised' }
      onResult({ ...result, activeCheck: submission.script_response?.variant ?? 'none' })
      return nothingToRedeem
    },
  }
}

const nothingToRedeem: SubmissionResponse = { status: 'ok', result_code: '', expires_at: '', disclosed: null }

/** By the rules that the server has for a capture (PO9 to PO11). */
function readCapture({ templates, frames }: SubmissionRequest, { model }: SessionResponse) {
  const spec = { modelId: model.model_id, dimension: model.dimension }
  const vectors = templates.map((text) => decodeTemplate(decodeBase64Url(text), spec).vector)
  return { vectors, verdict: judgeCapture(frames.map(({ at_ms }, i) => ({ atMs: at_ms, vector: vectors[i]! }))) }
}

const isLive = ({ frames }: SubmissionRequest, { pad_threshold: least }: OfflinePolicy): boolean =>
  least === null || frames.every(({ live }) => live === null || live >= least)

function toDraft({ templates, frames, consent }: SubmissionRequest): Uint8Array<ArrayBuffer> {
  const draft: EnrolmentDraft = { templates, frames, ...(consent === undefined ? {} : { consent }) }
  return new TextEncoder().encode(JSON.stringify(draft))
}

function localSession(operation: Operation, { registration }: DeviceState, policy: OfflinePolicy): SessionResponse {
  const { label, gallery, model_id = '', pack = '', rotation_key = '' } = registration ?? {}
  const { consent_required, policy_version, pad_threshold } = policy
  return {
    session_id: crypto.randomUUID(),
    client_token: randomText(),
    expires_at: inSeconds(sessionSeconds),
    operation,
    settings: {
      application_name: label ?? gallery ?? '',
      consent_required,
      policy_version,
      consent_text: null,
      pad_threshold,
      min_frames: defaultCaptureRules.minFrames,
      max_frames: defaultCaptureRules.maxFrames,
      min_frame_interval_ms: defaultCaptureRules.minFrameIntervalMs,
      ...nothingElse,
    },
    // Three bits of the key turn one component (`template/rotation.ts`).
    model: { pack, model_id, dimension: (decodeBase64Url(rotation_key).length * 8) / 3 },
  }
}

/** What only a server can ask for, give or look at. */
const nothingElse = {
  attributes: 'off',
  minimum_age: 18,
  reject_obscured: true,
  pin: { enroll: 'off', authenticate: 'off', reject_weak: true },
  passkeys: false,
  server_verified: false,
  spot_checked: false,
  flashes: false,
  devices: false,
  disclose_to_page: false,
} as const
