import { expect, test } from 'vitest'
import { createRateLimiter } from './rate-limit.ts'

const limited = { code: 'RATE_LIMITED' }

test('[ER7] a bucket empties, says how long to wait, and fills again with time', async () => {
  let now = 0
  const limiter = createRateLimiter(60, () => now)
  for (let i = 0; i < 60; i++) await limiter.take('a')
  await expect(limiter.take('a')).rejects.toMatchObject({ details: { retry_after: 1 } })
  await limiter.take('b')
  now = 1000
  await limiter.take('a')
  await expect(limiter.take('a')).rejects.toMatchObject(limited)
  now = 600_000
  for (let i = 0; i < 60; i++) await limiter.take('a')
  await expect(limiter.take('a')).rejects.toMatchObject(limited)
})

test('[ER7] whoever asks again and again while there is nothing gets in as soon as there is', async () => {
  let now = 0
  const limiter = createRateLimiter(10, () => now)
  for (let i = 0; i < 10; i++) await limiter.take('a')
  for (now = 1000; now < 6000; now += 1000) await expect(limiter.take('a')).rejects.toMatchObject(limited)
  now = 6001
  await limiter.take('a')
})
