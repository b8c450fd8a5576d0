/** What a search finds in one part of a gallery. */
export interface Scored {
  readonly id: string
  /** Cosine on the stored vectors. */
  readonly score: number
}

/** Best first; of equal ones the smaller id, so that every order of parts gives the same answer. */
const byScore = (a: Scored, b: Scored): number => b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

export const topK = (all: readonly Scored[], count: number): readonly Scored[] => [...all].sort(byScore).slice(0, count)

/**
 * The best of a gallery from the best of its parts. Each part has to bring as many as are wanted, or all that it has: whoever is among the
 * best `count` of the whole has fewer than `count` before them in their own part too.
 */
export const mergeTopK = (parts: readonly (readonly Scored[])[], count: number): readonly Scored[] =>
  topK(parts.flat(), count)

/** The part that everything of one person lies in, 0 to `buckets` - 1: FNV-1a (32 bits) of the id, so that all servers agree. */
export function bucketOf(subjectId: string, buckets: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < subjectId.length; i++) hash = Math.imul(hash ^ subjectId.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % buckets
}
