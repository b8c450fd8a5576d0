import { expect, test } from 'vitest'
import { halfvecField } from './binary-copy.ts'

const decoded = (field: Buffer): number[] =>
  Array.from({ length: field.readInt16BE(0) }, (_, i) => {
    const bits = field.readUInt16BE(4 + 2 * i)
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
    const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
    return bits & 0x8000 ? -magnitude : magnitude
  })

test('components are rounded to the nearest half, however small they are', () => {
  const values = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 2000 / (1 + (i % 97) ** 2))
  for (const [i, value] of decoded(halfvecField(values)).entries()) {
    expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(Math.max(Math.abs(values[i]!) * 2 ** -11, 2 ** -25))
  }
})

test('what a half can say is kept', () => {
  const exact = [0, 1, -1, 0.5, 2 ** -14, -(2 ** -15), 2 ** -24, 1023 * 2 ** -24, 1 + 2 ** -10]
  expect(decoded(halfvecField(Float32Array.from(exact)))).toEqual(exact)
})
