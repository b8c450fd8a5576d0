/** Everything around a ceremony, for its tests: a server, a worker and a camera of our own. */
import type { ActiveScript, CaptureScript, ChallengeRequest, CropCommitment } from '@mien/shared/api/challenges'
import type { SessionOperation } from '@mien/shared/api/fields'
import type { SessionRequest, SessionResponse } from '@mien/shared/api/sessions'
import type { StepUpRequest } from '@mien/shared/api/step-ups'
import type { SubmissionRequest, SubmissionResponse } from '@mien/shared/api/submissions'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import type { FaceAnalysis, FaceAttributes, FaceInspection } from '@mien/shared/vision/types'
import { vi } from 'vitest'
import type { Camera, OpenCameraOptions } from '../camera/open-camera.ts'
import type { ApiClient } from '../http/api-client.ts'
import type { AnalyseOptions, LoadOptions, Picture, PictureOptions } from '../worker/protocol.ts'
import type { VisionHost } from '../worker/vision-host.ts'
// Fetched by the time a test begins: the clock that it turns does not move the network.
import './while-camera.ts'
import './run-capture-script.ts'
import { createCeremony } from './create-ceremony.ts'
import type { FrameFacts } from './guidance.ts'
import { frameOf, observed } from './observed.fixture.ts'
import { answerPasskeyCall, fakePasskeys, type PasskeyWorld, stall } from './passkeys.fixture.ts'
import type { CeremonyPorts } from './ports.ts'
import { runCeremony } from './run-ceremony.ts'
import type { Stage } from './stage.ts'
import type { Ceremony, CeremonyOutcome, CeremonyState, EnrollOptions } from './state.ts'

export const uuid = '0190163d-8694-739b-aea5-966c26f8ad90'
export const token = 'A'.repeat(43)
const later = '2026-01-01T00:10:00Z'
const sessionEnd = '2026-01-01T00:15:00Z'
const accepted: SubmissionResponse = { status: 'ok', result_code: token, expires_at: later, disclosed: null }

export interface World extends PasskeyWorld {
  operation?: SessionOperation
  settings?: Partial<SessionResponse['settings']>
  /** What the camera shows from now on; what it throws is thrown by the worker. */
  scene?: FrameFacts | (() => FrameFacts | Promise<never>)
  /** Whether the camera gives the same picture again and again. */
  isFrozen?: boolean
  /** The camera's name. */
  camera?: string
  live?: number
  /** What the networks guess, frame after frame. */
  guesses?: FaceAttributes[]
  script?: ActiveScript | null
  /** By what the person takes part in. */
  captureScript?: (request: ChallengeRequest) => CaptureScript
  /** What a spot check would want. */
  cropCommitment?: CropCommitment
  /** Nothing is drawn for so long, once: somebody looks at another tab. */
  hiddenMs?: number
  /** What asking for a challenge ends in. */
  challenge?: () => Promise<never>
  prefersReducedMotion?: boolean
  answers?: (SubmissionResponse | MienError | Promise<never>)[]
  stepUps?: (SubmissionResponse | MienError)[]
  /** What pictures are answered with that were asked for. */
  reveals?: (SubmissionResponse | MienError)[]
  challengeSeconds?: number
  /** The browser keeps no keys. */
  isStorageRefused?: boolean
  /** The worker dies with so many frames in it, once; unseen when no call was under way. */
  crashWithFrames?: number
  isCrashUnseen?: boolean
  /** So many analyses fail because the worker dies. */
  crashedAnalyses?: number
  openCamera?: CeremonyPorts['openCamera']
  /** Cameras that cannot be had, and why. */
  refusedCameras?: Readonly<Record<string, ErrorCode>>
}

/** What the worker was asked for, and when. */
type TakenPicture = PictureOptions & { readonly atMs: number }

