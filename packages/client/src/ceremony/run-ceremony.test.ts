import type { SessionResponse } from '@mien/shared/api/sessions'
import type { SubmissionRequest, SubmissionResponse } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Camera } from '../camera/open-camera.ts'
import type { ApiClient } from '../http/api-client.ts'
import type { VisionHost } from '../worker/vision-host.ts'
import { createCeremony } from './create-ceremony.ts'
import type { FrameFacts } from './guidance.ts'
import { frameOf, observed } from './observed.fixture.ts'
import type { CeremonyPorts } from './ports.ts'
import { Refusal } from './refusal.ts'
import { runCeremony } from './run-ceremony.ts'
import type { Ceremony, CeremonyState, EnrollOptions } from './state.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const uuid = '0190163d-8694-739b-aea5-966c26f8ad90'
const token = 'A'.repeat(43)
const later = '2026-01-01T00:10:00Z'
const accepted: SubmissionResponse = { status: 'ok', result_code: token, expires_at: later, disclosed: null }

interface World {
  operation?: 'enroll' | 'authenticate'
  settings?: Partial<SessionResponse['settings']>
  /** What the camera shows from now on. */
  scene?: FrameFacts
  live?: number
  answers?: (SubmissionResponse | MienError)[]
  stepUps?: SubmissionResponse[]
  challengeSeconds?: number
  /** The worker dies with so many frames in it, once; unseen when no call was under way. */
  crashWithFrames?: number
  isCrashUnseen?: boolean
  /** So many analyses fail because the worker dies. */
  crashedAnalyses?: number
  openCamera?: CeremonyPorts['openCamera']
}

/** Everything around a ceremony, with a clock that the test turns: a frame every 33 ms. */
function createWorld(world: World) {
  const submissions: SubmissionRequest[] = []
  const cameras: { isOn: boolean; lose(): void }[] = []
  let challenges = 0
  const session: SessionResponse = {
    session_id: uuid,
    client_token: token,
    expires_at: later,
    operation: world.operation ?? 'authenticate',
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
      disclose_to_page: true,
      ...world.settings,
    },
    model: { pack: 'standard', model_id: 'model', dimension: 64 },
  }
  const api: ApiClient = {
    openSession: async () => session,
    async askChallenge() {
      challenges += 1
      return {
        challenge_id: uuid,
        nonce: token,
        expires_at: later,
        expires_in: world.challengeSeconds ?? 120,
        server_time: later,
        script: null,
        level: 'A0',
        model_id: 'model',
      }
    },
    async submit(_token, submission) {
      submissions.push(submission)
      const answer = world.answers?.shift() ?? accepted
      if (answer instanceof MienError) throw answer
      return answer
    },
    stepUp: async () => world.stepUps?.shift() ?? accepted,
  }
  const kept = new Set<number>()
  const keep = (): number => {
    if (kept.size === world.crashWithFrames) {
      delete world.crashWithFrames
      kept.clear()
      if (!world.isCrashUnseen) throw new MienError('WORKER_CRASHED')
    }
    const frameId = kept.size + 1
    kept.add(frameId)
    return frameId
  }
  const calls: Record<string, (...args: never[]) => unknown> = {
    load: () => ({ modelId: 'model', backend: 'wasm', threads: 1, tracker: 'onnx' }),
    observe: (_frame: unknown, options: { keep: boolean }) => ({
      ...(world.scene ?? frameOf(observed())),
      frameId: options.keep ? keep() : null,
      isRepeat: false,
    }),
    analyse: (frameId: number): FaceAnalysis => {
      if (world.crashedAnalyses) {
        world.crashedAnalyses -= 1
        kept.clear()
        throw new MienError('WORKER_CRASHED')
      }
      if (!kept.has(frameId)) throw new MienError('NOT_FOUND')
      return {
        ...observed(),
        pad: { live: world.live ?? 0.9, modelId: 'pad' },
        template: { modelId: 'model', vector: new Float32Array(64).fill(0.125) },
      }
    },
    discard: () => kept.clear(),
  }
  const openCamera = async (): Promise<Camera> => {
    const lost = new AbortController()
    const camera = { isOn: true, lose: () => lost.abort(new MienError('CAMERA_LOST')) }
    cameras.push(camera)
    return {
      stream: { getVideoTracks: () => [{ label: 'Camera' }] } as unknown as MediaStream,
      devices: ['a', 'b'].map((deviceId) => ({ deviceId, label: deviceId })),
      mirrored: true,
      lost: lost.signal,
      close: () => {
        camera.isOn = false
      },
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
          signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          setTimeout(() => resolve({ source: frame(), atMs: Date.now() }), 33)
        }),
      close: () => undefined,
    }),
    prefersReducedMotion: () => false,
    now: () => Date.now(),
    timestamp: () => '2026-01-01T00:00:00Z',
  }
  return { ports, submissions, cameras, session, challenges: () => challenges, kept, frames }
}

