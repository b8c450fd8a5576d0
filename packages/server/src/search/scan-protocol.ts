import type { KernelModule, SharedMemory } from './scan-kernel.ts'
import type { ScanFound, ScanJob } from './segment-scan.ts'

export interface ScanWorkerData {
  readonly module: KernelModule
  /** Its scratch area in each arena. */
  readonly slot: number
}

export interface ScanRequest {
  /** Arenas that the thread has not seen yet. */
  readonly arenas: readonly { readonly number: number; readonly memory: SharedMemory }[]
  readonly job: ScanJob
}

export type ScanReply = ScanFound
