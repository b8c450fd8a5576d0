import { describe, expect, it } from 'vitest'
import { chooseBackend, chooseThreads } from './choose-backend.ts'

const hardware = { adapter: { isFallbackAdapter: false } }
const software = { adapter: { isFallbackAdapter: true } }
const none = { adapter: null }

describe('the backend', () => {
  it.each([
    ['auto', false, hardware, 'webgpu'],
    ['auto', false, software, 'wasm'],
    ['auto', true, software, 'webgpu'],
    ['auto', true, none, 'wasm'],
    ['webgpu', false, hardware, 'webgpu'],
    ['webgpu', false, software, 'wasm'],
    ['webgpu', false, none, 'wasm'],
    ['wasm', true, hardware, 'wasm'],
  ] as const)('%s, software allowed %s, adapter %o: %s', (backend, allowSoftwareWebGpu, facts, expected) => {
    expect(chooseBackend({ backend, allowSoftwareWebGpu }, facts)).toBe(expected)
  })

  it.each([
    [false, 8, undefined, 1],
    [true, 2, undefined, 2],
    [true, 16, undefined, 4],
    [true, 16, 1, 1],
    [true, Number.NaN, undefined, 1],
  ] as const)('threads: isolated %s, %d cores, at most %s: %d', (crossOriginIsolated, cores, maxThreads, expected) => {
    expect(chooseThreads({ crossOriginIsolated, cores }, maxThreads)).toBe(expected)
  })
})
