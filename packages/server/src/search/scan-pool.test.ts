import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { bytesOfBlock, createScanPool } from './scan-pool.ts'
import {
  exactCosine,
  fromHalves,
  nearTo,
  newId,
  randomUnit,
  seededNumbers,
  toHalves,
  toUnit,
} from './unit-vectors.fixture.ts'
import type { ScanHit, VectorBlock } from './vector-block.ts'

const pool = createScanPool({ threads: 2 })
afterAll(() => pool.close())

type Vectors = ReadonlyMap<string, Float32Array>

const blockOf = (vectors: Vectors, dimension: number): VectorBlock => {
  const block = pool.createBlock({ dimension, expected: vectors.size })
  for (const [id, vector] of vectors) block.put(id, vector)
  return block
}

/** Ids, best first, by double precision. */
function truth(vectors: Vectors, query: Float32Array, count: number): string[] {
  const scored = [...vectors].map(([id, vector]) => ({ id, score: exactCosine(query, vector) }))
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ id }) => id)
}

const rerank = (vectors: Vectors, query: Float32Array, hits: readonly ScanHit[], count: number) =>
  truth(new Map(hits.map(({ id }) => [id, vectors.get(id)!])), query, count)

/** People at random, and what rounds worst: one great component, all the same, one beside many tiny ones. */
function awkwardVectors(dimension: number, count: number, next: () => number): Map<string, Float32Array> {
  const vectors = new Map<string, Float32Array>()
  const oneHot = (rest: number) =>
    toUnit(
      Array.from({ length: dimension }, (_, i) => (i === Math.floor(next() * dimension) ? 1 : rest * (next() - 0.5))),
    )
  for (let i = 0; i < count; i++) {
    const kind = i % 40
    if (kind === 0) vectors.set(newId(), oneHot(0.002))
    else if (kind === 1) vectors.set(newId(), oneHot(1e-7))
    else if (kind === 2) vectors.set(newId(), toUnit(Array.from({ length: dimension }, () => (next() < 0.5 ? 1 : -1))))
    else vectors.set(newId(), randomUnit(dimension, next))
  }
  return vectors
}

describe.each([128, 512, 1024])('%i components', (dimension) => {
  const next = seededNumbers(dimension)
  const vectors = awkwardVectors(dimension, dimension === 512 ? 20_000 : 6_000, next)
  const block = blockOf(vectors, dimension)
  const people = [...vectors.values()]
  const queries = Array.from({ length: 60 }, (_, i) =>
    i % 2 === 0 ? nearTo(people[i * 7]!, 0.6, next) : randomUnit(dimension, next),
  )

  test('[ST50] scored again, the best 32 of a scan hold the nearest of a comparison with all in double precision', async () => {
    for (const query of queries) {
      const hits = await block.nearest(query, 32)
      expect(rerank(vectors, query, hits, 5)).toEqual(truth(vectors, query, 5))
    }
  })

  test('[ST50] no score is further from the cosine than the bound, of vectors that round worst too; typically it is far nearer', async () => {
    let [worst, squares, count] = [0, 0, 0]
    for (const query of [...queries, ...people.slice(0, 8)]) {
      const hits = await block.nearest(query, 1000)
      for (const { id, score } of hits) {
        const error = Math.abs(score - exactCosine(query, vectors.get(id)!))
        worst = Math.max(worst, error)
        squares += error * error
        count++
      }
    }
    expect(worst).toBeLessThanOrEqual(block.errorBound)
    expect(block.errorBound).toBeLessThan(0.2)
    expect(Math.sqrt(squares / count)).toBeLessThan(0.002)
  })

  test('[ST50] hits come best first, each once', async () => {
    const hits = await block.nearest(queries[0]!, 1000)
    const scores = hits.map(({ score }) => score)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    expect(new Set(hits.map(({ id }) => id)).size).toBe(1000)
  })
})

test('[ST50] among random templates the bound is about 0.01', () => {
  const next = seededNumbers(4)
  const vectors = new Map(Array.from({ length: 500 }, () => [newId(), randomUnit(512, next)] as const))
  expect(blockOf(vectors, 512).errorBound).toBeLessThan(0.015)
})

test('[ST50] the sums do not overflow at the greatest length: rows and queries of one magnitude', async () => {
  const dimension = 4096
  const ones = toUnit(new Float32Array(dimension).fill(1))
  const vectors = new Map([
    [newId(), ones],
    [newId(), ones.map((component) => -component)],
    [newId(), toUnit(ones.map((component, i) => (i === 5 ? 1 : component)))],
  ])
  const hits = await blockOf(vectors, dimension).nearest(ones, 3)
  expect(hits.map(({ id }) => id)).toEqual(
    [...vectors.keys()].filter((_, i) => i !== 1).concat([...vectors.keys()][1]!),
  )
  expect(hits[0]!.score).toBeCloseTo(1, 3)
  expect(hits[2]!.score).toBeCloseTo(-1, 3)
})

