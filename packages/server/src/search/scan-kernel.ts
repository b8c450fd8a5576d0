import { decodeBase64Url } from '@mien/shared/bytes'
import { kernelBytes } from './kernel-bytes.ts'

/** What `kernel.wat` exports, over one memory. Addresses in bytes; what each function does is said there. */
export interface ScanKernel {
  scan(
    scales: number,
    tiles: number,
    count: number,
    dimension: number,
    query: number,
    scores: number,
    places: number,
    keep: number,
    base: number,
  ): void
  /** @returns the scale; infinity or NaN, and nothing is written, when some component is not finite */
  quantise(input: number, row: number, dimension: number, lost: number): number
  /** @returns 1 when all are finite, otherwise 0 */
  widen(halves: number, output: number, dimension: number): number
  clear(row: number, dimension: number): void
  read(at: number, bytes: number): number
}

/** `WebAssembly.Memory` that threads share. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer
}

/** `WebAssembly.Module`: sent to a thread as it is. */
export type KernelModule = object

/** The part of the host's own interface that is used here. */
interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => KernelModule
  readonly Instance: new (module: KernelModule, imports: object) => { readonly exports: object }
  readonly Memory: new (options: { initial: number; maximum: number; shared: true }) => SharedMemory
}

const host = (globalThis as unknown as { readonly WebAssembly: WebAssemblyHost }).WebAssembly

const pageBytes = 65_536

export const compileKernel = (): KernelModule => new host.Module(decodeBase64Url(kernelBytes))

export const openKernel = (module: KernelModule, memory: SharedMemory): ScanKernel =>
  new host.Instance(module, { scan: { memory } }).exports as ScanKernel

/** Zeros. What nobody writes to takes no memory of the machine. @throws RangeError when there is no room */
export function openMemory(bytes: number): SharedMemory {
  const pages = Math.ceil(bytes / pageBytes)
  return new host.Memory({ initial: pages, maximum: pages, shared: true })
}
