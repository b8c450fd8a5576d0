import { MienError } from '@mien/shared/errors'
import { Refusal } from '../../../packages/client/src/ceremony/refusal.ts'
import type { CeremonyState } from '../../../packages/client/src/ceremony/state.ts'

/** Hears what the person chose. */
export type Report = (action: string) => void

const cameras = [
  { deviceId: 'front', label: 'FaceTime HD Camera' },
  { deviceId: 'desk', label: '' },
]

const result = {
  resultCode: 'A'.repeat(43),
  resultExpiresAt: '2026-01-01T00:01:00Z',
  disclosed: { facialId: '0f8fad5b-d9cb-469f-a165-70867728950e', payload: null, timestamp: '2026-01-01T00:00:00Z' },
  details: { gender: null, age: null },
}

/** Every state of a ceremony, and the variants of it that look different. */
export const makeScenes = (stream: MediaStream, report: Report) =>
  ({
    connecting: { name: 'preparing', progress: { step: 'session' } },
    loading: { name: 'preparing', progress: { step: 'models', loadedBytes: 5_400_000, totalBytes: 11_900_000 } },
    starting: { name: 'preparing', progress: { step: 'runtime' } },
    consent: {
      name: 'consent',
      operation: 'enroll',
      applicationName: 'Harbour Library',
      policyVersion: '1',
      terms: null,
      attributes: 'off',
      accept: ({ text, locale }) => report(`accept ${locale} ${text}`),
      decline: () => report('decline'),
    },
    intro: { name: 'intro', seconds: 11, proceed: () => report('proceed') },
    permission: { name: 'permission' },
    'new-pin': {
      name: 'new-pin',
      required: false,
      submit: (pin) => report(`pin ${pin}`),
      skip: () => report('skip'),
    },
    'new-pin-weak': { name: 'new-pin', required: true, problem: 'weak', submit: (pin) => report(`pin ${pin}`) },
    'no-face': { name: 'positioning', stream, mirrored: true, guidance: 'no-face', progress: 0, cameras: [] },
    closer: {
      name: 'positioning',
      stream,
      mirrored: true,
      guidance: 'closer',
      progress: 0.35,
      cameras,
      switchCamera: (deviceId) => report(`camera ${deviceId}`),
    },
    'more-light': { name: 'positioning', stream, mirrored: true, guidance: 'more-light', progress: 0.5, cameras: [] },
    active: {
      name: 'active',
      stream,
      mirrored: true,
      action: 'turn_left',
      step: 1,
      steps: 2,
      progress: 0.4,
      holdInstead: () => report('hold'),
    },
    capturing: { name: 'capturing', stream, mirrored: true, guidance: 'hold-still', progress: 0.8 },
    deciding: { name: 'deciding' },
    pin: { name: 'pin', triesLeft: 3, submit: (pin) => report(`pin ${pin}`) },
    'pin-wrong': { name: 'pin', triesLeft: 1, problem: 'wrong', submit: (pin) => report(`pin ${pin}`) },
    retry: { name: 'retry', reason: 'not-clear', again: () => report('again') },
    enrolled: { name: 'done', result: { operation: 'enroll', ...result } },
    recognised: { name: 'done', result: { operation: 'authenticate', ...result } },
    'camera-denied': { name: 'failed', failure: new MienError('CAMERA_DENIED') },
    'not-recognised': { name: 'failed', failure: new Refusal('not_recognised') },
    'site-fault': { name: 'failed', failure: new MienError('UNAUTHORIZED') },
    spoof: { name: 'failed', failure: new MienError('SPOOF_SUSPECTED') },
    cancelled: { name: 'failed', failure: new MienError('ABORTED') },
    declined: { name: 'failed', failure: new MienError('CONSENT_DECLINED') },
  }) as const satisfies Record<string, CeremonyState>

export type SceneName = keyof ReturnType<typeof makeScenes>
