import { afterEach, expect, test, vi } from 'vitest'
import { openRecords } from './open-records.ts'

afterEach(() => vi.unstubAllGlobals())

const opensWith = (error: unknown) =>
  vi.stubGlobal('indexedDB', {
    open() {
      throw error
    },
  })

test.each(['SecurityError', 'InvalidStateError'])(
  'a browser that keeps nothing (%s) has the page remember',
  async (name) => {
    opensWith(new DOMException('refused', name))
    expect((await openRecords('place')).isKept).toBe(false)
  },
)

test('a browser without a store has the page remember', async () => {
  vi.stubGlobal('indexedDB', undefined)
  expect((await openRecords('place')).isKept).toBe(false)
})

test.each([
  ['UnknownError', 'BROWSER_UNSUPPORTED'],
  ['QuotaExceededError', 'STORAGE_FULL'],
])('a store that does not open this time (%s) is not taken for an empty one', async (name, code) => {
  opensWith(new DOMException('not now', name))
  await expect(openRecords('place')).rejects.toMatchObject({ code })
})
