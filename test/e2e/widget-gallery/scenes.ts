import { activeActions } from '@mien/shared/api/fields'
import { refusalReasons } from '@mien/shared/api/submissions'
import { errorCodes, MienError } from '@mien/shared/errors'
import { flashColours, neutralColour } from '@mien/shared/policy/capture-script'
import { Refusal } from '../../../packages/client/src/ceremony/refusal.ts'
import {
  type ActiveState,
  type CeremonyState,
  type ConsentState,
  type Guidance,
  guidances,
  type PictureTerms,
  type PositioningState,
  type VerifyingState,
} from '../../../packages/client/src/ceremony/state.ts'
import { latinOfflineWords } from '../../../packages/client/src/i18n/offline-words-latin.ts'
import { type NotReady, notReady } from '../../../packages/client/src/offline/readiness.ts'
import { type FailureKind, failureKind, failureKinds } from '../../../packages/client/src/ui/failure-kind.ts'
import { terms, termsInArabic } from './terms.ts'

/** Hears what the person chose. */
export type Report = (action: string) => void

type ActionName = ActiveState['action']
export type GeneratedScene =
  | `guidance-${Guidance}`
  | `active-${ActionName}`
  | `failure-${FailureKind}`
  | `offline-cannot-${NotReady}`

const cameras = [
  { deviceId: 'front', label: 'FaceTime HD Camera' },
  { deviceId: 'desk', label: '' },
  { deviceId: 'door', label: 'USB 2.0 Camera (05ac:8514) beside the door' },
]

const result = {
  resultCode: 'A'.repeat(43),
  resultExpiresAt: '2026-01-01T00:01:00Z',
  disclosed: { facialId: '0f8fad5b-d9cb-469f-a165-70867728950e', payload: null, timestamp: '2026-01-01T00:00:00Z' },
  details: { gender: null, age: null },
}
const timestamp = '2026-01-01T00:00:00Z'
const claim = { offline: true, level: 'A0-offline', activeCheck: 'none', eventId: '0197', timestamp } as const
const age = { operation: 'age_verify', minimumAge: 18, timestamp } as const

