import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keepPage } from '../../examples/attendance-pwa/page/service-worker-client.ts'

const reload = vi.fn()
let workers: EventTarget & { controller: object | null; register: () => Promise<unknown> }

beforeEach(() => {
  vi.useFakeTimers()
  reload.mockClear()
  workers = Object.assign(new EventTarget(), { controller: null, register: async () => ({}) })
  vi.stubGlobal('navigator', { serviceWorker: workers })
  vi.stubGlobal('location', { reload })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const takeOver = (): boolean => workers.dispatchEvent(new Event('controllerchange'))

it('[OF17] a page that was there before its first service worker goes on, and takes the files of each later version', async () => {
  await keepPage(() => true)
  takeOver()
  expect(reload).not.toHaveBeenCalled()
  takeOver()
  expect(reload).toHaveBeenCalledOnce()
})

it('[OF17] a page takes the files of a new version once nobody is at the desk, also where another tab let it take over', async () => {
  workers.controller = {}
  const isIdle = vi.fn(() => false)
  await keepPage(isIdle)
  takeOver()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(reload).not.toHaveBeenCalled()
  isIdle.mockReturnValue(true)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(reload).toHaveBeenCalledOnce()
})
