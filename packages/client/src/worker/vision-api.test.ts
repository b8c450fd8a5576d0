import { MienError } from '@mien/shared/errors'
import type { Pipeline } from '@mien/shared/vision/pipeline'
import type { FaceAnalysis, FaceInspection, FaceObservation } from '@mien/shared/vision/types'
import { describe, expect, it } from 'vitest'
import { observed } from '../ceremony/observed.fixture.ts'
import { createKeptFrames } from './kept-frames.ts'
import type { Vision } from './load-vision.ts'
import type { LoadOptions, LoadProgress } from './protocol.ts'
import { createStageClock } from './stage-clock.ts'
import { createVisionApi, type VisionApiPorts } from './vision-api.ts'

const options: LoadOptions = {
  endpoint: '/',
  backend: 'wasm',
  tracker: 'onnx',
  allowSoftwareWebGpu: false,
  attributes: false,
}
const image = { data: new Uint8ClampedArray(4), width: 1, height: 1 }
const never = new AbortController().signal
const ignore = () => undefined
const takePicture: VisionApiPorts['takePicture'] = async ({ data }) => ({ bytes: new Uint8Array(data), sha256: '' })

function fakeVision(faces: readonly FaceObservation[], hasTracker = false) {
  const calls: string[] = []
  const pipeline: Pipeline = {
    modelId: 'model',
    observe: async () => {
      calls.push('observe')
      return faces
    },
    inspect: async (_image, observation) => {
      calls.push('inspect')
      return observation as FaceInspection
    },
    analyse: async (_image, observation) => {
      calls.push('analyse')
      return observation as FaceAnalysis
    },
    warmUp: async () => undefined,
    release: async () => void calls.push('release'),
  }
  const tracker = {
    track: async () => {
      calls.push('track')
      return faces.map(({ detection }) => detection)
    },
    release: () => void calls.push('release tracker'),
  }
  const vision: Vision = {
    pipeline,
    tracker: hasTracker ? tracker : undefined,
    pack: 'standard',
    report: { modelId: 'model', backend: 'wasm', threads: 1, tracker: 'onnx' },
  }
  return { vision, calls }
}

const apiOf = (loadVision: Parameters<typeof createVisionApi>[0]['loadVision']) =>
  createVisionApi({
    loadVision,
    frames: { read: () => image, forget: ignore },
    kept: createKeptFrames(),
    clock: createStageClock(),
    takePicture,
  })

async function loadedApi(faces: readonly FaceObservation[], hasTracker = false) {
  const { vision, calls } = fakeVision(faces, hasTracker)
  const api = apiOf(async () => vision)
  await api.load(options, ignore, never)
  return { api, calls }
}