/** Every state of a ceremony, and the variants of it that look different. */
const makeFixedScenes = (stream: MediaStream, report: Report) => {
  const consent: ConsentState = {
    name: 'consent',
    operation: 'enroll',
    applicationName: 'Harbour Library',
    policyVersion: '2026-03',
    terms: null,
    attributes: 'off',
    accept: ({ text, locale }) => report(`accept ${locale} ${text}`),
    decline: () => report('decline'),
  }
  const submit = (pin: string): void => report(`pin ${pin}`)
  const pin = { name: 'pin', triesLeft: 3, submit } as const
  const passkey = { name: 'passkey', triesLeft: 3, isOpen: false, proceed: () => report('passkey') } as const
  const newPasskey = {
    name: 'new-passkey',
    isOpen: false,
    add: () => report('add passkey'),
    skip: () => report('skip passkey'),
    leave: () => report('leave passkey'),
  } as const
  const newPin = { name: 'new-pin', required: true, submit } as const
  const switchCamera = (deviceId: string): void => report(`camera ${deviceId}`)
  const active = makeActive(stream, report)
  return {
    connecting: { name: 'preparing', progress: { step: 'session' } },
    loading: { name: 'preparing', progress: { step: 'models', loadedBytes: 5_400_000, totalBytes: 11_900_000 } },
    starting: { name: 'preparing', progress: { step: 'runtime' } },
    consent,
    'consent-terms': { ...consent, terms },
    'consent-terms-arabic': { ...consent, terms: termsInArabic, attributes: 'age_gate' },
    'consent-age-gate': { ...consent, attributes: 'age_gate' },
    'consent-details': { ...consent, attributes: 'details' },
    intro: { name: 'intro', seconds: 11, proceed: () => report('proceed') },
    'consent-pictures': { ...consent, pictures: pictureTerms(report) },
    'picture-notice': {
      name: 'picture-notice',
      isCertain: true,
      applicationName: 'Harbour Library',
      pictures: pictureTerms(report),
      proceed: () => report('proceed'),
      decline: () => report('decline'),
    },
    'picture-notice-no-colours': {
      name: 'picture-notice',
      isCertain: true,
      applicationName: 'Harbour Library',
      pictures: { ...pictureTerms(report), colours: 'never' },
      proceed: () => report('proceed'),
      decline: () => report('decline'),
    },
    'picture-notice-perhaps': {
      name: 'picture-notice',
      isCertain: false,
      applicationName: 'Harbour Library',
      pictures: { ...pictureTerms(report), colours: 'never' },
      proceed: () => report('proceed'),
      decline: () => report('decline'),
    },
    'lit-positioning': { ...positioning(stream, 'closer'), colour: neutralColour },
    'verifying-left': { ...verifying(stream, report), ask: 'left', colour: neutralColour },
    'verifying-up': { ...verifying(stream, report), ask: 'up', colour: neutralColour },
    'verifying-flash': { ...verifying(stream, report), ask: 'flash', colour: flashColours[3] },
    'verifying-guided': { ...verifying(stream, report), ask: 'right', colour: neutralColour, guidance: 'no-face' },
    'lit-capturing': {
      name: 'capturing',
      stream,
      mirrored: true,
      colour: neutralColour,
      guidance: 'hold-still',
      progress: 0.8,
    },
    permission: { name: 'permission', sendsPictures: false },
    'permission-pictures': { name: 'permission', sendsPictures: true },
    'new-pin': { ...newPin, required: false, skip: () => report('skip') },
    'new-pin-format': { ...newPin, problem: 'format' },
    'new-pin-weak': { ...newPin, problem: 'weak' },
    'new-pin-not-unique': { ...newPin, problem: 'not-unique' },
    'two-cameras': { ...positioning(stream, 'closer'), cameras: cameras.slice(0, 2), switchCamera },
    'three-cameras': { ...positioning(stream, 'closer'), cameras, switchCamera },
    'camera-refused': {
      ...positioning(stream, 'closer'),
      cameras,
      switchCamera,
      refusedCamera: new MienError('CAMERA_BUSY'),
    },
    'back-camera': { ...positioning(stream, 'left'), mirrored: false, cameras: cameras.slice(0, 2), switchCamera },
    'active-second': { ...active('turn_right'), step: 2, progress: 0 },
    'active-guided': { ...active('blink'), guidance: 'up', progress: 0 },
    'active-back-camera': { ...active('turn_left'), mirrored: false },
    capturing: { name: 'capturing', stream, mirrored: true, guidance: 'hold-still', progress: 0.8 },
    captured: { name: 'capturing', stream, mirrored: true, guidance: 'hold-still', progress: 1 },
    deciding: { name: 'deciding' },
    pin,
    'pin-format': { ...pin, problem: 'format' },
    'pin-wrong': { ...pin, triesLeft: 1, problem: 'wrong' },
    'pin-or-passkey': { ...pin, ratherPasskey: () => report('rather passkey') },
    passkey,
    'passkey-or-pin': { ...passkey, ratherPin: () => report('rather pin') },
    'passkey-wrong': { ...passkey, triesLeft: 1, problem: 'wrong' },
    'passkey-not-done': { ...passkey, problem: 'not-done', ratherPin: () => report('rather pin') },
    'passkey-open': { ...passkey, isOpen: true, ratherPin: () => report('rather pin') },
    'new-passkey': newPasskey,
    'new-passkey-open': { ...newPasskey, isOpen: true },
    'new-passkey-not-done': { ...newPasskey, problem: 'not-done' },
    'retry-not-clear': { name: 'retry', reason: 'not-clear', again: () => report('again') },
    'retry-expired': { name: 'retry', reason: 'expired', again: () => report('again') },
    declined: { name: 'failed', failure: new MienError('CONSENT_DECLINED') },
    enrolled: { name: 'done', result: { operation: 'enroll', ...result } },
    recognised: { name: 'done', result: { operation: 'authenticate', ...result } },
    live: { name: 'done', result: { operation: 'liveness', live: 0.98, timestamp } },
    'of-age': { name: 'done', result: { ...age, details: { gender: null, age: 34 }, ofAge: true } },
    'offline-loading': {
      name: 'preparing',
      progress: { step: 'models', loadedBytes: 5_400_000, totalBytes: 11_900_000 },
      offline: true,
    },
    'offline-consent': { ...consent, offline: true },
    'offline-positioning': { ...positioning(stream, 'closer'), offline: true },
    'offline-active': { ...active('turn_left'), offline: true },
    'offline-deciding': { name: 'deciding', offline: true },
    'offline-recognised': {
      name: 'done',
      result: { operation: 'authenticate', facialId: result.disclosed.facialId, ...claim },
    },
    'offline-draft': { name: 'done', result: { operation: 'enroll', facialId: null, ...claim } },
    'offline-refused': { name: 'failed', failure: new Refusal('not_recognised', true) },
    'under-age': { name: 'done', result: { ...age, details: { gender: null, age: 15 }, ofAge: false } },
  } as const satisfies Record<string, CeremonyState>
}