/** Starts it and remembers every state by name, repeats left out. */
function start(world: World, options: EnrollOptions = {}) {
  const around = createWorld(world)
  const operation = world.operation ?? 'authenticate'
  const ceremony = createCeremony({
    operation,
    signal: options.signal,
    run: (stage) => runCeremony(around.ports, operation, options, stage),
  })
  const names: string[] = []
  ceremony.subscribe((state) => {
    if (names.at(-1) !== state.name) names.push(state.name)
  })
  return { ...around, ceremony, names }
}

/** Lets time pass until the ceremony is in a state. */
async function until<N extends CeremonyState['name']>(ceremony: Ceremony, name: N, limitMs = 400_000) {
  for (let ms = 0; ms < limitMs && ceremony.state.name !== name; ms += 33) await vi.advanceTimersByTimeAsync(33)
  if (ceremony.state.name !== name) throw new Error(`Still ${ceremony.state.name}, not ${name}`)
  return ceremony.state as Extract<CeremonyState, { name: N }>
}

const failureOf = async (ceremony: Ceremony) => (await until(ceremony, 'failed')).failure

describe('a ceremony', () => {
  it('goes from session to result, with the camera off before the server decides', async () => {
    const { ceremony, names, submissions, cameras } = start({})
    await expect(Promise.all([until(ceremony, 'done'), ceremony.result])).resolves.toMatchObject([
      {},
      { operation: 'authenticate', resultCode: token, disclosed: null },
    ])
    expect(names).toEqual(['preparing', 'permission', 'positioning', 'capturing', 'deciding', 'done'])
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false])
    expect(submissions).toHaveLength(1)
    expect(submissions[0]).toMatchObject({ origin: 'https://shop.example', operation: 'authenticate', level: 'A0' })
    expect(submissions[0]).not.toHaveProperty('consent')
  })

  it('sends 3 to 5 frames at least 150 ms apart, stamped since the challenge arrived', async () => {
    const { ceremony, submissions } = start({})
    await until(ceremony, 'done')
    const times = submissions[0]!.frames.map((frame) => frame.at_ms)
    expect(times).toHaveLength(5)
    expect(submissions[0]!.templates).toHaveLength(5)
    times.forEach((at, i) => {
      expect(at - (times[i - 1] ?? -150)).toBeGreaterThanOrEqual(150)
    })
    expect(times.at(-1)).toBeLessThan(3000)
  })

  it('asks for consent before it enrolls and sends the hash of the text that was shown', async () => {
    const { ceremony, submissions, names } = start({ operation: 'enroll' }, { payload: { a: 1 } })
    const consent = await until(ceremony, 'consent')
    expect(consent).toMatchObject({ applicationName: 'Shop', policyVersion: '2' })
    consent.accept({ text: 'abc', locale: 'en' })
    await until(ceremony, 'done')
    expect(names.indexOf('consent')).toBeLessThan(names.indexOf('permission'))
    expect(submissions[0]).toMatchObject({
      payload: { a: 1 },
      consent: {
        policy_version: '2',
        // FIPS 180-4, example for "abc".
        text_sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        locale: 'en',
        method: 'widget',
      },
    })
  })

  it('opens no camera when the terms are declined, or not answered in time', async () => {
    const declined = start({ operation: 'enroll' })
    ;(await until(declined.ceremony, 'consent')).decline()
    expect(await failureOf(declined.ceremony)).toMatchObject({ code: 'CONSENT_DECLINED' })
    const silent = start({ operation: 'enroll' }, { termsTimeout: 1 })
    await until(silent.ceremony, 'consent')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await failureOf(silent.ceremony)).toMatchObject({ code: 'CONSENT_DECLINED' })
    expect([...declined.cameras, ...silent.cameras]).toEqual([])
  })

  it('takes the word of a page that asked elsewhere, and says so', async () => {
    const { ceremony, names, submissions } = start({ operation: 'enroll' }, { userConsent: true })
    await until(ceremony, 'done')
    expect(names).not.toContain('consent')
    expect(submissions[0]!.consent).toMatchObject({ method: 'integrator' })
  })

  it.each([
    ['a payload over 16 KB', { payload: 'x'.repeat(16_384) }, 'PAYLOAD_TOO_LARGE'],
    ['a weak PIN', { pin: '1234' }, 'PIN_WEAK'],
    ['a time that is no number', { idleTimeout: Number.NaN }, 'REQUEST_INVALID'],
    ['no time at all', { permissionTimeout: 0 }, 'REQUEST_INVALID'],
    ['a session that is none', { session: { session_id: 'x' } as never }, 'REQUEST_INVALID'],
  ])('refuses %s before the camera opens', async (_name, options, code) => {
    const settings = { pin: { enroll: 'optional', authenticate: 'off', reject_weak: true } } as const
    const { ceremony, cameras } = start({ operation: 'enroll', settings }, { userConsent: true, ...options })
    expect(await failureOf(ceremony)).toMatchObject({ code })
    expect(cameras).toEqual([])
  })

  it.each([Number.POSITIVE_INFINITY, 60_000])('takes a time of %d minutes for a long one', async (termsTimeout) => {
    const { ceremony } = start({ operation: 'enroll' }, { termsTimeout })
    await until(ceremony, 'consent')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ceremony.state.name).toBe('consent')
    ceremony.cancel()
  })

  it('refuses a session that is for something else', async () => {
    const { session } = createWorld({ operation: 'enroll' })
    const { ceremony } = start({ operation: 'authenticate' }, { session })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'BINDING_MISMATCH' })
  })
})

