/**
 * A query as the kernel takes it: int16.
 *
 * The kernel's sums are int32. Any of them, whole or in part, is at most |row| x |query| (Cauchy-Schwarz), and a row of int8 from -127 to
 * 127 is at most 127 x sqrt(dimension) long. So the query may be (2^31 - 1) / that long: for 512 components 747,000 steps, which the 32,767
 * steps of a component nearly always reach first. Rounding lengthens it by sqrt(dimension) / 2 at most.
 *
 * @param vector finite
 * @returns what one step is worth: component = int16 x it
 */
export function quantiseQuery(vector: Float32Array, into: Int16Array): number {
  const { length } = vector
  let greatest = 0
  let squares = 0
  for (let i = 0; i < length; i++) {
    const component = vector[i]!
    greatest = Math.max(greatest, Math.abs(component))
    squares += component * component
  }
  if (greatest === 0) {
    into.fill(0, 0, length)
    return 0
  }
  const longest = (2 ** 31 - 1) / (127 * Math.sqrt(length)) - Math.sqrt(length) / 2
  const steps = Math.min(32_767 / greatest, longest / Math.sqrt(squares))
  for (let i = 0; i < length; i++) into[i] = Math.round(vector[i]! * steps)
  return 1 / steps
}

/**
 * How far the kernel's cosine of two unit vectors is from the true one, at most. With what rounding takes from the row and the query, r and
 * s: |q.x - (q-s).(x-r)| <= |q||r| + |s||x-r|. A step of the query is 1/32,767 of its greatest component, at most 1/32,767, so that
 * |s| <= sqrt(dimension) / 65,534. Single precision adds less than 1e-6.
 *
 * @param lost |r|: the length of what rounding took from the row
 */
export const errorBoundOf = (dimension: number, lost: number): number =>
  lost + (Math.sqrt(dimension) / 65_534) * (1 + lost) + 1e-6
