import { MienError } from '@mien/shared/errors'
import { createPipeline } from '@mien/shared/vision/pipeline'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadVision } from './load-vision.ts'
import { createStageClock } from './stage-clock.ts'

vi.mock('./runtime.ts', () => ({ loadRuntime: async () => ({ openSession: undefined, backend: () => 'wasm' }) }))
vi.mock('@mien/shared/vision/pipeline', async (importOriginal) => ({
  ...(await importOriginal<typeof import('@mien/shared/vision/pipeline')>()),
  createPipeline: vi.fn(),
}))
const releaseTracker = vi.fn()
vi.mock('./mediapipe-tracker.ts', () => ({ openMediaPipeTracker: async () => ({ release: releaseTracker }) }))
vi.mock('./model-source.ts', () => ({
  createModelSource: () => ({
    readModel: async () => new Uint8Array(),
    readPack: async () => ({
      name: 'standard',
      ...Object.fromEntries(
        ['detector', 'landmarks', 'pad', 'embedder', 'tracker', 'age', 'gender'].map((role) => [
          role,
          { id: role, role, bytes: 1 },
        ]),
      ),
    }),
  }),
}))
afterEach(() => {
  vi.unstubAllGlobals()
  releaseTracker.mockClear()
})

describe('loading', () => {
  it.each(['is cancelled', 'fails'])(
    'frees the networks and the tracker when it %s after they were opened',
    async (end) => {
      vi.stubGlobal('navigator', { hardwareConcurrency: 1 })
      const controller = new AbortController()
      const release = vi.fn(async () => undefined)
      const warmUp = () => Promise.reject(new MienError('RUNTIME_UNAVAILABLE'))
      vi.mocked(createPipeline).mockResolvedValue({ modelId: 'model', warmUp, release } as never)
      const loading = loadVision({
        options: {
          endpoint: '/',
          backend: 'wasm',
          tracker: 'mediapipe',
          allowSoftwareWebGpu: false,
          attributes: false,
        },
        clock: createStageClock(),
        onProgress: ({ step }) => {
          if (step === 'runtime' && end === 'is cancelled') controller.abort(new MienError('ABORTED'))
        },
        signal: controller.signal,
      })
      await expect(loading).rejects.toMatchObject({ code: end === 'fails' ? 'RUNTIME_UNAVAILABLE' : 'ABORTED' })
      expect(release).toHaveBeenCalledTimes(1)
      expect(releaseTracker).toHaveBeenCalledTimes(1)
    },
  )

  it.each([
    [false, 4, ['detector', 'landmarks', 'pad', 'embedder']],
    [true, 6, ['detector', 'landmarks', 'pad', 'embedder', 'age', 'gender']],
  ] as const)(
    'fetches and opens the networks for attributes when they are asked for: %s',
    async (attributes, bytes, roles) => {
      vi.stubGlobal('navigator', { hardwareConcurrency: 1 })
      const pipeline = { modelId: 'model', warmUp: async () => undefined }
      vi.mocked(createPipeline).mockResolvedValue(pipeline as never)
      const totals = new Set<number>()
      await loadVision({
        options: { endpoint: '/', backend: 'wasm', tracker: 'onnx', allowSoftwareWebGpu: false, attributes },
        clock: createStageClock(),
        onProgress: (progress) => {
          if (progress.step === 'models') totals.add(progress.totalBytes)
        },
        signal: new AbortController().signal,
      })
      expect([...totals]).toEqual([bytes])
      expect(vi.mocked(createPipeline).mock.lastCall![0].roles).toEqual(roles)
    },
  )
})
