import { expect, test } from 'vitest'
import { createRateLimiter } from './rate-limit.ts'

const limited = expect.objectContaining({ code: 'RATE_LIMITED' })

test('[ER7] a bucket empties, says how long to wait, and fills again with time', () => {
  let now = 0
  const limiter = createRateLimiter(60, () => now)
  for (let i = 0; i < 60; i++) limiter.take('a')
  expect(() => limiter.take('a')).toThrow(expect.objectContaining({ details: { retry_after: 1 } }))
  limiter.take('b')
  now = 1000
  limiter.take('a')
  expect(() => limiter.take('a')).toThrow(limited)
  now = 600_000
  for (let i = 0; i < 60; i++) limiter.take('a')
  expect(() => limiter.take('a')).toThrow(limited)
})
