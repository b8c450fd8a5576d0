import type { Backend, LoadOptions } from './protocol.ts'

export interface BackendFacts {
  /** null: the browser has no WebGPU or no adapter for us. */
  readonly adapter: { readonly isFallbackAdapter: boolean } | null
}

/**
 * WebGPU only on real hardware: a software adapter is 50 to 200 times slower than WebAssembly.
 * Asking for `webgpu` by name does not change that; only the test override does.
 */
export function chooseBackend(
  { backend, allowSoftwareWebGpu }: Pick<LoadOptions, 'backend' | 'allowSoftwareWebGpu'>,
  { adapter }: BackendFacts,
): Backend {
  if (backend === 'wasm' || adapter === null) return 'wasm'
  return adapter.isFallbackAdapter && !allowSoftwareWebGpu ? 'wasm' : 'webgpu'
}

export interface ThreadFacts {
  readonly crossOriginIsolated: boolean
  readonly cores: number
}

/** More threads than cores are slower than one; past four the small networks gain nothing. */
export function chooseThreads({ crossOriginIsolated, cores }: ThreadFacts, maxThreads = 4): number {
  if (!crossOriginIsolated) return 1
  return Math.max(1, Math.min(4, maxThreads, Math.floor(cores) || 1))
}
