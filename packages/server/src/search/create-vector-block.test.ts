import { MienError } from '@mien/shared/errors'
import { expect, test } from 'vitest'
import { createVectorBlock } from './create-vector-block.ts'
import { compileKernel } from './scan-kernel.ts'
import { arenaBytes, layoutOf, segmentBytes } from './scan-layout.ts'
import { bytesOfBlock, createScanPool } from './scan-pool.ts'
import { type ScanFound, type ScanJob, scanSegments } from './segment-scan.ts'
import { createSegmentStore } from './segment-store.ts'
import { nearTo, newId, randomUnit, seededNumbers, toUnit } from './unit-vectors.fixture.ts'
import type { VectorBlock } from './vector-block.ts'

const dimension = 4096

/** Rows of a segment at this length. */
const rowsOfSegment = layoutOf(dimension).rows

/** A block whose scans end when the test says so; they have read by then, or read then. */
function heldScans() {
  const store = createSegmentStore({ module: compileKernel(), slots: 1, keepMs: 1 })
  const scanHere = (job: ScanJob) => scanSegments(store.arenaOf, 0, job)
  const releases: (() => void)[] = []
  let isReadFirst = true
  const scan = (job: ScanJob) =>
    new Promise<ScanFound>((resolve) => {
      const read = isReadFirst ? scanHere(job) : undefined
      releases.push(() => resolve(read ?? scanHere(job)))
    })
  return {
    store,
    block: createVectorBlock({ dimension, expected: 0 }, { store, scan, scanHere }),
    /** Scans from here on read before what the test does next, or after it. */
    readFirst: (isFirst: boolean) => {
      isReadFirst = isFirst
    },
    finish: () => releases.shift()!(),
    waiting: () => releases.length,
  }
}

/** Enough that a thread is asked. */
function fill(block: VectorBlock, count: number, next: () => number): Map<string, Float32Array> {
  const people = new Map(Array.from({ length: count }, () => [newId(), randomUnit(dimension, next)] as const))
  for (const [id, vector] of people) block.put(id, vector)
  return people
}

/** Longer than it takes on any machine. */
const patiently = { timeout: 60_000 }

const settled = () => new Promise((resolve) => setImmediate(resolve))

test.each([true, false])(
  '[ST52] who is removed while a scan goes on is not found, and whoever is there all the time is (read first: %s)',
  async (isFirst) => {
    const next = seededNumbers(52)
    const { block, finish, readFirst, waiting } = heldScans()
    readFirst(isFirst)
    fill(block, 300, next)
    const query = randomUnit(dimension, next)
    const near = Array.from({ length: 40 }, (_, i) => [newId(), nearTo(query, 0.9 - i / 100, next)] as const)
    for (const [id, vector] of near) block.put(id, vector)
    const search = block.nearest(query, 5)
    await settled()
    // More than a scan has to spare.
    for (const [id] of near.slice(0, 30)) block.remove(id)
    while (waiting() > 0) {
      finish()
      await settled()
    }
    expect((await search).map(({ id }) => id)).toEqual(near.slice(30, 35).map(([id]) => id))
  },
)

test.each([true, false])(
  '[ST52] who is replaced while a scan goes on is found as they are now (read first: %s)',
  async (isFirst) => {
    const next = seededNumbers(53)
    const { block, finish, readFirst } = heldScans()
    readFirst(isFirst)
    const people = [...fill(block, 300, next).keys()]
    const query = randomUnit(dimension, next)
    const gone = newId()
    block.put(gone, nearTo(query, 0.8, next))
    const search = block.nearest(query, 1)
    await settled()
    block.put(gone, randomUnit(dimension, next))
    block.put(people[7]!, nearTo(query, 0.7, next))
    finish()
    expect(await search).toEqual([{ id: people[7], score: expect.closeTo(0.7, 1) }])
  },
)

test.each([true, false])(
  '[ST52] the place of somebody who was removed gives their score to nobody (read first: %s)',
  async (isFirst) => {
    const next = seededNumbers(54)
    const { block, finish, readFirst } = heldScans()
    readFirst(isFirst)
    fill(block, 300, next)
    const query = randomUnit(dimension, next)
    const gone = newId()
    block.put(gone, nearTo(query, 0.9, next))
    const search = block.nearest(query, 1)
    await settled()
    block.remove(gone)
    const later = newId()
    block.put(later, nearTo(query, -0.9, next))
    finish()
    const [hit] = await search
    expect([gone, later]).not.toContain(hit!.id)
    expect(hit!.score).toBeLessThan(0.2)
  },
)

