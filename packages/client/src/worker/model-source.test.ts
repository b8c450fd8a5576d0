import { createHash } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import type { ModelFile } from '@mien/shared/vision/manifest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ModelCache } from '../storage/model-cache.ts'
import { createModelSource } from './model-source.ts'

const content = new Uint8Array([1, 2, 3, 4, 5])
const sha256 = createHash('sha256').update(content).digest('hex')
const file = { id: 'model', role: 'tracker', bytes: 5, sha256 } as ModelFile

function memoryCache(): ModelCache & { readonly kept: Map<string, Uint8Array<ArrayBuffer>> } {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    kept,
    get: async (key) => kept.get(key),
    put: async (key, bytes) => void kept.set(key, bytes),
    remove: async (key) => void kept.delete(key),
  }
}

type Answer = (url: string, signal: AbortSignal) => Response | Promise<Response>

function sourceOf(answer: Answer, signal = new AbortController().signal) {
  const urls: string[] = []
  const cache = memoryCache()
  let loaded = 0
  const source = createModelSource({
    endpoint: 'https://face.example/sub',
    cache,
    signal,
    onBytes: (bytes) => {
      loaded += bytes
    },
    fetch: async (url, init) => {
      urls.push(String(url))
      return answer(String(url), init!.signal!)
    },
  })
  return { source, cache, urls, loaded: () => loaded }
}

describe('models', () => {
  it('come from the server by hash once, then from the cache', async () => {
    const { source, urls, loaded } = sourceOf(() => new Response(content))
    await expect(source.readModel(file)).resolves.toEqual(content)
    await expect(source.readModel(file)).resolves.toEqual(content)
    expect(urls).toEqual([`https://face.example/sub/models/${sha256}`])
    expect(loaded()).toBe(10)
  })

  it('are fetched again when what is in the cache is not what it should be', async () => {
    const { source, cache, urls } = sourceOf(() => new Response(content))
    cache.kept.set(sha256, new Uint8Array([9, 9, 9, 9, 9]))
    await expect(source.readModel(file)).resolves.toEqual(content)
    expect(urls).toHaveLength(1)
    expect(cache.kept.get(sha256)).toEqual(content)
  })

  it.each([
    ['other bytes', () => new Response(new Uint8Array(5)), 'MODEL_HASH_MISMATCH'],
    ['too many bytes', () => new Response(new Uint8Array(6)), 'MODEL_HASH_MISMATCH'],
    ['too few bytes', () => new Response(new Uint8Array(4)), 'MODEL_SOURCE_UNREACHABLE'],
    ['an error', () => new Response('no', { status: 500 }), 'MODEL_SOURCE_UNREACHABLE'],
    ['no network', () => Promise.reject(new TypeError('failed to fetch')), 'MODEL_SOURCE_UNREACHABLE'],
  ])('are refused when the answer is %s, and not kept', async (_name, answer, code) => {
    const { source, cache } = sourceOf(answer)
    await expect(source.readModel(file)).rejects.toMatchObject({ code })
    expect(cache.kept.size).toBe(0)
  })

  describe('that stop on the way', () => {
    afterEach(() => vi.useRealTimers())
    const silence = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

    it.each<[string, Answer]>([
      ['before the first byte', (_url, signal) => silence(signal)],
      [
        'after some bytes',
        (_url, signal) => {
          const start = (controller: ReadableStreamDefaultController) => {
            controller.enqueue(content.slice(0, 2))
            signal.addEventListener('abort', () => controller.error(signal.reason))
          }
          return new Response(new ReadableStream({ start }))
        },
      ],
    ])('%s are MODEL_SOURCE_UNREACHABLE after 30 s without a byte', async (_name, answer) => {
      vi.useFakeTimers()
      const { source, cache } = sourceOf(answer)
      let code: string | undefined
      const reading = source.readModel(file).catch((error) => {
        code = error.code
      })
      await vi.advanceTimersByTimeAsync(29_000)
      expect(code).toBeUndefined()
      await vi.advanceTimersByTimeAsync(2000)
      await reading
      expect(code).toBe('MODEL_SOURCE_UNREACHABLE')
      expect(cache.kept.size).toBe(0)
    })

    it('and go on in time are whole, and leave no timer behind', async () => {
      vi.useFakeTimers()
      const { source } = sourceOf(() => {
        const pull = async (controller: ReadableStreamDefaultController, at = 0) => {
          if (at === content.length) return controller.close()
          controller.enqueue(content.slice(at, at + 1))
          setTimeout(() => pull(controller, at + 1), 25_000)
        }
        return new Response(new ReadableStream({ start: (controller) => void pull(controller) }))
      })
      const reading = source.readModel(file)
      await vi.advanceTimersByTimeAsync(130_000)
      await expect(reading).resolves.toEqual(content)
      expect(vi.getTimerCount()).toBe(0)
    })

    it('because nobody waits any more are told as that', async () => {
      const controller = new AbortController()
      const { source } = sourceOf((_url, signal) => silence(signal), controller.signal)
      const reading = source.readPack('standard')
      controller.abort(new MienError('ABORTED'))
      await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
    })
  })

  it.each([
    ['not JSON', 'x'],
    ['null', 'null'],
    ['without files', '{"packs":{}}'],
  ])('need a manifest; one that is %s is MODEL_MANIFEST_INVALID', async (_name, text) => {
    const { source } = sourceOf(() => new Response(text))
    await expect(source.readPack('standard')).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' })
  })

  it('say MODEL_PACK_UNKNOWN for a pack that the server does not have', async () => {
    const { source } = sourceOf(() => new Response('{"packs":{},"files":[]}'))
    await expect(source.readPack('other')).rejects.toMatchObject({ code: 'MODEL_PACK_UNKNOWN' })
  })
})

