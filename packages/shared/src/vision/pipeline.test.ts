import { expect, test } from 'vitest'
import { MienError } from '../errors.ts'
import type { ModelFile, ModelPack } from './manifest.ts'
import { attributeRoles, createPipeline, type PipelineOptions, type PipelineStage, pipelineRoles } from './pipeline.ts'
import type { TensorData } from './runtime.ts'

const input = (width: number, height: number, colour: 'rgb' | 'bgr' | 'grey') => ({
  tensor: 'in',
  width,
  height,
  layout: 'nchw' as const,
  colour,
  mean: colour === 'grey' ? [0] : [0, 0, 0],
  std: colour === 'grey' ? [1] : [1, 1, 1],
})
const out = (...dims: number[]) => ({ tensor: 'out', dims })
const stage = (k: number) => ({
  weights: { tensor: `w${k}`, dims: [1, 2] },
  offsets: { tensor: `o${k}`, dims: [1, 2] },
  stretch: { tensor: `s${k}`, dims: [1, 1] },
})
const attribute = { input: input(8, 8, 'rgb'), stages: [stage(1), stage(2)], cropScale: 1.4, cropShift: -0.1 }
const pack = {
  name: 'fake',
  detector: {
    id: 'd-1',
    input: input(32, 24, 'rgb'),
    scores: { tensor: 'scores', dims: [1, 2, 2] },
    boxes: { tensor: 'boxes', dims: [1, 2, 4] },
    scoreThreshold: 0.5,
    overlapThreshold: 0.4,
    box: 'as-found',
  },
  landmarks: { id: 'l-1', input: input(8, 8, 'grey'), points: out(1, 136), cropScale: 1 },
  pad: { id: 'p-1', input: input(8, 8, 'bgr'), classes: out(1, 2), liveClass: 1, activation: 'softmax', cropScale: 2 },
  embedder: { id: 'e-1', input: input(112, 112, 'bgr'), embedding: out(1, 4), dimension: 4 },
  age: { ...attribute, id: 'a-1', span: 100 },
  gender: { ...attribute, id: 'g-1', span: 1, midpoint: 0.8 },
} as unknown as ModelPack

/** A face's five points on a circle of landmarks: each at the place that its index stands for. */
const landmarks = Float32Array.from({ length: 136 }, (_, i) => {
  const index = i >> 1
  const right = [43, 44, 45, 46, 47, 42, 54, 64].includes(index)
  const left = [36, 37, 38, 39, 40, 41, 48, 60].includes(index)
  const down = index >= 48 ? 0.8 : index >= 36 ? 0.3 : 0.55
  return i % 2 === 0 ? (right ? 0.7 : left ? 0.3 : 0.5) + (index % 2) * 0.02 : down + (index % 3) * 0.02
})
const tensor = (...values: number[]): TensorData => ({ data: Float32Array.from(values), dims: [values.length] })
/** The upper half of the span, of that its upper half, both moved by `offset` bins. */
function regression(offset: number): Record<string, TensorData> {
  const heads = [1, 2].map((k) => ({
    [`w${k}`]: tensor(0, 1),
    [`o${k}`]: tensor(9, offset),
    [`s${k}`]: tensor(0),
  }))
  return Object.assign({}, ...heads)
}
const answers: Record<string, Record<string, TensorData>> = {
  // A small face with the better score, a larger one with the worse.
  'd-1': { scores: tensor(0.1, 0.9, 0.2, 0.8), boxes: tensor(0.1, 0.1, 0.3, 0.4, 0.4, 0.1, 0.9, 0.9) },
  'l-1': { out: { data: landmarks, dims: [1, 136] } },
  'p-1': { out: tensor(0, 0) },
  'e-1': { out: tensor(3, 0, 0, 4) },
  'a-1': regression(0.25),
  'g-1': regression(0),
}

function fakeHost(changed: Record<string, Record<string, TensorData>> = {}) {
  const open = new Set<string>()
  const runs: string[] = []
  const options: PipelineOptions = {
    pack,
    readModel: async (file: ModelFile) => new TextEncoder().encode(file.id),
    openSession: async (bytes, name) => {
      expect(new TextDecoder().decode(bytes)).toBe(name)
      open.add(name)
      return {
        run: async () => {
          runs.push(name)
          return { ...answers, ...changed }[name]!
        },
        release: async () => {
          open.delete(name)
        },
      }
    },
  }
  return { options, open, runs }
}
const frame = { data: new Uint8ClampedArray(64 * 48 * 4).fill(200), width: 64, height: 48 }