/** Everything around a ceremony, with a clock that the test turns: a frame every 33 ms. */
export function createWorld(world: World, operation = world.operation ?? 'authenticate') {
  const submissions: SubmissionRequest[] = []
  const reveals: { readonly submission: SubmissionRequest; readonly pictures: readonly Uint8Array[] }[] = []
  const sentPictures: (readonly Uint8Array[])[] = []
  const takenPictures: TakenPicture[] = []
  const challengeRequests: ChallengeRequest[] = []
  const signatures: string[] = []
  const sessionRequests: SessionRequest[] = []
  const stepUps: StepUpRequest[] = []
  const calledPaths: string[] = []
  const passkeyTalk = { cancelled: 0, declined: 0 }
  const sessionReads: { token: string; locales: readonly string[] }[] = []
  const loads: LoadOptions[] = []
  const analyses: (AnalyseOptions & { readonly call: 'inspect' | 'analyse' })[] = []
  const cameras: { isOn: boolean; lose(): void }[] = []
  let challenges = 0
  let droppedKeys = 0
  const session: SessionResponse = {
    session_id: uuid,
    client_token: token,
    expires_at: sessionEnd,
    operation,
    settings: {
      application_name: 'Shop',
      consent_required: true,
      policy_version: '2',
      consent_text: null,
      attributes: 'off',
      minimum_age: 18,
      reject_obscured: true,
      min_frames: 3,
      max_frames: 5,
      min_frame_interval_ms: 150,
      pad_threshold: 0.5,
      pin: { enroll: 'off', authenticate: 'off', reject_weak: true },
      passkeys: false,
      server_verified: false,
      spot_checked: false,
      flashes: true,
      devices: false,
      disclose_to_page: true,
      ...world.settings,
    },
    model: { pack: 'standard', model_id: 'model', dimension: 64 },
  }
  const api: ApiClient = {
    async openSession(_publicId, request) {
      sessionRequests.push(request)
      return session
    },
    async readSession(clientToken, locales) {
      sessionReads.push({ token: clientToken, locales })
      return session
    },
    async askChallenge(_token, request) {
      challenges += 1
      challengeRequests.push(request)
      await world.challenge?.()
      return {
        challenge_id: challengeId(challenges),
        nonce: token,
        expires_at: later,
        expires_in: world.challengeSeconds ?? 120,
        server_time: later,
        script: world.script ?? null,
        capture_script: world.captureScript?.(request) ?? null,
        crop_commitment: world.cropCommitment ?? null,
        level: world.captureScript ? 'A2' : request.device_key_id === undefined ? 'A0' : 'A1',
        model_id: 'model',
      }
    },
    async submit(_token, submission, { sign, pictures }) {
      submissions.push(submission)
      sentPictures.push(pictures)
      if (sign !== undefined) signatures.push(await sign(new Uint8Array()))
      const answer = world.answers?.shift() ?? accepted
      if (answer instanceof MienError) throw answer
      return answer
    },
    async reveal(_token, submission, { sign, pictures }) {
      reveals.push({ submission, pictures })
      if (sign !== undefined) signatures.push(await sign(new Uint8Array()))
      const answer = world.reveals?.shift() ?? accepted
      if (answer instanceof MienError) throw answer
      return answer
    },
    async stepUp(_token, request) {
      stepUps.push(request)
      const answer = world.stepUps?.shift() ?? accepted
      if (answer instanceof MienError) throw answer
      return answer
    },
    async call(_token, path, body, schema) {
      calledPaths.push(path)
      return schema.parse(await answerPasskeyCall(world, path, body))
    },
  }
  const kept = new Set<number>()
  let lastFrameId = 0
  const keep = (): number => {
    if (kept.size === world.crashWithFrames) {
      delete world.crashWithFrames
      kept.clear()
      if (!world.isCrashUnseen) throw new MienError('WORKER_CRASHED')
    }
    lastFrameId += 1
    const frameId = lastFrameId
    kept.add(frameId)
    return frameId
  }
  const inspect = (call: 'inspect' | 'analyse', frameId: number, { attributes }: AnalyseOptions): FaceInspection => {
    analyses.push({ call, attributes })
    if (world.crashedAnalyses) {
      world.crashedAnalyses -= 1
      kept.clear()
      throw new MienError('WORKER_CRASHED')
    }
    if (!kept.has(frameId)) throw new MienError('NOT_FOUND')
    return {
      ...observed(),
      pad: { live: world.live ?? 0.9, modelId: 'pad' },
      ...(attributes ? { attributes: world.guesses?.shift() ?? { ageYears: 40, maleProbability: 0.9 } } : {}),
    }
  }
  const calls: Record<string, (...args: never[]) => unknown> = {
    load: (options: LoadOptions) => {
      loads.push(options)
      return { modelId: 'model', backend: 'wasm', threads: 1, tracker: 'onnx' }
    },
    observe: async (_frame: unknown, options: { keep: boolean }) => ({
      ...(await sceneOf(world)),
      isRepeat: world.isFrozen ?? false,
      frameId: options.keep ? keep() : null,
    }),
    inspect: (frameId: number, options: AnalyseOptions) => inspect('inspect', frameId, options),
    analyse: (frameId: number, options: AnalyseOptions): FaceAnalysis => ({
      ...inspect('analyse', frameId, options),
      template: { modelId: 'model', vector: new Float32Array(64).fill(0.125) },
    }),
    picture: (frameId: number, options: PictureOptions): Picture => {
      if (!(options.keep ? kept.has(frameId) : kept.delete(frameId))) throw new MienError('NOT_FOUND')
      takenPictures.push({ ...options, atMs: Date.now() })
      return { bytes: Uint8Array.of(takenPictures.length), sha256: String(takenPictures.length).padStart(64, '0') }
    },
    discard: (frameId?: number) => (frameId === undefined ? kept.clear() : kept.delete(frameId)),
  }
  const openCamera = async ({ signal, deviceId = 'a' }: OpenCameraOptions): Promise<Camera> => {
    const refused = world.refusedCameras?.[deviceId]
    if (refused !== undefined) throw new MienError(refused)
    const lost = new AbortController()
    const camera = { isOn: true, lose: () => lost.abort(new MienError('CAMERA_LOST')) }
    const close = () => {
      camera.isOn = false
    }
    cameras.push(camera)
    signal.addEventListener('abort', close)
    return {
      stream: { getVideoTracks: () => [{ label: world.camera ?? 'Camera' }] } as unknown as MediaStream,
      devices: ['a', 'b'].map((deviceId) => ({ deviceId, label: deviceId })),
      mirrored: true,
      lost: lost.signal,
      close,
    }
  }
  const frames = new Set<ImageBitmap>()
  const frame = (): ImageBitmap => {
    const made = { width: 640, height: 480, close: () => void frames.delete(made) }
    frames.add(made)
    return made
  }
  const ports: CeremonyPorts = {
    publicId: 'public',
    origin: 'https://shop.example',
    vision: { call: (async (method: string, args: never[]) => calls[method]!(...args)) as VisionHost['call'] },
    visionOptions: { endpoint: '/', backend: 'wasm', tracker: 'onnx', allowSoftwareWebGpu: false },
    createApi: () => api,
    openCamera: world.openCamera ?? openCamera,
    openFeed: async () => ({
      next: (signal) =>
        new Promise((resolve, reject) => {
          if (signal.aborted) return reject(signal.reason)
          const cancel = () => reject(signal.reason)
          signal.addEventListener('abort', cancel, { once: true })
          setTimeout(() => {
            signal.removeEventListener('abort', cancel)
            resolve({ source: frame(), atMs: Date.now() })
          }, 33)
        }),
      close: () => undefined,
    }),
    prefersReducedMotion: () => world.prefersReducedMotion ?? false,
    now: () => Date.now(),
    nextPaint: (signal) =>
      new Promise((resolve, reject) => {
        const ms = 16 + (world.hiddenMs ?? 0)
        delete world.hiddenMs
        const cancel = () => reject(signal.reason)
        signal.addEventListener('abort', cancel, { once: true })
        setTimeout(() => {
          signal.removeEventListener('abort', cancel)
          resolve(Date.now())
        }, ms)
      }),
    timestamp: () => '2026-01-01T00:00:00Z',
    hasPasskeys: () => world.hasNoPasskeys !== true,
    openPasskeys: async () => {
      await stall(world, 'script')
      return fakePasskeys(world, passkeyTalk)
    },
    openDeviceKeys: async () => {
      const name = String(droppedKeys)
      const key = {
        keyId: name,
        publicKey: { kty: 'EC', crv: 'P-256', x: token, y: token },
        sign: async () => name,
      } as const
      return {
        current: async () => (world.isStorageRefused ? undefined : key),
        drop: async () => void droppedKeys++,
      }
    },
  }
  const asked = {
    sessions: sessionRequests,
    challengeRequests,
    signatures,
    reads: sessionReads,
    stepUps,
    paths: calledPaths,
    passkeyTalk,
    challenges: () => challenges,
  }
  return {
    ports,
    submissions,
    reveals,
    sentPictures,
    takenPictures,
    cameras,
    session,
    asked,
    loads,
    analyses,
    kept,
    frames,
  }
}

