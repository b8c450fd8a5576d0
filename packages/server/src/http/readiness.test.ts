import { expect, test } from 'vitest'
import { createReadiness } from './readiness.ts'

test('[MS10] a server is ready while it takes requests and its database answers in time', async () => {
  let isAccepting = true
  let check = () => Promise.resolve()
  const isReady = createReadiness({ isAccepting: () => isAccepting, check: () => check(), maxMs: 20 })
  expect(await isReady()).toBe(true)
  check = () => Promise.reject(new Error('away'))
  expect(await isReady()).toBe(false)
  check = () => new Promise(() => {})
  expect(await isReady()).toBe(false)
  check = () => Promise.resolve()
  expect(await isReady()).toBe(true)
  isAccepting = false
  expect(await isReady()).toBe(false)
})

test('[MS10] a stop that comes while the database is asked is seen', async () => {
  let isAccepting = true
  const isReady = createReadiness({
    isAccepting: () => isAccepting,
    check: async () => {
      isAccepting = false
    },
  })
  expect(await isReady()).toBe(false)
})

test('[MS10] those who ask at once cost one look', async () => {
  let looks = 0
  const isReady = createReadiness({
    isAccepting: () => true,
    check: async () => {
      looks++
    },
  })
  expect(await Promise.all(Array.from({ length: 50 }, isReady))).toEqual(Array.from({ length: 50 }, () => true))
  expect(looks).toBe(1)
})