test('every face is observed, the largest first, and the asked number at most', async () => {
  const pipeline = await createPipeline(fakeHost().options)
  const faces = await pipeline.observe(frame)
  expect(faces.map(({ detection }) => detection.score)).toEqual([expect.closeTo(0.8), expect.closeTo(0.9)])
  expect(await pipeline.observe(frame, { maxFaces: 1 })).toHaveLength(1)
})

test('observing runs only the cheap networks, analysing only the dear ones', async () => {
  const { options, runs } = fakeHost()
  const pipeline = await createPipeline(options)
  const [face] = await pipeline.observe(frame, { maxFaces: 1 })
  expect(runs.splice(0)).toEqual(['d-1', 'l-1'])
  const analysis = await pipeline.analyse(frame, face!)
  expect(runs).toEqual(['p-1', 'e-1'])
  expect(analysis.pad).toEqual({ live: 0.5, modelId: 'p-1' })
  expect(analysis.template.modelId).toBe(pipeline.modelId)
  expect([...analysis.template.vector]).toEqual([expect.closeTo(0.6), 0, 0, expect.closeTo(0.8)])
})

test('an observation survives being cloned, as it is between workers', async () => {
  const pipeline = await createPipeline(fakeHost().options)
  const [face] = await pipeline.observe(frame)
  await expect(pipeline.analyse(frame, structuredClone(face!))).resolves.toMatchObject({ detection: face!.detection })
})

test.for([
  ['d-1', 'scores'],
  ['l-1', 'out'],
  ['p-1', 'out'],
  ['e-1', 'out'],
] as const)('an answer of %s that is not finite: MODEL_OUTPUT_INVALID', async ([model, name]) => {
  const good = answers[model]!
  const bad = { ...good, [name]: { dims: [], data: good[name]!.data.map(() => Number.NaN) } }
  const pipeline = await createPipeline(fakeHost({ [model]: bad }).options)
  const whole = async () => pipeline.analyse(frame, (await pipeline.observe(frame))[0]!)
  await expect(whole()).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
})

test.for([
  ['too few bytes', { ...frame, data: frame.data.subarray(4) }],
  ['no pixels', { data: new Uint8Array(), width: 0, height: 0 }],
  ['a size that is no number', { ...frame, width: Number.NaN }],
  ['half a pixel', { ...frame, width: 64.5 }],
] as const)('an image with %s: IMAGE_CORRUPT', async ([, image]) => {
  const pipeline = await createPipeline(fakeHost().options)
  await expect(pipeline.observe(image)).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' })
})

