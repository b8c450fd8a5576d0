import type { Affine, Box, Point } from './types.ts'

export const applyAffine = (m: Affine, x: number, y: number): Point => ({
  x: m[0] * x + m[1] * y + m[2],
  y: m[3] * x + m[4] * y + m[5],
})

/** Inverse of the map; its determinant must not be zero. */
export function invertAffine([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d
  return [
    e / determinant,
    -b / determinant,
    (b * f - c * e) / determinant,
    -d / determinant,
    a / determinant,
    (c * d - a * f) / determinant,
  ]
}

/** The map from an image of `width` x `height` pixels onto `box` of another image. */
export const ontoBox = (box: Box, width: number, height: number): Affine => [
  box.width / width,
  0,
  box.x,
  0,
  box.height / height,
  box.y,
]

/** A square or rectangle with the same centre. */
export function scaleBox(box: Box, scale: number): Box {
  const width = box.width * scale
  const height = box.height * scale
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height }
}
