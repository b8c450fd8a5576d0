/** The most that one search finds. */
export const mostHits = 1024

/** A vector of a block that is near to what was asked for. */
export interface ScanHit {
  /** As it was put: a UUID in lower case, with dashes. */
  readonly id: string
  /** Approximate cosine. A hint: whoever decides anything by it scores the stored vectors of the best again. */
  readonly score: number
}

/** Unit vectors in shared memory, one byte a component, that threads search. */
export interface VectorBlock {
  /** Components of each vector. */
  readonly dimension: number
  /** Live vectors. */
  readonly size: number
  /** Memory taken: shared memory and bookkeeping. */
  readonly bytes: number
  /**
   * No score is further from the cosine than this, whatever unit vector is asked for: the worst of all that were put so far. Of templates
   * with 512 components about 0.012, while scores are typically off by 0.0003. Whoever scores the hits again has the truly nearest when the
   * last of them, with this added, stays behind.
   */
  readonly errorBound: number
  /**
   * Adds or replaces.
   *
   * @throws MienError OVERLOADED when the block's allowance gives no more memory; TEMPLATE_DIMENSION, TEMPLATE_NOT_FINITE, ID_FORMAT; GONE
   *   once it is released
   */
  put(id: string, vector: Float32Array): void
  /**
   * The same from half-precision components as pgvector's `halfvec_send` gives them, without the head of 4 bytes: big-endian.
   *
   * @throws MienError as `put`
   */
  putHalf(id: string, halves: Uint8Array): void
  /** @returns whether it was there */
  remove(id: string): boolean
  /**
   * The `count` live vectors with the greatest approximate cosine, best first; found in a thread, unless there are so few that asking one
   * would take longer. A vector that is there from before the call until its end is never missed because of others that are put or removed
   * meanwhile.
   *
   * @param vector a unit vector
   * @param count 1 to `mostHits`
   * @throws MienError OVERLOADED when too many searches wait; WORKER_CRASHED when the thread died; TEMPLATE_DIMENSION, TEMPLATE_NOT_FINITE,
   *   PARAM_INVALID; GONE once it is released
   */
  nearest(vector: Float32Array, count: number): Promise<readonly ScanHit[]>
  /**
   * Gives the memory back, to be overwritten in the next turns and before anybody else has it: biometrics do not linger. Whoever searches
   * it then gets GONE.
   */
  release(): void
}

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
