import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGate } from './connection-gate.ts'

test('[MS2] never are more inside than there are places, all who wait in time have their turn, and in the order of coming', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 12 }), async (places, comers) => {
      const gate = createGate({ places, maxWaiting: 100, waitMs: 10_000 })
      const order: number[] = []
      let most = 0
      await Promise.all(
        Array.from({ length: comers }, async (_, i) => {
          const leave = await gate.enter()
          order.push(i)
          most = Math.max(most, gate.inside)
          await sleep(0)
          leave()
          // A place is given back once.
          leave()
        }),
      )
      expect(most).toBe(Math.min(places, comers))
      expect(order).toEqual(Array.from({ length: comers }, (_, i) => i))
      expect([gate.inside, gate.waiting]).toEqual([0, 0])
    }),
    { numRuns: 30 },
  )
})

test('[MS2] who waits too long, or comes when too many wait, is told when to come again and takes no place', async () => {
  const gate = createGate({ places: 1, maxWaiting: 1, waitMs: 20 })
  const leave = await gate.enter()
  const first = gate.enter()
  const overloaded = { code: 'OVERLOADED', details: { retry_after: 1 } }
  await expect(gate.enter()).rejects.toMatchObject(overloaded)
  await expect(first).rejects.toMatchObject(overloaded)
  expect([gate.inside, gate.waiting]).toEqual([1, 0])
  leave()
  ;(await gate.enter())()
  expect(gate.inside).toBe(0)
})
