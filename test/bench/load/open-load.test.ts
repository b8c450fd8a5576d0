import { expect, test } from 'vitest'
import { SendFailure } from './http-sender.ts'
import { openLoad } from './open-load.ts'
import type { SignIn } from './sign-ins.ts'

const signIn = (work: () => void | Promise<void>): SignIn => ({
  async run(tell) {
    await work()
    tell('session', 1)
    tell('challenge', 2)
    tell('submission', 3)
  },
})

const stallMs = 60

test('a sign-in that could not be sent when it was due counts the time that it waited', async () => {
  const stall = () => {
    const until = performance.now() + stallMs
    while (performance.now() < until);
  }
  const quick = Array.from({ length: 19 }, () => signIn(() => {}))
  const { whole, signIns, failed } = await openLoad([signIn(stall), ...quick], 1000)
  expect({ signIns, failed }).toEqual({ signIns: 20, failed: 0 })
  // All were due within twenty milliseconds.
  expect(whole.p50).toBeGreaterThan(stallMs - 25)
})

test('whoever fails is counted under the reason, and is not among the times', async () => {
  const refused = signIn(() => {
    throw new SendFailure('503 OVERLOADED')
  })
  const figures = await openLoad([refused, refused, signIn(() => {})], 1000)
  expect(figures.failed).toBe(2)
  expect([...figures.failures]).toEqual([['503 OVERLOADED', 2]])
  expect(figures.steps.submission.p99).toBeCloseTo(3, 2)
})

test('what is no answer of a server ends the load', async () => {
  const broken = signIn(() => {
    throw new TypeError('a mistake')
  })
  await expect(openLoad([broken], 1000)).rejects.toThrow('a mistake')
})
