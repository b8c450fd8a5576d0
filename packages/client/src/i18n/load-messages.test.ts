import { afterEach, expect, it, vi } from 'vitest'
import { en } from './en.ts'
import { ja } from './ja.ts'
import { loadMessages } from './load-messages.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('CE70: only the chosen language is fetched, and English not at all', async () => {
  const load = vi.fn(async () => ja)
  expect(await loadMessages(['ja-JP', 'de'], load)).toBe(ja)
  expect(load.mock.calls).toEqual([['ja']])
  expect(await loadMessages(['en-GB', 'ja'], load)).toBe(en)
  expect(load).toHaveBeenCalledOnce()
})

it('CE70: words that cannot be fetched are said in English instead', async () => {
  expect(await loadMessages(['ja'], () => Promise.reject(new TypeError('Failed to fetch')))).toBe(en)
})

it('CE70: words that do not arrive are not waited for', async () => {
  vi.useFakeTimers()
  const messages = loadMessages(['ja'], () => new Promise(() => undefined))
  await vi.advanceTimersByTimeAsync(4000)
  expect(await messages).toBe(en)
  expect(vi.getTimerCount()).toBe(0)
})

it('nothing is left running once the words are there', async () => {
  vi.useFakeTimers()
  await loadMessages(['ja'], async () => ja)
  expect(vi.getTimerCount()).toBe(0)
})
