/** Keeps model files between visits, by hash. Never fails: a browser without storage just fetches again. */
export interface ModelCache {
  get(sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  put(sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  remove(sha256: string): Promise<void>
}

const cacheName = 'mien-models-1'

/** The Cache API wants addresses; these are names only and are never fetched. */
const keyOf = (sha256: string): string => new URL(`/mien-models/${sha256}`, 'https://mien.invalid').href

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
    async get(sha256) {
      const found = await cache.match(keyOf(sha256)).catch(() => undefined)
      const bytes = await found?.arrayBuffer().catch(() => undefined)
      return bytes && new Uint8Array(bytes)
    },
    async put(sha256, bytes) {
      // A full disk costs the next visit a download, nothing else.
      await cache.put(keyOf(sha256), new Response(bytes)).catch(() => undefined)
    },
    async remove(sha256) {
      await cache.delete(keyOf(sha256)).catch(() => undefined)
    },
  }
}
