/** One pass from pixels to template. */
export interface Sample {
  /** Milliseconds in each stage, its network included. */
  readonly stageMs: Readonly<Record<string, number>>
  /** Of these, inside the inference runtime. */
  readonly networkMs: number
}

export const stages = ['detect', 'landmarks', 'align', 'quality', 'pad', 'embed'] as const

export const totalOf = ({ stageMs }: Sample): number => Object.values(stageMs).reduce((sum, ms) => sum + ms, 0)

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Share of the time that is not network, of each pass by itself: load on the machine hits both alike. */
export const aroundShare = (samples: readonly Sample[]): number =>
  median(samples.map((sample) => 1 - sample.networkMs / totalOf(sample)))