/** Each challenge has an id of its own. */
const challengeId = (count: number): string => uuid.replace(/^.{8}/, String(count).padStart(8, '0'))

const sceneOf = ({ scene = frameOf(observed()) }: World) => (typeof scene === 'function' ? scene() : scene)

/** What an enrolment or a sign-in is given to run. */
export function start(world: World, options: EnrollOptions = {}) {
  const operation = world.operation === 'enroll' ? 'enroll' : 'authenticate'
  return play(world, options, operation, (ports, stage) => runCeremony(ports, operation, options, stage))
}

/** Starts it and remembers every state by name, repeats left out. */
export function play<Result extends CeremonyOutcome>(
  world: World,
  { signal }: EnrollOptions,
  operation: SessionOperation,
  run: (ports: CeremonyPorts, stage: Stage) => Promise<Result>,
) {
  const around = createWorld(world, operation)
  const ceremony = createCeremony({ operation, signal, run: (stage) => run(around.ports, stage) })
  const names: string[] = []
  ceremony.subscribe((state) => {
    if (names.at(-1) !== state.name) names.push(state.name)
  })
  return { ...around, ceremony, names }
}

/** Lets time pass until the ceremony is in a state. */
export async function until<N extends CeremonyState['name']>(
  ceremony: Ceremony<CeremonyOutcome>,
  name: N,
  limitMs = 400_000,
) {
  for (let ms = 0; ms < limitMs && ceremony.state.name !== name; ms += 33) await vi.advanceTimersByTimeAsync(33)
  if (ceremony.state.name !== name) throw new Error(`Still ${ceremony.state.name}, not ${name}`)
  return ceremony.state as Extract<CeremonyState, { name: N }>
}

export const failureOf = async (ceremony: Ceremony<CeremonyOutcome>) => (await until(ceremony, 'failed')).failure