describe('a capture that does not come about', () => {
  it.each([
    ['nobody', frameOf(), 'IDLE_TIMEOUT'],
    ['two people', frameOf(observed(), observed({ box: { x: 10 } })), 'MANY_FACES'],
    ['somebody in the dark', frameOf(observed({ quality: { brightness: 20 } })), 'QUALITY_TOO_LOW'],
  ])('%s: %3$s, with the camera off', async (_name, scene, code) => {
    const { ceremony, cameras, submissions } = start({ scene })
    expect(await failureOf(ceremony)).toMatchObject({ code })
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false])
    expect(submissions).toEqual([])
  })

  it('is SPOOF_SUSPECTED after three windows below the threshold, and nothing is sent', async () => {
    const { ceremony, submissions } = start({ live: 0.49 })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'SPOOF_SUSPECTED' })
    expect(submissions).toEqual([])
  })

  it('does not take a liveness that is no number', async () => {
    expect(await failureOf(start({ live: Number.NaN }).ceremony)).toMatchObject({ code: 'SPOOF_SUSPECTED' })
  })

  it('is CAMERA_LOST when the camera goes', async () => {
    const { ceremony, cameras } = start({ scene: frameOf() })
    await until(ceremony, 'positioning')
    cameras[0]!.lose()
    expect(await failureOf(ceremony)).toMatchObject({ code: 'CAMERA_LOST' })
    expect(cameras[0]!.isOn).toBe(false)
  })

  it.each([
    ['over a frame', { crashWithFrames: 20 }],
    ['between two frames', { crashWithFrames: 20, isCrashUnseen: true }],
    ['over an analysis', { crashedAnalyses: 1 }],
  ])('survives a worker that dies %s, and takes no frame from before', async (_name, world) => {
    const { ceremony, submissions, frames } = start(world)
    await until(ceremony, 'done')
    expect(submissions).toHaveLength(1)
    expect(submissions[0]!.frames[0]!.at_ms).toBeGreaterThan(20 * 33)
    expect(frames.size).toBe(0)
  })

  it('is WORKER_CRASHED when the next worker dies too', async () => {
    const { ceremony } = start({ crashedAnalyses: 2 })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'WORKER_CRASHED' })
  })

  it.each([
    ['is cancelled', {}, (ceremony: Ceremony) => ceremony.cancel()],
    ['loses its camera', {}, (_: Ceremony, { cameras }: ReturnType<typeof createWorld>) => cameras[0]!.lose()],
    ['succeeds', {}, () => undefined],
    ['is taken for a picture', { live: 0 }, () => undefined],
  ])('leaves no pixels in the worker when it %s', async (_name, world, interrupt) => {
    const around = start(world)
    await until(around.ceremony, 'capturing')
    await vi.advanceTimersByTimeAsync(500)
    expect(around.kept.size).toBeGreaterThan(0)
    interrupt(around.ceremony, around)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(['done', 'failed']).toContain(around.ceremony.state.name)
    expect(around.kept.size).toBe(0)
  })

  it('starts over with another camera when the person changes it', async () => {
    const world: World = { scene: frameOf() }
    const { ceremony, cameras } = start(world)
    const state = await until(ceremony, 'positioning')
    world.scene = frameOf(observed())
    state.switchCamera?.('b')
    await until(ceremony, 'done')
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false, false])
  })
})

