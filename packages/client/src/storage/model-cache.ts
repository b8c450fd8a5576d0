/** Keeps model files between visits by their hash, and what names them. Never fails: a browser without storage just fetches again. */
export interface ModelCache {
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  remove(name: string): Promise<void>
}

const cacheName = 'mien-models-1'

/** The Cache API wants addresses; these are names only and are never fetched. */
const keyOf = (name: string): string => new URL(`/mien-models/${encodeURIComponent(name)}`, 'https://mien.invalid').href

const noCache: ModelCache = {
  get: async () => undefined,
  put: async () => undefined,
  remove: async () => undefined,
}

/** Absent outside secure contexts; in a sandboxed frame the name alone throws. */
function findStorage(): CacheStorage | undefined {
  try {
    return globalThis.caches
  } catch {
    return undefined
  }
}

/** @param storage opening it can be refused in private windows and by policy */
export async function openModelCache(storage: CacheStorage | undefined = findStorage()): Promise<ModelCache> {
  const cache = await storage?.open(cacheName).catch(() => undefined)
  if (cache === undefined) return noCache
  return {
    async get(name) {
      const found = await cache.match(keyOf(name)).catch(() => undefined)
      const bytes = await found?.arrayBuffer().catch(() => undefined)
      return bytes && new Uint8Array(bytes)
    },
    async put(name, bytes) {
      // A full disk costs the next visit a download, nothing else.
      await cache.put(keyOf(name), new Response(bytes)).catch(() => undefined)
    },
    async remove(name) {
      await cache.delete(keyOf(name)).catch(() => undefined)
    },
  }
}
