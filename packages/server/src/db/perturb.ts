/** Standard normal numbers, the same for the same seed: mulberry32 and Box-Muller. */
export function seededNormals(seed: number): () => number {
  let state = seed >>> 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}

/**
 * A unit vector somewhere around this one, in every direction alike.
 *
 * @param noise length of what is added, about: the cosine of both is about 1/sqrt(1 + noise²)
 */
export function perturb(vector: Float32Array, noise: number, normal: () => number): Float32Array {
  const step = noise / Math.sqrt(vector.length)
  const moved = Float64Array.from(vector, (value) => value + step * normal())
  const norm = Math.hypot(...moved)
  return Float32Array.from(moved, (value) => value / norm)
}
