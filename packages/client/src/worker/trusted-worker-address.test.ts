import { afterEach, expect, test, vi } from 'vitest'

/** The browser's own, as far as it matters: a policy of a name is made once, and what it gives is no text. */
const trustedTypes = {
  made: [] as string[],
  createPolicy(name: string, { createScriptURL }: { createScriptURL(url: string): string }) {
    if (trustedTypes.made.includes(name)) throw new TypeError('There is a policy of this name')
    trustedTypes.made.push(name)
    return { createScriptURL: (url: string) => ({ trusted: createScriptURL(url) }) }
  },
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
  trustedTypes.made.length = 0
})

const load = async () => (await import('./trusted-worker-address.ts')).trustedWorkerAddress

test('WEB-01: without Trusted Types an address is a text', async () => {
  const trust = await load()
  expect(trust('https://face.example/vision-worker.js')).toBe('https://face.example/vision-worker.js')
})

test('WEB-01: one policy, of one name, takes the address of a worker and nothing else', async () => {
  vi.stubGlobal('trustedTypes', trustedTypes)
  const trust = await load()
  for (const url of [
    'https://face.example/vision-worker.js',
    'blob:https://shop.example/1',
    'https://a.example/w.mjs',
  ]) {
    expect(trust(url)).toEqual({ trusted: url })
  }
  for (const url of ['data:text/javascript,1', 'https://a.example/upload', 'javascript:1']) {
    expect(() => trust(url)).toThrow(TypeError)
  }
  expect(trustedTypes.made).toEqual(['mien-worker'])
})
