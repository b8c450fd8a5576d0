import { encodeHex } from '@mien/shared/bytes'

/** A file as a build made it. */
export interface KeptFile {
  /** Absolute, without a query. */
  readonly url: string
  /** Subresource Integrity, https://www.w3.org/TR/SRI/: what comes is this, or nothing. */
  readonly integrity: string
}

export interface KeptFilesOptions {
  readonly files: readonly KeptFile[]
  /** Address of the service worker's scope: caches belong to the origin, and another scope's are not ours. */
  readonly scope: string
  readonly caches: CacheStorage
  readonly fetch: typeof fetch
}

/** The files of one version, which a page gets from nowhere else (OF17). */
export interface KeptFiles {
  /** @throws what fetching failed with, also for a file that is not the one that was listed: then this version is none */
  install(): Promise<void>
  /** Forgets every other version. */
  removeOthers(): Promise<void>
  /** Undefined: it is not one of ours, and nobody's business here. */
  answer(request: Request): Promise<Response> | undefined
}

/** The runtime alone is 14 MB: what was fetched before a connection broke is there for the next attempt. */
const atOnce = 4

export function createKeptFiles({ files, scope, caches, fetch }: KeptFilesOptions): KeptFiles {
  const known = new Map(files.map((file) => [file.url, file]))
  const prefix = `mien-files ${scope} `
  const name = nameOfVersion(files).then((version) => prefix + version)
  const open = async () => caches.open(await name)

  async function keep(cache: Cache, file: KeptFile): Promise<void> {
    if ((await cache.match(file.url)) === undefined) await cache.put(file.url, await fetchListed(fetch, file))
  }

  const find = async ({ url }: KeptFile): Promise<Response | undefined> => {
    const cache = await open().catch(() => undefined)
    return cache?.match(url).catch(() => undefined)
  }

  return {
    async install() {
      const cache = await open()
      const waiting = [...known.values()]
      const next = async (): Promise<void> => {
        const file = waiting.shift()
        if (file === undefined) return
        await keep(cache, file)
        return next()
      }
      await Promise.all(Array.from({ length: atOnce }, next))
      // An older version that took over meanwhile has removed it.
      if ((await (await open()).keys()).length < known.size) throw new Error('The files were removed while they came')
    },
    async removeOthers() {
      const own = await name
      const others = (await caches.keys()).filter((each) => each.startsWith(prefix) && each !== own)
      await Promise.all(others.map((each) => caches.delete(each)))
    },
    answer(request) {
      const file = request.method === 'GET' ? known.get(withoutQuery(request.url)) : undefined
      // What the browser has thrown away, or cannot read, is asked for as if nobody were here.
      return file && find(file).then((found) => found ?? fetch(request))
    },
  }
}

const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '')

/** The same files make the same version. */
async function nameOfVersion(files: readonly KeptFile[]): Promise<string> {
  const lines = files.map(({ url, integrity }) => `${integrity} ${url}`).sort()
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(lines.join('\n')))
  return encodeHex(new Uint8Array(digest)).slice(0, 32)
}

/** What a browser's HTTP cache holds may be older than the list: then it is passed by. */
async function fetchListed(fetchFrom: typeof fetch, { url, integrity }: KeptFile): Promise<Response> {
  const options = { integrity, mode: 'cors', credentials: 'same-origin', redirect: 'error' } as const
  const response = await fetchFrom(url, options).catch(() => fetchFrom(url, { ...options, cache: 'reload' }))
  if (!response.ok) throw new Error(`${url} cannot be fetched: ${response.status}`)
  return response
}