test('[ST50] half precision is read as pgvector sends it: the same hits as from the numbers themselves', async () => {
  const next = seededNumbers(9)
  const tiny = toUnit(Array.from({ length: 64 }, (_, i) => (i === 0 ? 1 : 1e-5 * (next() - 0.5))))
  const halves = [tiny, ...Array.from({ length: 300 }, () => randomUnit(64, next))].map(toHalves)
  const [byHalf, byFloat] = [64, 64].map((dimension) => pool.createBlock({ dimension, expected: 10 }))
  for (const half of halves) {
    const id = newId()
    byHalf!.putHalf(id, half)
    byFloat!.put(id, fromHalves(half))
  }
  for (const query of [tiny, randomUnit(64, next)])
    expect(await byHalf!.nearest(query, 301)).toEqual(await byFloat!.nearest(query, 301))
})

test.each([0, 8, 24, 100, 4112, 512.5])('[ST50] %d components are refused', (dimension) => {
  expect(() => pool.createBlock({ dimension, expected: 1 })).toThrow(
    expect.objectContaining({ code: 'TEMPLATE_DIMENSION' }),
  )
})

test('[ST55] what is no unit vector of the length, no number, or no UUID is refused, and nothing changes', async () => {
  const block = pool.createBlock({ dimension: 32, expected: 4 })
  const [id, vector] = [newId(), randomUnit(32, seededNumbers(1))]
  block.put(id, vector)
  const notFinite = (bad: number) => vector.map((component, i) => (i === 17 ? bad : component))
  const infiniteHalves = toHalves(vector)
  infiniteHalves.set([0x7c, 0x00], 2 * 31)
  const rows: readonly [string, () => unknown][] = [
    ['TEMPLATE_DIMENSION', () => block.put(id, randomUnit(48, seededNumbers(1)))],
    ['TEMPLATE_DIMENSION', () => block.putHalf(id, new Uint8Array(63))],
    ['TEMPLATE_NOT_FINITE', () => block.put(id, notFinite(Number.NaN))],
    ['TEMPLATE_NOT_FINITE', () => block.put(newId(), notFinite(Number.POSITIVE_INFINITY))],
    ['TEMPLATE_NOT_FINITE', () => block.putHalf(id, infiniteHalves)],
    ['TEMPLATE_NOT_FINITE', () => block.putHalf(newId(), infiniteHalves)],
    ['ID_FORMAT', () => block.put(id.toUpperCase().replace(/^./, 'G'), vector)],
    ['ID_FORMAT', () => block.put(`${id}0`, vector)],
    ['ID_FORMAT', () => block.put(id.replaceAll('-', ''), vector)],
    ['ID_FORMAT', () => block.remove('é'.repeat(36))],
  ]
  for (const [code, call] of rows) expect(call).toThrow(expect.objectContaining({ code }))
  await expect(block.nearest(notFinite(Number.NaN), 1)).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FINITE' })
  await expect(block.nearest(vector.subarray(16), 1)).rejects.toMatchObject({ code: 'TEMPLATE_DIMENSION' })
  for (const count of [0, 1.5, 1025, Number.NaN])
    await expect(block.nearest(vector, count)).rejects.toMatchObject({ code: 'PARAM_INVALID' })
  expect(block.size).toBe(1)
  expect(await block.nearest(vector, 5)).toEqual([{ id, score: expect.closeTo(1, 2) }])
})

test('[ST51] an empty block finds nobody, and neither does one that is empty again', async () => {
  const block = pool.createBlock({ dimension: 16, expected: 0 })
  const [id, vector] = [newId(), randomUnit(16, seededNumbers(2))]
  expect(await block.nearest(vector, 3)).toEqual([])
  block.put(id, vector)
  expect(block.remove(id)).toBe(true)
  expect(block.remove(id)).toBe(false)
  expect(await block.nearest(vector, 3)).toEqual([])
})

/** Ids that differ in one word only, among them such as begin alike. */
const idOf = (n: number) => {
  const word = n.toString(16).padStart(8, '0')
  return n % 2 === 0 ? `${word}-0000-7000-8000-000000000000` : `01900000-0000-7000-8000-0000${word}`
}

test('[ST51] whatever is put, replaced and removed: a block holds and finds what a map would', async () => {
  const dimension = 2048
  const next = seededNumbers(51)
  const vectors = Array.from({ length: 40 }, () => randomUnit(dimension, next))
  const step = fc.record({
    isPut: fc.boolean(),
    id: fc.nat(400),
    vector: fc.nat(vectors.length - 1),
    times: fc.integer({ min: 1, max: 60 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
      const block = pool.createBlock({ dimension, expected: 0 })
      const map = new Map<string, Float32Array>()
      for (const { isPut, id, vector, times } of steps)
        for (let i = 0; i < times; i++) {
          const name = idOf(id + i)
          if (isPut) {
            block.put(name, vectors[vector]!)
            map.set(name, vectors[vector]!)
          } else expect(block.remove(name)).toBe(map.delete(name))
        }
      expect(block.size).toBe(map.size)
      const hits = await block.nearest(vectors[0]!, 1000)
      expect(hits.map(({ id }) => id).sort()).toEqual([...map.keys()].sort())
      for (const { id, score } of hits)
        expect(Math.abs(score - exactCosine(vectors[0]!, map.get(id)!))).toBeLessThan(block.errorBound)
      block.release()
    }),
    { numRuns: 60 },
  )
})

test('[ST54] a million templates of 512 components take less than 560 bytes each', () => {
  expect(bytesOfBlock(1_000_000, 512)).toBeLessThan(560 * 1_000_000)
})
