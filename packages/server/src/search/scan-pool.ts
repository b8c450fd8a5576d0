import type { VectorBlock } from './vector-block.ts'

/** Where a block's memory comes from: one limit for many blocks. */
export interface BlockAllowance {
  /** @throws MienError OVERLOADED when there is no more */
  take(bytes: number): void
  give(bytes: number): void
}

export interface BlockOptions {
  /** Components of each vector: a multiple of 16, 16 to 4,096. */
  readonly dimension: number
  /** Vectors that are expected: memory is put aside for them at once. It grows beyond. */
  readonly expected: number
  /** Default: no limit. */
  readonly allowance?: BlockAllowance
}

/** Threads that search blocks. */
export interface ScanPool {
  /** @throws MienError OVERLOADED when the allowance, or the machine, has no memory for it; TEMPLATE_DIMENSION */
  createBlock(options: BlockOptions): VectorBlock
  /** Ends the threads. What is pending is rejected with OVERLOADED, and so is whatever is asked later. */
  close(): Promise<void>
}

export interface ScanPoolOptions {
  /** Default: the processor's cores less one, 1 to 4. */
  readonly threads?: number
  /** Searches that may wait for a thread. Default 256. */
  readonly maxWaiting?: number
}