describe('what the server says', () => {
  it('is a refusal with its reason', async () => {
    const { ceremony } = start({ answers: [{ status: 'refused', reason: 'not_recognised' }] })
    const failure = await failureOf(ceremony)
    expect(failure).toBeInstanceOf(Refusal)
    expect(failure).toMatchObject({ reason: 'not_recognised' })
    await expect(ceremony.result).rejects.toBe(failure)
  })

  it('to try again is tried once by itself, then when the person says so, each time under a new challenge', async () => {
    const { ceremony, names, cameras, challenges } = start({ answers: [{ status: 'retry' }, { status: 'retry' }] })
    const retry = await until(ceremony, 'retry')
    expect(retry.reason).toBe('not-clear')
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false, false])
    retry.again()
    await until(ceremony, 'done')
    expect(names.filter((name) => name === 'deciding')).toHaveLength(3)
    expect(challenges()).toBe(3)
  })

  it('about an expired challenge leads to another one', async () => {
    const { ceremony, submissions } = start({ answers: [new MienError('CHALLENGE_EXPIRED')] })
    await until(ceremony, 'done')
    expect(submissions).toHaveLength(2)
  })

  it('about anything else ends it', async () => {
    const { ceremony } = start({ answers: [new MienError('RATE_LIMITED')] })
    expect(await failureOf(ceremony)).toMatchObject({ code: 'RATE_LIMITED' })
  })

  it('is asked under a fresh challenge when positioning took longer than the first one lives', async () => {
    const world: World = { answers: [{ status: 'retry' }], challengeSeconds: 40 }
    const { ceremony, challenges } = start(world)
    await until(ceremony, 'done')
    // Too short-lived for a capture from the start: asked anew before each window.
    expect(challenges()).toBe(2)
  })
})

