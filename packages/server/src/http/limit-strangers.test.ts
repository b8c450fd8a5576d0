import { expect, test } from 'vitest'
import { limitStrangers } from './limit-strangers.ts'
import { createRateLimiter } from './rate-limit.ts'

const limited = { code: 'RATE_LIMITED' }
const fail = () => Promise.reject(new Error('no key'))

test('[FA8] what fails is counted for each client, what ends well is not', async () => {
  const run = limitStrangers({ limiter: createRateLimiter(2), atOnce: 9 })
  for (let i = 0; i < 5; i++) expect(await run('a', async () => i)).toBe(i)
  for (let i = 0; i < 2; i++) await expect(run('a', fail)).rejects.toThrow('no key')
  await expect(run('a', async () => 1)).rejects.toMatchObject(limited)
  expect(await run('b', async () => 1)).toBe(1)
})

test('[FA8] what is under way counts, for one client and for all', async () => {
  const run = limitStrangers({ limiter: createRateLimiter(2), atOnce: 3 })
  let end = () => {}
  const long = new Promise<void>((resolve) => {
    end = resolve
  })
  const running = ['a', 'a', 'b'].map((client) => run(client, () => long))
  await expect(run('a', fail)).rejects.toMatchObject(limited)
  await expect(run('c', fail)).rejects.toMatchObject({ code: 'OVERLOADED' })
  // Who was turned away because of others has lost no try.
  for (let i = 0; i < 3; i++) await expect(run('c', fail)).rejects.toMatchObject({ code: 'OVERLOADED' })
  end()
  await Promise.all(running)
  expect(await run('a', async () => 1)).toBe(1)
  expect(await run('c', async () => 1)).toBe(1)
})
