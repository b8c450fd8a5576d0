import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { abortWith } from './abort-with.ts'

describe('a call', () => {
  it("ends with the page's signal, also one that has fired already, or by itself", () => {
    const page = new AbortController()
    const [ended, alone] = [abortWith(page.signal), abortWith(undefined)]
    page.abort('left')
    expect(ended.signal.reason).toBe('left')
    expect(abortWith(page.signal).signal.aborted).toBe(true)
    alone.abort()
    expect(alone.signal.aborted).toBe(true)
  })

  it("that is over leaves nothing on the page's signal", () => {
    const { signal } = new AbortController()
    for (let i = 0; i < 3; i++) abortWith(signal).forget()
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
