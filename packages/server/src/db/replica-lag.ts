/** Where a write-ahead log is, in bytes from its beginning. */
export type LogPosition = bigint

/** How far a standby is behind, by what its primary said at which moment: no clock but this process's is asked. */
export interface ReplicaLag {
  /** What both said at about `at`, milliseconds. @param replayed null: it is no standby */
  note(at: number, written: LogPosition, replayed: LogPosition | null): void
  /** Nobody could be asked: what was known holds no more. */
  lose(): void
  /** Milliseconds at most that what is read there now is old; infinite while that is not known. */
  lagMs(now: number): number
}

/** More than are looked at: one a second, for the longest lag that may be allowed. */
const maxSamples = 3700

export function createReplicaLag(): ReplicaLag {
  /** In the order of time, those alone that the standby had not replayed, after the last one that it had. */
  let samples: { readonly at: number; readonly written: LogPosition }[] = []
  let freshAt = Number.NEGATIVE_INFINITY

  return {
    note(at, written, replayed) {
      samples.push({ at, written })
      if (samples.length > maxSamples) samples.shift()
      if (replayed === null) {
        freshAt = Number.NEGATIVE_INFINITY
        return
      }
      // It has everything that was written until then.
      const seen = samples.findLastIndex((sample) => sample.written <= replayed)
      if (seen >= 0) freshAt = samples[seen]!.at
      samples = samples.slice(Math.max(0, seen))
    },
    lose() {
      freshAt = Number.NEGATIVE_INFINITY
    },
    lagMs: (now) => now - freshAt,
  }
}
