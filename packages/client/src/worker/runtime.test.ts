import type { TensorData } from '@mien/shared/vision/runtime'
import { describe, expect, it } from 'vitest'
import { bindRuntime } from './runtime.ts'

type OrtModule = Parameters<typeof bindRuntime>[0]

class FakeTensor {
  constructor(
    readonly type: string,
    readonly data: unknown,
    readonly dims: readonly number[],
  ) {}
}

interface FakeSession {
  run(feeds: Record<string, FakeTensor>): Promise<Record<string, FakeTensor>>
  release(): Promise<void>
}

/** A module whose sessions do what the test says; `opened` lists the provider of each. */
function fakeOrt(create: (provider: string) => FakeSession): { ort: OrtModule; opened: string[] } {
  const opened: string[] = []
  const InferenceSession = {
    create: async (_bytes: Uint8Array, { executionProviders }: { executionProviders: readonly string[] }) => {
      opened.push(executionProviders[0]!)
      return create(executionProviders[0]!)
    },
  }
  return { ort: { env: { wasm: {} }, Tensor: FakeTensor, InferenceSession } as unknown as OrtModule, opened }
}

const echo: FakeSession = { run: async (feeds) => ({ out: feeds.in! }), release: async () => undefined }
const broken: FakeSession = { run: () => Promise.reject(new Error('device lost')), release: async () => undefined }
const feeds: Record<string, TensorData> = { in: { data: new Float32Array([1, 2]), dims: [1, 2] } }
const options = { backend: 'webgpu', threads: 1, heavy: new Set(['embedder']) } as const
const bytes = new Uint8Array()

describe('the runtime', () => {
  it('puts the heavy networks on WebGPU and the others on WebAssembly', async () => {
    const { ort, opened } = fakeOrt(() => echo)
    const runtime = bindRuntime(ort, options)
    await runtime.openSession(bytes, 'detector')
    const session = await runtime.openSession(bytes, 'embedder')
    await expect(session.run(feeds)).resolves.toEqual({ out: feeds.in })
    expect(opened).toEqual(['wasm', 'webgpu'])
    expect(runtime.backend()).toBe('webgpu')
  })

  it('moves to WebAssembly when a WebGPU session does not open', async () => {
    const { ort, opened } = fakeOrt((provider) => {
      if (provider === 'webgpu') throw new Error('no kernel')
      return echo
    })
    const runtime = bindRuntime(ort, options)
    const session = await runtime.openSession(bytes, 'embedder')
    await expect(session.run(feeds)).resolves.toEqual({ out: feeds.in })
    expect(opened).toEqual(['webgpu', 'wasm'])
    expect(runtime.backend()).toBe('wasm')
  })

  it('moves to WebAssembly when a WebGPU session fails while it runs, without losing the run', async () => {
    const { ort, opened } = fakeOrt((provider) => (provider === 'webgpu' ? broken : echo))
    const runtime = bindRuntime(ort, options)
    const session = await runtime.openSession(bytes, 'embedder')
    await expect(session.run(feeds)).resolves.toEqual({ out: feeds.in })
    await expect(session.run(feeds)).resolves.toEqual({ out: feeds.in })
    expect(opened).toEqual(['webgpu', 'wasm'])
    expect(runtime.backend()).toBe('wasm')
  })

  it('moves every heavy network that fails, each for itself', async () => {
    const { ort } = fakeOrt((provider) => (provider === 'webgpu' ? broken : echo))
    const runtime = bindRuntime(ort, { ...options, heavy: new Set(['embedder', 'pad']) })
    const sessions = [await runtime.openSession(bytes, 'embedder'), await runtime.openSession(bytes, 'pad')]
    for (const session of sessions) await expect(session.run(feeds)).resolves.toEqual({ out: feeds.in })
  })

  it('says RUNTIME_UNAVAILABLE when WebAssembly fails too', async () => {
    const { ort } = fakeOrt(() => {
      throw new Error('out of memory')
    })
    await expect(bindRuntime(ort, options).openSession(bytes, 'embedder')).rejects.toMatchObject({
      code: 'RUNTIME_UNAVAILABLE',
    })
  })

  it('runs one thing at a time, over all sessions, and goes on after a failure', async () => {
    let running = 0
    let most = 0
    const slow: FakeSession = {
      async run(given) {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 2))
        running -= 1
        if (given.in!.dims.length === 0) throw new Error('bad shape')
        return { out: given.in! }
      },
      release: async () => undefined,
    }
    const runtime = bindRuntime(fakeOrt(() => slow).ort, { ...options, backend: 'wasm' })
    const sessions = [await runtime.openSession(bytes, 'a'), await runtime.openSession(bytes, 'b')]
    const bad = { in: { data: new Float32Array(1), dims: [] } }
    const runs = sessions.flatMap((session) => [session.run(feeds), session.run(bad), session.run(feeds)])
    const ends = await Promise.allSettled(runs)
    expect(ends.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect(most).toBe(1)
  })

  it('hands out numbers that stay when the runtime reuses its memory', async () => {
    const heap = new Float32Array([7, 8, 9])
    const view: FakeSession = {
      run: async () => ({ out: new FakeTensor('float32', heap.subarray(1), [2]) }),
      release: async () => undefined,
    }
    const session = await bindRuntime(fakeOrt(() => view).ort, options).openSession(bytes, 'detector')
    const { out } = await session.run(feeds)
    heap.fill(0)
    expect([...out!.data]).toEqual([8, 9])
  })

  it('takes nothing but 32-bit floats from a network', async () => {
    const integers: FakeSession = {
      run: async () => ({ out: new FakeTensor('int32', new Int32Array(1), [1]) }),
      release: async () => undefined,
    }
    const session = await bindRuntime(fakeOrt(() => integers).ort, options).openSession(bytes, 'detector')
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
  })
})
