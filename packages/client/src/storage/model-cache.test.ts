import { describe, expect, it } from 'vitest'
import { openModelCache } from './model-cache.ts'

const bytes = new Uint8Array([1, 2, 3])

/** Keeps what it is given, like a browser's. */
function fakeStorage(put: (store: Map<string, Response>, key: string, response: Response) => void): CacheStorage {
  const store = new Map<string, Response>()
  const cache = {
    match: async (key: string) => store.get(key)?.clone(),
    put: async (key: string, response: Response) => put(store, key, response),
    delete: async (key: string) => store.delete(key),
  }
  return { open: async () => cache } as unknown as CacheStorage
}

describe('the model cache', () => {
  it('gives back what was put, until it is removed', async () => {
    const cache = await openModelCache(fakeStorage((store, key, response) => void store.set(key, response)))
    await expect(cache.get('a')).resolves.toBeUndefined()
    await cache.put('a', bytes)
    await expect(cache.get('a')).resolves.toEqual(bytes)
    await cache.remove('a')
    await expect(cache.get('a')).resolves.toBeUndefined()
  })

  it('goes without on a full disk', async () => {
    const full = fakeStorage(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const cache = await openModelCache(full)
    await expect(cache.put('a', bytes)).resolves.toBeUndefined()
    await expect(cache.get('a')).resolves.toBeUndefined()
  })

  it('goes without where the very name of the storage is forbidden', async () => {
    const forbidden = {
      configurable: true,
      get: () => {
        throw new DOMException('x', 'SecurityError')
      },
    }
    Object.defineProperty(globalThis, 'caches', forbidden)
    const opened = openModelCache()
    Reflect.deleteProperty(globalThis, 'caches')
    await expect((await opened).get('a')).resolves.toBeUndefined()
  })

  it('goes without what can no longer be read', async () => {
    const gone = { clone: () => ({ arrayBuffer: () => Promise.reject(new DOMException('x', 'NotReadableError')) }) }
    const cache = await openModelCache(fakeStorage((store, key) => void store.set(key, gone as never)))
    await cache.put('a', bytes)
    await expect(cache.get('a')).resolves.toBeUndefined()
  })

  it.each([
    ['no storage at all', undefined],
    ['storage that may not be opened', { open: () => Promise.reject(new DOMException('x', 'SecurityError')) }],
  ])('goes without when there is %s', async (_name, storage) => {
    const cache = await openModelCache(storage as CacheStorage | undefined)
    await cache.put('a', bytes)
    await cache.remove('a')
    await expect(cache.get('a')).resolves.toBeUndefined()
  })
})