test('a cancelled call stops before the next network', async () => {
  const { options, runs } = fakeHost()
  const controller = new AbortController()
  const onStage = (stage: PipelineStage) => {
    if (stage === 'detect') controller.abort()
  }
  const pipeline = await createPipeline({ ...options, onStage })
  await expect(pipeline.observe(frame, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' })
  expect(runs).toEqual(['d-1'])
})

test('stages are told in their order', async () => {
  const seen: PipelineStage[] = []
  const pipeline = await createPipeline({ ...fakeHost().options, onStage: (stage) => seen.push(stage) })
  const [face] = await pipeline.observe(frame, { maxFaces: 1 })
  await pipeline.analyse(frame, face!)
  expect(seen).toEqual(['detect', 'landmarks', 'align', 'quality', 'idle', 'pad', 'align', 'embed', 'idle'])
})

test('age and gender are guessed only when asked for, coarse bins first and fine ones within them', async () => {
  const { options, runs } = fakeHost()
  const pipeline = await createPipeline({ ...options, roles: [...pipelineRoles, ...attributeRoles] })
  const [face] = await pipeline.observe(frame, { maxFaces: 1 })
  runs.splice(0)
  expect(await pipeline.analyse(frame, face!)).not.toHaveProperty('attributes')
  expect(runs.splice(0)).toEqual(['p-1', 'e-1'])
  const { attributes } = await pipeline.analyse(frame, face!, { attributes: true })
  expect(runs).toEqual(['p-1', 'a-1', 'g-1', 'e-1'])
  expect(attributes!.ageYears).toBeCloseTo(100 * (1.25 / 2 + 1.25 / 4), 10)
  // An answer of 0.75, where 0.8 is as much one as the other.
  expect(attributes!.maleProbability).toBeCloseTo((0.5 * 0.75) / 0.8, 10)
})

test('an inspection makes no template: the embedder does not run', async () => {
  const { options, runs } = fakeHost()
  const pipeline = await createPipeline({ ...options, roles: [...pipelineRoles, ...attributeRoles] })
  const [face] = await pipeline.observe(frame, { maxFaces: 1 })
  runs.splice(0)
  const { template: _template, ...rest } = await pipeline.analyse(frame, face!, { attributes: true })
  runs.splice(0)
  expect(await pipeline.inspect(frame, face!, { attributes: true })).toEqual(rest)
  expect(runs).toEqual(['p-1', 'a-1', 'g-1'])
})

test('a regression that divides by zero: MODEL_OUTPUT_INVALID', async () => {
  const heads = { ...regression(0.25), s1: tensor(-1) }
  const pipeline = await createPipeline({
    ...fakeHost({ 'a-1': heads }).options,
    roles: [...pipelineRoles, ...attributeRoles],
  })
  const [face] = await pipeline.observe(frame, { maxFaces: 1 })
  const asked = pipeline.analyse(frame, face!, { attributes: true })
  await expect(asked).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
})

test('attributes of networks that were not opened: RUNTIME_UNAVAILABLE; of a pack without them: MODEL_PACK_UNKNOWN', async () => {
  const { options, open } = fakeHost()
  const pipeline = await createPipeline(options)
  expect([...open].sort()).toEqual(['d-1', 'e-1', 'l-1', 'p-1'])
  const [face] = await pipeline.observe(frame, { maxFaces: 1 })
  const asked = pipeline.analyse(frame, face!, { attributes: true })
  await expect(asked).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
  const { age: _age, ...rest } = pack
  const lacking = createPipeline({ ...options, pack: rest, roles: attributeRoles })
  await expect(lacking).rejects.toMatchObject({ code: 'MODEL_PACK_UNKNOWN' })
})

test('without the dear networks only observing works', async () => {
  const { options, open } = fakeHost()
  const pipeline = await createPipeline({ ...options, roles: ['detector', 'landmarks'] })
  expect([...open]).toEqual(['d-1', 'l-1'])
  const [face] = await pipeline.observe(frame)
  await expect(pipeline.analyse(frame, face!)).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
})

test('warming up runs every network once; releasing closes all and ends the service', async () => {
  const { options, open, runs } = fakeHost()
  const pipeline = await createPipeline(options)
  await pipeline.warmUp()
  expect(runs.sort()).toEqual(['d-1', 'e-1', 'l-1', 'p-1'])
  await pipeline.release()
  expect(open.size).toBe(0)
  await expect(pipeline.observe(frame)).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
})

test('warming up names every network that fails, and asks the others all the same', async () => {
  const { options, runs } = fakeHost()
  const openSession: PipelineOptions['openSession'] = async (bytes, name) => {
    const session = await options.openSession(bytes, name)
    const run = async () => {
      throw new Error('no memory')
    }
    return name === 'd-1' || name === 'p-1' ? { ...session, run } : session
  }
  const pipeline = await createPipeline({ ...options, openSession })
  await expect(pipeline.warmUp()).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
    details: { networks: ['detector', 'pad'] },
  })
  expect(runs.sort()).toEqual(['e-1', 'l-1'])
})

test('when one network cannot be opened, those that were are closed', async () => {
  const { options, open } = fakeHost()
  const openSession: PipelineOptions['openSession'] = async (bytes, name) => {
    if (name === 'p-1') throw new MienError('RUNTIME_UNAVAILABLE')
    return options.openSession(bytes, name)
  }
  await expect(createPipeline({ ...options, openSession })).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
  expect(open.size).toBe(0)
})

test('a template shows the pixels it is asked about, whether or not the face was aligned for its quality before', async () => {
  const seen: number[] = []
  const host = fakeHost()
  const pipeline = await createPipeline({
    ...host.options,
    openSession: async (bytes, name) => {
      const session = await host.options.openSession(bytes, name)
      const run: typeof session.run = (feeds) => {
        const pixels = feeds.in!.data
        if (name === 'e-1') seen.push(pixels[Math.floor(pixels.length / 6)]!)
        return session.run(feeds)
      }
      return { ...session, run }
    },
  })
  const [face] = await pipeline.observe(frame)
  const dark = { ...frame, data: new Uint8ClampedArray(frame.data.length).fill(50) }
  await pipeline.analyse(frame, face!)
  await pipeline.analyse(frame, structuredClone(face!))
  await pipeline.analyse(dark, face!)
  expect(seen).toEqual([200, 200, 50])
})
