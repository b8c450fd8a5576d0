import { afterEach, expect, test, vi } from 'vitest'
import { runAloneUnder, runUnlessRunning } from './locks.ts'

const refusing = { locks: { request: () => Promise.reject(new DOMException('refused', 'SecurityError')) } }

afterEach(() => vi.unstubAllGlobals())

test.each([
  ['has no locks', {}, true],
  ['refuses them with its storage', refusing, false],
] as const)('a page whose browser %s does one thing after the other', async (_, navigator, isShared) => {
  vi.stubGlobal('navigator', navigator)
  const alone = runAloneUnder('place', isShared)
  const done: string[] = []
  const first = alone(async () => {
    await Promise.resolve()
    done.push('first')
    throw new Error('first failed')
  })
  const meanwhile = runUnlessRunning('place', isShared, async () => done.push('meanwhile'))
  const second = alone(async () => done.push('second'))
  await expect(first).rejects.toThrow('first failed')
  expect(await meanwhile).toBeUndefined()
  await second
  expect(done).toEqual(['first', 'second'])
  expect(await runUnlessRunning('place', isShared, async () => 'later')).toBe('later')
})
