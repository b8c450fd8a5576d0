import { describe, expect, it } from 'vitest'
import { createKeptFiles, type KeptFile } from './kept-files.ts'

const origin = 'https://shop.example'
const scope = `${origin}/`

/** The Cache API, as far as it is used, of one origin. */
function openStorage() {
  const stores = new Map<string, Map<string, Response>>()
  const open = async (name: string) => {
    const store = stores.get(name) ?? new Map<string, Response>()
    stores.set(name, store)
    return {
      match: async (url: string) => store.get(url)?.clone(),
      put: async (url: string, response: Response) => void store.set(url, response),
      keys: async () => [...store.keys()],
    }
  }
  const keys = async () => [...stores.keys()]
  return {
    stores,
    caches: { open, keys, delete: async (name: string) => stores.delete(name) } as unknown as CacheStorage,
  }
}

/** A site: what it serves by path, and what it was asked for. */
function openSite(served: Record<string, string>) {
  const asked: string[] = []
  const fetchFrom = async (input: string | URL | Request, options: RequestInit = {}) => {
    const url = input instanceof Request ? input.url : String(input)
    asked.push(`${new URL(url).pathname}${options.cache === undefined ? '' : ` ${options.cache}`}`)
    const content = served[new URL(url).pathname]
    if (content === undefined) return new Response(null, { status: 404 })
    // As a browser does: here a file's integrity is its content.
    if (options.integrity !== undefined && options.integrity !== content) throw new TypeError('Failed to fetch')
    return new Response(content)
  }
  return { asked, served, fetch: fetchFrom as typeof fetch }
}

const listOf = (files: Readonly<Record<string, string>>): readonly KeptFile[] =>
  Object.entries(files).map(([path, integrity]) => ({ url: origin + path, integrity }))

const first = { '/': 'page 1', '/app.js': 'app 1' }
const second = { '/': 'page 2', '/app.js': 'app 2' }

const textOf = async (answer: Promise<Response> | undefined): Promise<string | undefined> => (await answer)?.text()

describe('[OF17] the files of a version', () => {
  it('answer for themselves, whatever the query, and for nothing else', async () => {
    const { caches } = openStorage()
    const site = openSite({ ...first })
    const kept = createKeptFiles({ files: listOf(first), scope, caches, fetch: site.fetch })
    await kept.install()
    site.asked.length = 0
    expect(await textOf(kept.answer(new Request(`${origin}/?from=icon`)))).toBe('page 1')
    expect(kept.answer(new Request(`${origin}/v1/sessions`))).toBeUndefined()
    expect(kept.answer(new Request(`${origin}/app.js`, { method: 'POST' }))).toBeUndefined()
    expect(kept.answer(new Request('https://other.example/app.js'))).toBeUndefined()
    expect(site.asked).toEqual([])
  })

  it('are installed all of them, or this version is none and the one before stays as it was', async () => {
    const { caches } = openStorage()
    const site = openSite({ ...first })
    const before = createKeptFiles({ files: listOf(first), scope, caches, fetch: site.fetch })
    await before.install()
    // Half of the next version is there, as while a site is being replaced.
    site.served['/'] = 'page 2'
    const next = createKeptFiles({ files: listOf(second), scope, caches, fetch: site.fetch })
    await expect(next.install()).rejects.toThrow()
    expect(await textOf(before.answer(new Request(`${origin}/`)))).toBe('page 1')
    expect(await textOf(before.answer(new Request(`${origin}/app.js`)))).toBe('app 1')
  })

  it('that came before a connection broke are not fetched again', async () => {
    const { caches } = openStorage()
    const site = openSite({ '/': 'page 1' })
    const kept = createKeptFiles({ files: listOf(first), scope, caches, fetch: site.fetch })
    await expect(kept.install()).rejects.toThrow('404')
    site.served['/app.js'] = 'app 1'
    site.asked.length = 0
    await kept.install()
    expect(site.asked).toEqual(['/app.js'])
  })

  it('pass by what the browser holds of an older version', async () => {
    const { caches } = openStorage()
    const site = openSite({ ...first })
    const stale = (async (input: string, options: RequestInit = {}) => {
      if (options.cache === undefined) throw new TypeError('Failed to fetch')
      return site.fetch(input, options)
    }) as typeof fetch
    const kept = createKeptFiles({ files: listOf(first), scope, caches, fetch: stale })
    await kept.install()
    expect(site.asked.sort()).toEqual(['/ reload', '/app.js reload'])
  })

  it('replace those of the version before, and leave the caches of others alone', async () => {
    const { caches, stores } = openStorage()
    const site = openSite({ ...first })
    await caches.open('mien-models-1')
    await caches.open(`mien-files ${origin}/other/ 1`)
    await createKeptFiles({ files: listOf(first), scope, caches, fetch: site.fetch }).install()
    Object.assign(site.served, second)
    const next = createKeptFiles({ files: listOf(second), scope, caches, fetch: site.fetch })
    await next.install()
    expect(stores.size).toBe(4)
    await next.removeOthers()
    expect([...stores.keys()].slice(0, 2)).toEqual(['mien-models-1', `mien-files ${origin}/other/ 1`])
    expect(stores.size).toBe(3)
    expect(await textOf(next.answer(new Request(`${origin}/app.js`)))).toBe('app 2')
  })

  it('that the browser has thrown away, or cannot read, come from the network', async () => {
    const { caches, stores } = openStorage()
    const site = openSite({ ...first })
    const kept = createKeptFiles({ files: listOf(first), scope, caches, fetch: site.fetch })
    await kept.install()
    stores.clear()
    expect(await textOf(kept.answer(new Request(`${origin}/app.js`)))).toBe('app 1')
    caches.open = () => Promise.reject(new DOMException('the disk', 'UnknownError'))
    expect(await textOf(kept.answer(new Request(`${origin}/app.js`)))).toBe('app 1')
  })
})
