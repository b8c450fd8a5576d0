import { type ErrorCode, MienError } from '@mien/shared/errors'
import { expect, test } from 'vitest'
import type { ImageAnalyser } from '../domain/image-analyser.ts'
import { observeAnalyser, type VisionOutcome } from './observe-analyser.ts'

const file = new Uint8Array(1)

/** Looks at one picture. @returns what was told, in order */
async function tell(analyse: ImageAnalyser['analyse']): Promise<unknown[]> {
  const told: unknown[] = []
  const analyser = observeAnalyser<ImageAnalyser>(
    { analyse, check: async () => {} },
    {
      waits() {
        told.push('waits')
        return (ms) => told.push(ms >= 0 ? 'began' : 'before it came')
      },
      ended: (outcome, ms) => told.push([outcome, ms === null ? 'never ran' : 'ran']),
    },
  )
  await analyser.analyse(file).catch(() => {})
  return told
}

test('[OB2] a picture is told of when it waits, when a thread is at it and when that is over', async () => {
  const done = await tell(async (_file, options) => {
    options?.onBegin?.()
    return { faces: [] }
  })
  expect(done).toEqual(['waits', 'began', ['done', 'ran']])
})

test.each<[ErrorCode, boolean, VisionOutcome]>([
  ['OVERLOADED', false, 'overloaded'],
  ['OVERLOADED', true, 'hung'],
  ['WORKER_CRASHED', true, 'crashed'],
  ['ABORTED', false, 'aborted'],
  ['IMAGE_CORRUPT', true, 'unfit'],
  ['RUNTIME_UNAVAILABLE', true, 'failed'],
])('[OB2] %s, begun: %s, is told as %s', async (code, hasBegun, outcome) => {
  const told = await tell(async (_file, options) => {
    if (hasBegun) options?.onBegin?.()
    throw new MienError(code)
  })
  expect(told).toEqual(['waits', 'began', [outcome, hasBegun ? 'ran' : 'never ran']])
})