test('[ST52] with threads, while others are put, replaced and removed all the time: those who stay are found by every search', async () => {
  const pool = createScanPool({ threads: 2 })
  const block = pool.createBlock({ dimension: 512, expected: 8000 })
  const next = seededNumbers(55)
  const staying = Array.from({ length: 4000 }, () => [newId(), randomUnit(512, next)] as const)
  const passing = Array.from({ length: 4000 }, () => [newId(), randomUnit(512, next)] as const)
  for (const [i, [id, vector]] of staying.entries()) {
    block.put(id, vector)
    block.put(...passing[i]!)
  }
  let isDone = false
  const search = async (seed: number) => {
    const random = seededNumbers(seed)
    for (let i = 0; i < 150; i++) {
      const [id, vector] = staying[Math.floor(random() * staying.length)]!
      const hits = await block.nearest(nearTo(vector, 0.7, random), 3)
      expect(hits[0]!.id).toBe(id)
    }
  }
  const change = async () => {
    for (let i = 0; !isDone; i++) {
      const [id, vector] = passing[Math.floor(next() * passing.length)]!
      const [stayingId, same] = staying[Math.floor(next() * staying.length)]!
      if (!block.remove(id)) block.put(id, vector)
      block.put(stayingId, same)
      if (i % 20 === 0) await settled()
    }
  }
  const changing = change()
  await Promise.all([search(1), search(2), search(3)])
  isDone = true
  await changing
  await pool.close()
}, 60_000)

test('[ST53] the components, scale and id of who is removed are overwritten, and all of a block that is released', async () => {
  const { block, store } = heldScans()
  const next = seededNumbers(56)
  const people = fill(block, 150, next)
  const { bytes } = store.arenaOf(0)
  const signature = (vector: Float32Array) => {
    const greatest = Math.max(...vector.map(Math.abs))
    return Buffer.from(Array.from(vector.subarray(0, 16), (component) => Math.round((component / greatest) * 127)))
  }
  /** Words, each with its lowest byte first. */
  const idBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').swap32()
  const heap = Buffer.from(bytes.buffer, 65_536, 4 * 2 ** 20)
  const [id, vector] = [...people][77]!
  expect([heap.includes(signature(vector)), heap.includes(idBytes(id))]).toEqual([true, true])
  block.remove(id)
  expect(heap.includes(signature(vector))).toBe(false)
  expect(heap.includes(idBytes(id))).toBe(false)
  block.release()
  block.release()
  await expect.poll(() => heap.every((byte) => byte === 0), patiently).toBe(true)
})

test('[ST53] a block that is released says so, to those who search it too', async () => {
  const { block, finish } = heldScans()
  const next = seededNumbers(57)
  const [[id, vector]] = [...fill(block, 300, next)] as [[string, Float32Array]]
  const search = block.nearest(vector, 1)
  await settled()
  block.release()
  finish()
  await expect(search).rejects.toMatchObject({ code: 'GONE' })
  await expect(block.nearest(vector, 1)).rejects.toMatchObject({ code: 'GONE' })
  expect(() => block.put(id, vector)).toThrow(expect.objectContaining({ code: 'GONE' }))
  expect(() => block.remove(id)).toThrow(expect.objectContaining({ code: 'GONE' }))
  expect([block.size, block.bytes]).toEqual([0, 0])
})

/** A limit, and what of it is taken. */
function limited(limit: number) {
  let taken = 0
  return {
    taken: () => taken,
    take(bytes: number) {
      if (taken + bytes > limit) throw new MienError('OVERLOADED')
      taken += bytes
    },
    give(bytes: number) {
      taken -= bytes
    },
  }
}

test('[ST54] memory is put aside for those who are expected; beyond it grows until the allowance ends, and then nothing changes', () => {
  const pool = createScanPool({ threads: 1 })
  const expected = 2 * rowsOfSegment
  const aside = bytesOfBlock(expected, dimension)
  const most = bytesOfBlock(expected + rowsOfSegment, dimension)
  const allowance = limited(most)
  const next = seededNumbers(58)
  const block = pool.createBlock({ dimension, expected, allowance })
  expect(allowance.taken()).toBe(aside)
  const people = [...fill(block, 3 * rowsOfSegment, next)]
  expect(allowance.taken()).toBe(most)
  const one = toUnit(new Float32Array(dimension).fill(1))
  expect(() => block.put(newId(), one)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
  expect([block.size, block.bytes]).toEqual([3 * rowsOfSegment, allowance.taken()])
  expect(() => pool.createBlock({ dimension, expected: 1, allowance })).toThrow(
    expect.objectContaining({ code: 'OVERLOADED' }),
  )
  // Replacing takes nothing, and the place of somebody who goes is there for the next.
  block.put(people[3]![0], one)
  expect(block.remove(people[4]![0])).toBe(true)
  block.put(newId(), one)
  for (const [id] of people.slice(2 * rowsOfSegment)) block.remove(id)
  expect(allowance.taken()).toBe(most - segmentBytes)
  block.release()
  expect(allowance.taken()).toBe(0)
})

test('[ST54] blocks take the segments that others gave back, and what nobody uses goes back to the machine after a while', async () => {
  const { store } = heldScans()
  const perArena = store.take().arena.bytes.length / segmentBytes
  const segments = Array.from({ length: 2 * perArena }, () => store.take())
  expect(store.heldBytes).toBe(3 * arenaBytes)
  for (const segment of segments) store.give(segment)
  for (const _ of segments.slice(0, 10)) store.take()
  expect(store.heldBytes).toBe(3 * arenaBytes)
  await expect.poll(() => store.heldBytes, patiently).toBe(2 * arenaBytes)
})