const positioning = (stream: MediaStream, guidance: Guidance): PositioningState => ({
  name: 'positioning',
  stream,
  mirrored: true,
  guidance,
  progress: guidances.indexOf(guidance) / guidances.length,
  cameras: [],
})

const pictureTerms = (report: Report): PictureTerms => ({
  colours: 'wanted',
  chooseColours: (isWanted) => report(`colours ${isWanted}`),
})

const verifying = (stream: MediaStream, report: Report): Omit<VerifyingState, 'ask' | 'colour'> => ({
  name: 'verifying',
  stream,
  mirrored: true,
  step: 3,
  steps: 7,
  progress: 2 / 7,
  withoutFlashes: () => report('without flashes'),
  withoutMotion: () => report('without motion'),
})

const makeActive =
  (stream: MediaStream, report: Report) =>
  (action: ActionName): ActiveState => ({
    name: 'active',
    stream,
    mirrored: true,
    action,
    step: 1,
    steps: 2,
    progress: 0.4,
    ...(action === 'hold' ? {} : { holdInstead: () => report('hold') }),
  })

/** Something that leads to this kind of failure. */
function failureOf(kind: FailureKind): MienError | Refusal {
  const failures = [
    ...refusalReasons.map((reason) => new Refusal(reason)),
    ...errorCodes.map((code) => new MienError(code)),
  ]
  return failures.find((failure) => failureKind(failure) === kind) ?? new MienError('INTERNAL')
}

/** Why a device is no help without the server. */
const reasons = Object.keys(latinOfflineWords.en.notReady) as readonly NotReady[]

type FixedScene = keyof ReturnType<typeof makeFixedScenes>
export type SceneName = FixedScene | GeneratedScene
type Scenes = Readonly<Record<SceneName, CeremonyState>>

export function makeScenes(stream: MediaStream, report: Report): Scenes {
  const active = makeActive(stream, report)
  const generated: Record<string, CeremonyState> = {}
  for (const guidance of guidances) generated[`guidance-${guidance}`] = positioning(stream, guidance)
  for (const action of [...activeActions, 'hold'] as const) generated[`active-${action}`] = active(action)
  for (const why of reasons) generated[`offline-cannot-${why}`] = { name: 'failed', failure: notReady(why) }
  for (const kind of failureKinds) generated[`failure-${kind}`] = { name: 'failed', failure: failureOf(kind) }
  return { ...(generated as Record<GeneratedScene, CeremonyState>), ...makeFixedScenes(stream, report) }
}
