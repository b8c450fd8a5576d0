import { MienError } from '@mien/shared/errors'
import { createPipeline } from '@mien/shared/vision/pipeline'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadVision } from './load-vision.ts'
import { createStageClock } from './stage-clock.ts'

vi.mock('./runtime.ts', () => ({ loadRuntime: async () => ({ openSession: undefined, backend: () => 'wasm' }) }))
vi.mock('@mien/shared/vision/pipeline', () => ({ createPipeline: vi.fn() }))
vi.mock('./model-source.ts', () => ({
  createModelSource: () => ({
    readPack: async () => ({
      name: 'standard',
      detector: { id: 'detector', bytes: 1 },
      landmarks: { id: 'landmarks', bytes: 1 },
      pad: { id: 'pad', bytes: 1 },
      embedder: { id: 'embedder', bytes: 1 },
    }),
  }),
}))
afterEach(() => vi.unstubAllGlobals())

describe('loading', () => {
  it.each(['is cancelled', 'fails'])('frees the networks when it %s after they were opened', async (end) => {
    vi.stubGlobal('navigator', { hardwareConcurrency: 1 })
    const controller = new AbortController()
    const release = vi.fn(async () => undefined)
    const warmUp = () => Promise.reject(new MienError('RUNTIME_UNAVAILABLE'))
    vi.mocked(createPipeline).mockResolvedValue({ modelId: 'model', warmUp, release } as never)
    const loading = loadVision({
      options: { endpoint: '/', backend: 'wasm', tracker: 'onnx', allowSoftwareWebGpu: false },
      clock: createStageClock(),
      onProgress: ({ step }) => {
        if (step === 'runtime' && end === 'is cancelled') controller.abort(new MienError('ABORTED'))
      },
      signal: controller.signal,
    })
    await expect(loading).rejects.toMatchObject({ code: end === 'fails' ? 'RUNTIME_UNAVAILABLE' : 'ABORTED' })
    expect(release).toHaveBeenCalledTimes(1)
  })
})
