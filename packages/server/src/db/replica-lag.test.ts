import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReplicaLag } from './replica-lag.ts'

test('[MS12] what a standby is said to be behind is never less than it is', () => {
  const step = fc.record({
    ms: fc.integer({ min: 1, max: 2000 }),
    bytes: fc.integer({ min: 0, max: 100 }),
    replays: fc.integer({ min: 0, max: 150 }),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const lag = createReplicaLag()
      /** When each byte was written. */
      const writtenAt: number[] = []
      let [now, replayed] = [0, 0]
      for (const { ms, bytes, replays } of steps) {
        now += ms
        for (let i = 0; i < bytes; i++) writtenAt.push(now)
        replayed = Math.min(writtenAt.length, replayed + replays)
        lag.note(now, BigInt(writtenAt.length), BigInt(replayed))
        const oldestMissing = writtenAt[replayed]
        const real = oldestMissing === undefined ? 0 : now - oldestMissing
        expect(lag.lagMs(now)).toBeGreaterThanOrEqual(real)
        if (oldestMissing === undefined) expect(lag.lagMs(now)).toBe(0)
      }
    }),
  )
})

test('[MS12] nothing is known of what is no standby, or cannot be asked, and what was known grows old', () => {
  const lag = createReplicaLag()
  expect(lag.lagMs(0)).toBe(Number.POSITIVE_INFINITY)
  lag.note(1000, 50n, 50n)
  expect([lag.lagMs(1000), lag.lagMs(4000)]).toEqual([0, 3000])
  lag.note(5000, 60n, 55n)
  expect(lag.lagMs(5000)).toBe(4000)
  lag.note(6000, 60n, 60n)
  expect(lag.lagMs(6000)).toBe(0)
  lag.lose()
  expect(lag.lagMs(6000)).toBe(Number.POSITIVE_INFINITY)
  lag.note(7000, 60n, null)
  expect(lag.lagMs(7000)).toBe(Number.POSITIVE_INFINITY)
})
