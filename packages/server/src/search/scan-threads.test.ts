import { spawnSync } from 'node:child_process'
import { MienError } from '@mien/shared/errors'
import { expect, test } from 'vitest'
import { openArena } from './scan-arena.ts'
import { compileKernel, openMemory } from './scan-kernel.ts'
import { createScanPool } from './scan-pool.ts'
import { type ScanThread, startScanThread } from './scan-thread.ts'
import { createScanThreads } from './scan-threads.ts'
import type { ScanFound, ScanJob } from './segment-scan.ts'
import { newId, randomUnit, seededNumbers } from './unit-vectors.fixture.ts'

const job: ScanJob = { dimension: 16, query: new Float32Array(16), segments: new Int32Array(0), keep: 1 }
const found: ScanFound = { places: new Int32Array(0), scores: new Float32Array(0) }

/** Threads that do what the test says. */
function playedThreads(threads: number, maxWaiting = 10) {
  const started: { index: number; end(outcome: 'done' | 'dies'): void; isClosed: boolean }[] = []
  const start = (index: number): ScanThread => {
    let isAlive = true
    let settle: (outcome: 'done' | 'dies') => void = () => {}
    const played = {
      index,
      isClosed: false,
      end(outcome: 'done' | 'dies') {
        isAlive = outcome === 'done'
        settle(outcome)
      },
    }
    started.push(played)
    return {
      get isAlive() {
        return isAlive && !played.isClosed
      },
      scan: () =>
        new Promise((resolve, reject) => {
          settle = (outcome) => (outcome === 'done' ? resolve(found) : reject(new MienError('WORKER_CRASHED')))
        }),
      async close() {
        played.isClosed = true
      },
    }
  }
  return { started, threads: createScanThreads({ threads, maxWaiting, start }) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('[ST56] a thread that dies rejects what it was at, and each later search starts one thread at most, in its place', async () => {
  const { threads, started } = playedThreads(1)
  const outcomes = [threads.scan(job), threads.scan(job), threads.scan(job)].map((each) =>
    each.then(
      () => 'found',
      ({ code }) => code,
    ),
  )
  await settled()
  started[0]!.end('dies')
  await settled()
  started[1]!.end('dies')
  await settled()
  started[2]!.end('done')
  expect(await Promise.all(outcomes)).toEqual(['WORKER_CRASHED', 'WORKER_CRASHED', 'found'])
  expect(started.map(({ index }) => index)).toEqual([0, 0, 0])
})

test('[ST56] no thread is started before there is something to do, nor more than are needed', async () => {
  const { threads, started } = playedThreads(3)
  expect(started).toHaveLength(0)
  for (let i = 0; i < 4; i++) {
    const scan = threads.scan(job)
    await settled()
    started[0]!.end('done')
    await scan
  }
  expect(started).toHaveLength(1)
})

test('[ST56] more than may wait are refused with OVERLOADED; closing refuses those who wait and lets the others end', async () => {
  const { threads, started } = playedThreads(1, 2)
  const scans = Array.from({ length: 4 }, () =>
    threads.scan(job).then(
      () => 'found',
      ({ code }) => code,
    ),
  )
  expect(await scans[3]).toBe('OVERLOADED')
  const closing = threads.close()
  expect(await Promise.all(scans.slice(1))).toEqual(['OVERLOADED', 'OVERLOADED', 'OVERLOADED'])
  expect(started[0]!.isClosed).toBe(false)
  started[0]!.end('done')
  await closing
  expect(await scans[0]).toBe('found')
  expect(started.map(({ isClosed }) => isClosed)).toEqual([true])
  await expect(threads.scan(job)).rejects.toMatchObject({ code: 'OVERLOADED' })
})

test('[ST54] threads that hold memory which was let go are ended when they have nothing to do, and others take their place', async () => {
  const { threads, started } = playedThreads(2)
  const [first, second] = [threads.scan(job), threads.scan(job)]
  await settled()
  started[0]!.end('done')
  await first
  await settled()
  threads.renew()
  await settled()
  expect(started.map(({ isClosed }) => isClosed)).toEqual([true, false])
  started[1]!.end('done')
  await second
  await settled()
  expect(started.map(({ isClosed }) => isClosed)).toEqual([true, true])
  void threads.scan(job)
  await settled()
  expect(started).toHaveLength(3)
})

test('[ST56] a real thread that fails is told of, and so is one that is asked after its end', async () => {
  const module = compileKernel()
  const arena = openArena(module, openMemory(65_536))
  const thread = startScanThread({ module, slot: 0 }, () => arena)
  // A segment beyond the memory.
  const bad = { ...job, segments: Int32Array.from([0, 2 ** 30, 1, 0]) }
  await expect(thread.scan(bad)).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
  await expect.poll(() => thread.isAlive, { timeout: 60_000 }).toBe(false)
  await expect(thread.scan(job)).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
})

test('[ST56] many searches at once on few threads all get their own answer', async () => {
  const pool = createScanPool({ threads: 2, maxWaiting: 200 })
  const next = seededNumbers(60)
  const block = pool.createBlock({ dimension: 512, expected: 3000 })
  const people = Array.from({ length: 3000 }, () => [newId(), randomUnit(512, next)] as const)
  for (const [id, vector] of people) block.put(id, vector)
  const answers = await Promise.all(people.slice(0, 200).map(([, vector]) => block.nearest(vector, 1)))
  expect(answers.map(([hit]) => hit!.id)).toEqual(people.slice(0, 200).map(([id]) => id))
  await pool.close()
  await expect(block.nearest(people[0]![1], 1)).rejects.toMatchObject({ code: 'OVERLOADED' })
})

test('[ST56] a search keeps its process alive until it is answered, and its threads keep none alive after that', () => {
  const program = `
    const { createScanPool } = await import(${JSON.stringify(new URL('./scan-pool.ts', import.meta.url).href)})
    const block = createScanPool({ threads: 2 }).createBlock({ dimension: 4096, expected: 300 })
    const vector = new Float32Array(4096).fill(1 / 64)
    for (let i = 100; i < 400; i++) block.put('00000000-0000-7000-8000-000000000' + i, vector)
    for (let i = 0; i < 2; i++) console.log((await block.nearest(vector, 3)).length)`
  const flags = ['--conditions=source', '--import', 'tsx', '--input-type=module', '-e', program]
  const { stdout, stderr, status } = spawnSync(process.execPath, flags, { encoding: 'utf8', timeout: 60_000 })
  expect({ stdout, stderr, status }).toEqual({ stdout: '3\n3\n', stderr: '', status: 0 })
})
