import { findPack, type LandmarksModel } from '@mien/shared/vision/manifest'
import type { ModelSession } from '@mien/shared/vision/runtime'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { ensureModels } from '../models/ensure-models.ts'
import { defaultWeightsDirectory, loadManifest } from '../models/load-manifest.ts'
import { loadRuntime } from './open-session.ts'

let model: LandmarksModel
let bytes: Uint8Array

beforeAll(async () => {
  const manifest = await loadManifest()
  const { readModel } = await ensureModels({ manifest, pack: 'standard', directory: defaultWeightsDirectory })
  model = findPack(manifest, 'standard').landmarks
  bytes = await readModel(model)
})
afterEach(() => {
  vi.doUnmock('onnxruntime-node')
  vi.resetModules()
})

const wave = (phase: number) => ({
  data: Float32Array.from({ length: 64 * 64 }, (_, i) => (1 + Math.sin(i / 9 + phase)) / 2),
  dims: [1, 1, 64, 64],
})
const run = async (session: ModelSession, phase: number) =>
  (await session.run({ [model.input.tensor]: wave(phase) }))[model.points.tensor]!.data

test('both runtimes answer the same to the fifth digit', async () => {
  const native = await (await loadRuntime({ runtime: 'native' })).openSession(bytes, 'native')
  const wasm = await (await loadRuntime({ runtime: 'wasm' })).openSession(bytes, 'wasm')
  const [a, b] = [await run(native, 0), await run(wasm, 0)]
  expect(a).toHaveLength(136)
  expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-5)
  await Promise.all([native.release(), wasm.release()])
})

test.for(['native', 'wasm'] as const)('%s: runs asked for at once do not mix, and answers stay', async (runtime) => {
  const session = await (await loadRuntime({ runtime })).openSession(bytes, 'landmarks')
  const alone = [await run(session, 1), await run(session, 2), await run(session, 3)]
  const together = await Promise.all([run(session, 1), run(session, 2), run(session, 3)])
  expect(together).toEqual(alone)
  expect(alone[0]).not.toEqual(alone[1])
  await session.release()
})

test.for(['native', 'wasm'] as const)('%s: a failed run leaves the session usable', async (runtime) => {
  const session = await (await loadRuntime({ runtime })).openSession(bytes, 'landmarks')
  await expect(session.run({ wrong: wave(0) })).rejects.toThrow()
  await expect(run(session, 1)).resolves.toHaveLength(136)
  await session.release()
})

test.for(['native', 'wasm'] as const)('%s: bytes that are no model: RUNTIME_UNAVAILABLE', async (runtime) => {
  const { openSession } = await loadRuntime({ runtime })
  await expect(openSession(new Uint8Array(100), 'broken')).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
})

test('where the native binding cannot load, WebAssembly takes its place; asked for by name it is refused', async () => {
  vi.doMock('onnxruntime-node', () => {
    throw new Error('no such binding')
  })
  vi.resetModules()
  const { loadRuntime: loadAnew } = await import('./open-session.ts')
  expect((await loadAnew()).kind).toBe('wasm')
  await expect(loadAnew({ runtime: 'native' })).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
})
