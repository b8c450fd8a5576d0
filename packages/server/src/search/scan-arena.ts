import { type KernelModule, openKernel, type ScanKernel, type SharedMemory } from './scan-kernel.ts'

/** One shared memory as one thread sees it. Nothing grows: the views stay. */
export interface ScanArena {
  readonly memory: SharedMemory
  readonly kernel: ScanKernel
  readonly bytes: Uint8Array
  readonly octets: Int8Array
  readonly halfwords: Int16Array
  readonly words: Int32Array
  readonly floats: Float32Array
}

export function openArena(module: KernelModule, memory: SharedMemory): ScanArena {
  const { buffer } = memory
  return {
    memory,
    kernel: openKernel(module, memory),
    bytes: new Uint8Array(buffer),
    octets: new Int8Array(buffer),
    halfwords: new Int16Array(buffer),
    words: new Int32Array(buffer),
    floats: new Float32Array(buffer),
  }
}
