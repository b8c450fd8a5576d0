import { MienError } from '@mien/shared/errors'
import { expect, test } from 'vitest'
import { createLazyVisionPool } from './lazy-vision-pool.ts'
import type { PoolWorker, StartWorker } from './pool-worker.ts'

const nothing = { width: 1, height: 1, faces: [] }
const file = Uint8Array.of(1)

/** Threads that find nothing; the first `failures` of them do not start. */
function counted(failures = 0) {
  const count = { started: 0, closed: 0 }
  const startWorker: StartWorker = async () => {
    if (++count.started <= failures) throw new MienError('MODEL_SOURCE_UNREACHABLE')
    const close = async () => void count.closed++
    const worker: PoolWorker = { alive: true, run: async () => nothing, check: async () => {}, close }
    return worker
  }
  const pool = createLazyVisionPool({ manifestPath: '', pack: 'standard', weightsDirectory: '', size: 1, startWorker })
  return { pool, count }
}

test('no thread starts before the first picture, and one start serves all who come meanwhile', async () => {
  const { pool, count } = counted()
  expect(count.started).toBe(0)
  await Promise.all([pool.analyse(file), pool.analyse(file), pool.check()])
  expect(count.started).toBe(1)
  await pool.close()
  expect(count.closed).toBe(1)
})

test('a start that fails says why, and the next request tries again', async () => {
  const { pool } = counted(2)
  await expect(pool.check()).rejects.toMatchObject({ code: 'MODEL_SOURCE_UNREACHABLE' })
  await expect(pool.analyse(file)).rejects.toMatchObject({ code: 'MODEL_SOURCE_UNREACHABLE' })
  await expect(pool.analyse(file)).resolves.toBe(nothing)
})

test('closed while it starts: the thread ends, and later requests are refused', async () => {
  const { pool, count } = counted()
  const started = pool.check()
  await pool.close()
  await started
  expect(count.closed).toBe(1)
  await expect(pool.analyse(file)).rejects.toMatchObject({ code: 'OVERLOADED' })
})

test('closed without ever having started: nothing starts', async () => {
  const { pool, count } = counted()
  await pool.close()
  expect(count.started).toBe(0)
})
