import { expect, test } from 'vitest'
import type { Raster } from './raster.ts'
import { runOnImage } from './run-on-image.ts'
import type { ModelSession, TensorData } from './runtime.ts'

const input = {
  tensor: 'in',
  width: 2,
  height: 1,
  layout: 'nchw',
  colour: 'rgb',
  mean: [0, 0, 0],
  std: [1, 1, 1],
} as const
const outputs = [{ tensor: 'out', dims: [1] }]
const grey = (level: number): Raster => ({ words: new Uint32Array(2).fill(level * 0x10101), width: 2, height: 1 })

/** Answers with the first number that it was given, when it is allowed to. */
function createSession() {
  const seen: Float32Array[] = []
  const waiting: (() => void)[] = []
  const session: ModelSession = {
    run: ({ in: given }) => {
      seen.push(given!.data)
      return new Promise<Record<string, TensorData>>((resolve) => {
        waiting.push(() => resolve({ out: { data: given!.data.slice(0, 1), dims: [1] } }))
      })
    },
    release: async () => undefined,
  }
  return { session, seen, goOn: () => waiting.shift()!() }
}

test('the memory of an input serves again once its run is over', async () => {
  const { session, seen, goOn } = createSession()
  for (const level of [7, 9]) {
    const answer = runOnImage(session, input, grey(level), outputs)
    goOn()
    expect(await answer).toEqual([Float32Array.of(level)])
  }
  expect(seen[1]).toBe(seen[0])
})

test('two runs at once have an input each', async () => {
  const { session, seen, goOn } = createSession()
  const answers = [7, 9].map((level) => runOnImage(session, input, grey(level), outputs))
  goOn()
  goOn()
  expect(await Promise.all(answers)).toEqual([[Float32Array.of(7)], [Float32Array.of(9)]])
  expect(seen[1]).not.toBe(seen[0])
})

test('an input of another size is given memory of its own', async () => {
  const { session, goOn } = createSession()
  const wide = { ...input, width: 3 }
  const first = runOnImage(session, input, grey(7), outputs)
  goOn()
  await first
  const image = { words: new Uint32Array(3).fill(0x30303), width: 3, height: 1 }
  const second = runOnImage(session, wide, image, outputs)
  goOn()
  expect(await second).toEqual([Float32Array.of(3)])
})
