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
   * The `count` live vectors with the greatest approximate cosine, best first, found in a thread. A vector that is there from before the
   * call until its end is never missed because of others that are put or removed meanwhile.
   *
   * @throws MienError OVERLOADED when too many searches wait; WORKER_CRASHED when the thread died; TEMPLATE_DIMENSION, TEMPLATE_NOT_FINITE;
   *   GONE once it is released
   */
  nearest(vector: Float32Array, count: number): Promise<readonly ScanHit[]>
  /** Overwrites what it holds, so that biometrics do not linger, and gives the memory back. Whoever searches it then gets GONE. */
  release(): void
}