describe('the manifest', () => {
  const manifestOf = (hashes: readonly string[]) => ({
    version: 1,
    packs: {},
    files: hashes.map((each) => ({ id: each, sha256: each })),
  })
  const readWith = async (cache: ModelCache, answer: Answer) => {
    const source = createModelSource({
      endpoint: 'https://face.example/',
      cache,
      signal: new AbortController().signal,
      onBytes: () => undefined,
      fetch: async (url, init) => answer(String(url), init!.signal!),
    })
    // There is no such pack: which error it is tells whether there was a manifest.
    const error = await source.readPack('none').catch((each) => each)
    return (error as MienError).code
  }

  it('is what the server said last, where it cannot be reached', async () => {
    const cache = memoryCache()
    const offline = () => {
      throw new TypeError('Failed to fetch')
    }
    expect(await readWith(cache, offline)).toBe('MODEL_SOURCE_UNREACHABLE')
    expect(await readWith(cache, () => Response.json(manifestOf([])))).toBe('MODEL_PACK_UNKNOWN')
    expect(await readWith(cache, offline)).toBe('MODEL_PACK_UNKNOWN')
    expect(await readWith(cache, () => new Response('', { status: 502 }))).toBe('MODEL_PACK_UNKNOWN')
    const whatAProxySays = '<h1>We will be back soon</h1>'
    expect(await readWith(cache, () => new Response(whatAProxySays))).toBe('MODEL_PACK_UNKNOWN')
  })

  it('takes along the files that it no longer names, and none that it never named', async () => {
    const cache = memoryCache()
    for (const name of ['old', 'same', 'of another server']) cache.kept.set(name, content)
    await readWith(cache, () => Response.json(manifestOf(['old', 'same'])))
    await readWith(cache, () => Response.json(manifestOf(['same', 'new'])))
    expect([...cache.kept.keys()].filter((name) => !name.startsWith('manifest'))).toEqual(['same', 'of another server'])
  })
})