describe('a PIN', () => {
  const stepUp: SubmissionResponse = { status: 'step_up', submission_id: uuid, methods: ['pin'] }
  const wrong: SubmissionResponse = { status: 'refused', reason: 'pin_wrong' }

  it('is asked for until it is right', async () => {
    const { ceremony } = start({ answers: [stepUp], stepUps: [wrong] })
    const first = await until(ceremony, 'pin')
    expect(first).toMatchObject({ triesLeft: 3 })
    first.submit('12')
    await vi.advanceTimersByTimeAsync(1)
    expect(ceremony.state).toMatchObject({ name: 'pin', triesLeft: 3, problem: 'format' })
    ;(await until(ceremony, 'pin')).submit('4711')
    await vi.advanceTimersByTimeAsync(1)
    expect(ceremony.state).toMatchObject({ name: 'pin', triesLeft: 2, problem: 'wrong' })
    ;(await until(ceremony, 'pin')).submit('4712')
    await until(ceremony, 'done')
  })

  it('that is wrong three times refuses with pin_wrong', async () => {
    const { ceremony } = start({ answers: [stepUp], stepUps: [wrong, wrong, wrong] })
    for (const triesLeft of [3, 2, 1]) {
      const state = await until(ceremony, 'pin')
      expect(state.triesLeft).toBe(triesLeft)
      state.submit('4711')
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(await failureOf(ceremony)).toMatchObject({ reason: 'pin_wrong' })
  })

  const required = { pin: { enroll: 'required', authenticate: 'off', reject_weak: true } } as const

  it('is chosen before the capture, and not a weak one', async () => {
    const { ceremony, submissions, cameras } = start({ operation: 'enroll', settings: required }, { userConsent: true })
    const first = await until(ceremony, 'new-pin')
    expect(first.skip).toBeUndefined()
    first.submit('1234')
    await vi.advanceTimersByTimeAsync(1)
    expect(ceremony.state).toMatchObject({ name: 'new-pin', problem: 'weak' })
    expect(cameras).toEqual([])
    ;(await until(ceremony, 'new-pin')).submit('4719')
    await until(ceremony, 'done')
    expect(submissions[0]).toMatchObject({ pin: '4719' })
  })

  it('that somebody else has is chosen again', async () => {
    const answers: SubmissionResponse[] = [{ status: 'refused', reason: 'pin_not_unique' }]
    const { ceremony, submissions } = start({ operation: 'enroll', settings: required, answers }, { userConsent: true })
    ;(await until(ceremony, 'new-pin')).submit('4719')
    await vi.advanceTimersByTimeAsync(1)
    const again = await until(ceremony, 'new-pin')
    expect(again.problem).toBe('not-unique')
    again.submit('4720')
    await until(ceremony, 'done')
    expect(submissions.map(({ pin }) => pin)).toEqual(['4719', '4720'])
  })
})

describe('the end', () => {
  it('comes at once when the page cancels, with the reason, and nothing after it', async () => {
    const { ceremony, names, cameras } = start({ scene: frameOf() })
    await until(ceremony, 'positioning')
    ceremony.cancel('left the page')
    expect(ceremony.state).toMatchObject({ name: 'failed', failure: { code: 'ABORTED', message: 'left the page' } })
    await vi.advanceTimersByTimeAsync(1000)
    expect(names.at(-1)).toBe('failed')
    expect(cameras[0]!.isOn).toBe(false)
    await expect(ceremony.result).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it.each(['before', 'during'] as const)('comes when the signal aborts %s', async (when) => {
    const controller = new AbortController()
    if (when === 'before') controller.abort()
    const { ceremony } = start({ scene: frameOf() }, { signal: controller.signal })
    if (when === 'during') {
      await until(ceremony, 'positioning')
      controller.abort()
    }
    expect(await failureOf(ceremony)).toMatchObject({ code: 'ABORTED' })
  })

  it('comes although a listener throws, and the others hear of it', async () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    const { ceremony, names } = start({})
    const heard: string[] = []
    ceremony.subscribe(() => {
      throw new TypeError('mine')
    })
    ceremony.subscribe((state) => heard.push(state.name))
    await until(ceremony, 'done')
    await expect(ceremony.result).resolves.toMatchObject({ resultCode: token })
    expect([names.at(-1), heard.at(-1)]).toEqual(['done', 'done'])
    expect(reported).toHaveBeenCalledWith(new TypeError('mine'))
    vi.unstubAllGlobals()
  })

  it('is the first one only', async () => {
    const { ceremony } = start({})
    await until(ceremony, 'done')
    ceremony.cancel()
    expect(ceremony.state.name).toBe('done')
    await expect(ceremony.result).resolves.toMatchObject({ resultCode: token })
  })
})
