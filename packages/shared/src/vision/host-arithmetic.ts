import type { PixelArithmetic } from './pixel-arithmetic.ts'
import { scalarArithmetic } from './scalar-arithmetic.ts'
import { openSimdArithmetic } from './simd-arithmetic.ts'

let opened: PixelArithmetic | undefined

/** The fastest that the host has, opened when it is needed first. */
export function hostArithmetic(): PixelArithmetic {
  opened ??= openSimdArithmetic() ?? scalarArithmetic
  return opened
}
