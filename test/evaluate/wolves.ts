import { cosine } from '@mien/shared/template/unit-vector'
import { seededRandom } from '../fixtures/synthetic-templates.ts'

/** Steps of one climb; the step is so many radians. */
const steps = 200
const stepLength = 0.05
/** How soft the count of matches is, as a cosine: from the first to the last step. */
const firstSoftness = 0.06
const lastSoftness = 0.015

export interface WolfSearch {
  /** Whose templates the attacker has. */
  readonly victims: readonly Float32Array[]
  readonly threshold: number
  readonly climbs: number
}

/**
 * Vectors that as many of the victims match as can be found: gradient ascent on a softened count, from victims and from averages of 30.
 */
export function searchWolves({ victims, threshold, climbs }: WolfSearch): readonly Float32Array[] {
  const random = seededRandom(1)
  const pick = () => victims[Math.floor(random() * victims.length)]!
  return Array.from({ length: climbs }, (_, i) => {
    const start = i % 3 === 0 ? averageOf(Array.from({ length: 30 }, pick)) : pick()
    return climb(start, victims, threshold)
  })
}

function climb(start: Float32Array, victims: readonly Float32Array[], threshold: number): Float32Array {
  let at = start
  for (let step = 0; step < steps; step++) {
    const softness = firstSoftness * (lastSoftness / firstSoftness) ** (step / steps)
    at = moved(at, uphill(at, victims, threshold, softness))
  }
  return at
}

/** The gradient of sum sigmoid((cosine - threshold) / softness), along the sphere. */
function uphill(at: Float32Array, victims: readonly Float32Array[], threshold: number, softness: number): Float64Array {
  const gradient = new Float64Array(at.length)
  for (const victim of victims) {
    const chance = 1 / (1 + Math.exp((threshold - cosine(at, victim)) / softness))
    const weight = chance * (1 - chance)
    if (weight < 1e-6) continue
    for (let i = 0; i < gradient.length; i++) gradient[i]! += weight * victim[i]!
  }
  const radial = cosine(gradient, at)
  return gradient.map((value, i) => value - radial * at[i]!)
}

function moved(at: Float32Array, direction: Float64Array): Float32Array {
  const length = Math.hypot(...direction)
  return length === 0 ? at : unit(at.map((value, i) => value + (stepLength * direction[i]!) / length))
}

export function averageOf(vectors: readonly Float32Array[]): Float32Array {
  return unit(Float32Array.from(vectors[0]!, (_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0)))
}

export function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}

export interface AverageSearch {
  readonly victims: readonly Float32Array[]
  readonly threshold: number
  /** Victims that searches start from. */
  readonly starts: number
  readonly isAllowed: (vector: Float32Array) => boolean
}

/** Additions that are tried in one round, the most promising first, until one is allowed. */
const triedAdditions = 40
const mostAveraged = 16

/** Averages of hand-picked victims that are allowed and that as many victims as can be found match, one victim added at a time. */
export function searchAverages({ victims, threshold, starts, isAllowed }: AverageSearch): readonly Float32Array[] {
  const likeness = victims.map((a) => Float32Array.from(victims, (b) => cosine(a, b)))
  return Array.from({ length: starts }, (_, i) => {
    let chosen = [Math.floor((i * victims.length) / starts)]
    let best = averageOf(chosen.map((at) => victims[at]!))
    let most = 0
    while (chosen.length < mostAveraged) {
      const ranked = rankAdditions(chosen, likeness, threshold).slice(0, triedAdditions)
      const next = ranked.find(({ index }) => isAllowed(averageOf([...chosen, index].map((at) => victims[at]!))))
      if (next === undefined) break
      chosen = [...chosen, next.index]
      if (next.count <= most) continue
      most = next.count
      best = averageOf(chosen.map((at) => victims[at]!))
    }
    return best
  })
}

/** By how many victims would match, then by how alike all of them would be. */
function rankAdditions(chosen: readonly number[], likeness: readonly Float32Array[], threshold: number) {
  const sums = Float64Array.from(likeness, (_, at) => chosen.reduce((sum, other) => sum + likeness[other]![at]!, 0))
  const inner = chosen.reduce((sum, at) => sum + sums[at]!, 0)
  return likeness
    .map((row, index) => {
      const norm = Math.sqrt(inner + 2 * sums[index]! + row[index]!)
      let count = 0
      for (let at = 0; at < sums.length; at++) if ((sums[at]! + row[at]!) / norm >= threshold) count++
      return { index, count, alike: sums[index]! }
    })
    .filter(({ index }) => !chosen.includes(index))
    .sort((a, b) => b.count - a.count || b.alike - a.alike)
}
