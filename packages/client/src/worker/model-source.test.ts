import { createHash } from 'node:crypto'
import type { ModelFile } from '@mien/shared/vision/manifest'
import { describe, expect, it } from 'vitest'
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

function sourceOf(answer: (url: string) => Response | Promise<Response>, signal = new AbortController().signal) {
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
    fetch: async (url) => {
      urls.push(String(url))
      return answer(String(url))
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
