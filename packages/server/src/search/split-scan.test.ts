import { afterAll, expect, test } from 'vitest'
import { createVectorBlock } from './create-vector-block.ts'
import { compileKernel } from './scan-kernel.ts'
import { createScanThreads } from './scan-threads.ts'
import { type ScanJob, scanSegments } from './segment-scan.ts'
import { createSegmentStore } from './segment-store.ts'
import { mergeFound, splitJob } from './split-scan.ts'
import { newId, randomUnit, seededNumbers } from './unit-vectors.fixture.ts'

const dimension = 4096
const store = createSegmentStore({ module: compileKernel(), slots: 1 })
afterAll(() => store.close())

/** The job of a search among so many. */
async function jobOver(count: number): Promise<ScanJob> {
  const next = seededNumbers(count)
  let job: ScanJob | undefined
  const scanHere = (each: ScanJob) => {
    job = each
    return scanSegments(store.arenaOf, 0, each)
  }
  const block = createVectorBlock(
    { dimension, expected: count },
    { store, scanHere, scan: async (each) => scanHere(each) },
  )
  const few = Array.from({ length: 200 }, () => randomUnit(dimension, next))
  for (let i = 0; i < count; i++) block.put(newId(), few[i % few.length]!)
  await block.nearest(randomUnit(dimension, next), 40)
  return job!
}

test('[ST57] the parts of a scan find what the whole of it does, also among equals, and each is worth a thread', async () => {
  const job = await jobOver(9000)
  const whole = scanSegments(store.arenaOf, 0, job)
  const counts = [1, 2, 3, 7].map((threads) => {
    const parts = splitJob(job, threads)
    expect(
      mergeFound(
        parts.map((part) => scanSegments(store.arenaOf, 0, part)),
        job.keep,
      ),
    ).toEqual(whole)
    return parts.length
  })
  // 35 MiB: two parts.
  expect(counts).toEqual([1, 2, 2, 2])
})

test('[ST57] a large scan takes all threads that have nothing to do, and one when there is none', async () => {
  const job = await jobOver(9000)
  const asked: number[] = []
  const threads = createScanThreads({
    threads: 2,
    maxWaiting: 10,
    start: (index) => ({
      isAlive: true,
      async scan(part) {
        asked.push(part.segments.length / job.segments.length)
        return { places: Int32Array.of(index), scores: Float32Array.of(index) }
      },
      close: async () => {},
    }),
  })
  const [first, second] = [threads.scan(job), threads.scan(job)]
  expect((await first).places).toEqual(Int32Array.of(1, 0))
  expect((await second).places).toHaveLength(1)
  expect(asked).toEqual([0.5, 0.5, 1])
  await threads.close()
})