describe('the worker', () => {
  it('answers RUNTIME_UNAVAILABLE before models are loaded', async () => {
    const { vision } = fakeVision([])
    const api = apiOf(async () => vision)
    await expect(api.analyseImage(image, never)).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
  })

  it('loads once for the same options, anew for others, and again after a failure', async () => {
    const { vision, calls } = fakeVision([])
    let loads = 0
    const api = apiOf(async () => {
      loads += 1
      if (loads === 1) throw new MienError('MODEL_SOURCE_UNREACHABLE')
      return vision
    })
    await expect(api.load(options, ignore, never)).rejects.toMatchObject({ code: 'MODEL_SOURCE_UNREACHABLE' })
    await Promise.all([api.load(options, ignore, never), api.load({ ...options }, ignore, never)])
    expect(loads).toBe(2)
    await api.load({ ...options, tracker: 'mediapipe' }, ignore, never)
    expect(loads).toBe(3)
    expect(calls).toEqual(['release'])
  })

  it('tells everyone who waits for the same load how far it is', async () => {
    const { vision } = fakeVision([])
    let tell: (progress: LoadProgress) => void = ignore
    let finish: () => void = ignore
    const api = apiOf(({ onProgress }) => {
      tell = onProgress
      return new Promise((resolve) => {
        finish = () => resolve(vision)
      })
    })
    const heard: string[] = []
    const loads = ['first', 'second'].map((name) => api.load(options, () => heard.push(name), never))
    await new Promise((resolve) => setTimeout(resolve, 5))
    tell({ step: 'runtime' })
    finish()
    await Promise.all(loads)
    expect(heard).toEqual(['first', 'second'])
  })

  it('keeps what was loaded ahead, before anyone knew the name of the pack, when the name turns out the same', async () => {
    const { vision } = fakeVision([])
    const packs: (string | undefined)[] = []
    const api = apiOf(async ({ options: { pack } }) => {
      packs.push(pack)
      return { ...vision, pack: pack ?? 'standard' }
    })
    // Both while it loads and after.
    await Promise.all([api.load(options, ignore, never), api.load({ ...options, pack: 'standard' }, ignore, never)])
    await api.load({ ...options, pack: 'standard' }, ignore, never)
    expect(packs).toEqual([undefined])
    await Promise.all(['other', 'other'].map((pack) => api.load({ ...options, pack }, ignore, never)))
    expect(packs).toEqual([undefined, 'other'])
  })

  it('goes on loading for the others when one of them leaves, and stops when the last one does', async () => {
    const { vision } = fakeVision([])
    const finish: (() => void)[] = []
    const signals: AbortSignal[] = []
    const api = apiOf(({ signal }) => {
      signals.push(signal)
      return new Promise((resolve, reject) => {
        finish.push(() => (signal.aborted ? reject(signal.reason) : resolve(vision)))
      })
    })
    const [one, other] = [new AbortController(), new AbortController()]
    const left = api.load(options, ignore, one.signal)
    const stayed = api.load(options, ignore, other.signal)
    await new Promise((resolve) => setTimeout(resolve, 1))
    one.abort(new MienError('ABORTED'))
    await expect(left).rejects.toMatchObject({ code: 'ABORTED' })
    expect(signals[0]!.aborted).toBe(false)
    other.abort(new MienError('ABORTED'))
    await expect(stayed).rejects.toMatchObject({ code: 'ABORTED' })
    expect(signals[0]!.aborted).toBe(true)

    // Somebody who comes while that load winds down gets one of their own, after it.
    const late = api.load(options, ignore, never)
    await new Promise((resolve) => setTimeout(resolve, 1))
    expect(finish).toHaveLength(1)
    finish[0]!()
    await new Promise((resolve) => setTimeout(resolve, 1))
    finish[1]!()
    await expect(late).resolves.toEqual(vision.report)
  })

  it('analyses the very pixels that were observed, once', async () => {
    const { api } = await loadedApi([observed()])
    const { frameId } = await api.observe(image, { depth: 'full', keep: true }, never)
    await expect(api.analyse(frameId!, { attributes: false }, never)).resolves.toEqual(observed())
    await expect(api.analyse(frameId!, { attributes: false }, never)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('keeps nothing when not asked to, without a face, and after discarding', async () => {
    const { api } = await loadedApi([observed()])
    expect((await api.observe(image, { depth: 'full', keep: false }, never)).frameId).toBeNull()
    const { frameId } = await api.observe(image, { depth: 'full', keep: true }, never)
    await api.discard()
    await expect(api.analyse(frameId!, { attributes: false }, never)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const empty = await loadedApi([])
    expect((await empty.api.observe(image, { depth: 'full', keep: true }, never)).frameId).toBeNull()
  })

  it('loads again for attributes only when it lacks their networks', async () => {
    const { vision } = fakeVision([])
    const asked: boolean[] = []
    const api = apiOf(async ({ options: { attributes } }) => {
      asked.push(attributes)
      return vision
    })
    for (const attributes of [false, true, true, false]) await api.load({ ...options, attributes }, ignore, never)
    expect(asked).toEqual([false, true])
  })

  it('says of each frame whether it repeats the one before, whoever looks at it', async () => {
    const { api } = await loadedApi([observed()], true)
    const seen: boolean[] = []
    for (const depth of ['full', 'track', 'full'] as const) {
      seen.push((await api.observe(image, { depth, keep: false }, never)).isRepeat)
    }
    expect(seen).toEqual([false, true, true])
  })

  it('keeps no frame for somebody who left while it was looked at', async () => {
    const { vision } = fakeVision([])
    const leaving = new AbortController()
    const kept = createKeptFrames()
    const observe = async () => {
      leaving.abort()
      return [observed()]
    }
    const api = createVisionApi({
      loadVision: async () => ({ ...vision, pipeline: { ...vision.pipeline, observe } }),
      frames: { read: () => image, forget: ignore },
      kept,
      clock: createStageClock(),
      takePicture,
    })
    await api.load(options, ignore, never)
    await expect(api.observe(image, { depth: 'full', keep: true }, leaving.signal)).rejects.toThrow('aborted')
    expect(() => kept.take(1)).toThrow(MienError)
  })

  it('[CE81] makes one picture of a kept frame, and has its pixels no longer', async () => {
    const { api } = await loadedApi([observed()])
    const { frameId } = await api.observe(image, { depth: 'full', keep: true }, never)
    const wanted = { square: { x: 0, y: 0, side: 1 }, size: 1, maxBytes: 1, keep: false }
    expect((await api.picture(frameId!, wanted)).bytes).toEqual(new Uint8Array(image.data))
    await expect(api.picture(frameId!, wanted)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('[CE85] makes a picture of a frame that is analysed afterwards, and has its pixels no longer then', async () => {
    const { api } = await loadedApi([observed()])
    const { frameId } = await api.observe(image, { depth: 'full', keep: true }, never)
    const wanted = { square: { x: 0, y: 0, side: 1 }, size: 1, maxBytes: 1, keep: true }
    expect((await api.picture(frameId!, wanted)).bytes).toEqual(new Uint8Array(image.data))
    await api.analyse(frameId!, { attributes: false }, never)
    await expect(api.picture(frameId!, wanted)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('has no pixels left of a frame after discarding all, to compare with or on a canvas', async () => {
    const { vision } = fakeVision([observed()])
    let isOnCanvas = false
    const api = createVisionApi({
      loadVision: async () => vision,
      frames: {
        read: () => {
          isOnCanvas = true
          return image
        },
        forget: () => {
          isOnCanvas = false
        },
      },
      kept: createKeptFrames(),
      clock: createStageClock(),
      takePicture,
    })
    await api.load(options, ignore, never)
    const look = async () => (await api.observe(image, { depth: 'full', keep: false }, never)).isRepeat
    expect([await look(), await look()]).toEqual([false, true])
    await api.discard()
    expect(isOnCanvas).toBe(false)
    expect(await look()).toBe(false)
  })

  it('lets the tracker guide and never capture', async () => {
    const { api, calls } = await loadedApi([observed()], true)
    await expect(api.observe(image, { depth: 'track', keep: true }, never)).resolves.toMatchObject({
      observation: null,
      frameId: null,
    })
    await api.observe(image, { depth: 'full', keep: true }, never)
    expect(calls).toEqual(['track', 'observe'])
  })

  it('wants exactly one face in an image', async () => {
    const none = await loadedApi([])
    await expect(none.api.analyseImage(image, never)).rejects.toMatchObject({ code: 'NO_FACE' })
    const two = await loadedApi([observed(), observed()])
    await expect(two.api.analyseImage(image, never)).rejects.toMatchObject({ code: 'MANY_FACES' })
  })

  it('forgets the oldest frames rather than run out of memory', () => {
    const kept = createKeptFrames(2)
    const [first, second, third] = [1, 2, 3].map(() => kept.keep({ image, observation: observed() }))
    expect(() => kept.take(first!)).toThrow(MienError)
    expect(kept.take(second!)).toBeDefined()
    expect(kept.take(third!)).toBeDefined()
  })

  it('adds up stages until the last one ends', () => {
    let now = 0
    const clock = createStageClock(() => now)
    clock.start()
    for (const [stage, ms] of [
      ['detect', 5],
      ['landmarks', 2],
      ['detect', 1],
    ] as const) {
      clock.enter(stage)
      now += ms
    }
    clock.addRun(4)
    clock.enter('idle')
    now += 100
    expect(clock.read()).toEqual({ stageMs: { detect: 6, landmarks: 2 }, networkMs: 4 })
  })
})
