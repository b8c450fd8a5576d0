import { applyAffine } from './affine.ts'
import { hostArithmetic } from './host-arithmetic.ts'
import type { Halving } from './pixel-arithmetic.ts'
import type { Raster, Region } from './raster.ts'
import type { Affine } from './types.ts'

/** What lies beyond the edge of an image: its outermost pixels go on, or black. */
export type Border = 'replicate' | 'black'

/**
 * Makes an image of `width` x `height` by looking up each of its pixel centres in `source` (inverse mapping) with
 * bilinear interpolation. Where the source is twice as fine or finer, it is halved first, so that no detail is skipped.
 *
 * The only resampling of the pipeline: resizing, cropping and aligning are all an affine map. Canvas and image
 * libraries resample differently from each other, and a template must not depend on the host.
 *
 * @param map row-major 2x3, from the new image to the source, pixels; a pixel's centre lies at + 0.5
 */
export function warpRaster(source: Raster, map: Affine, width: number, height: number, border: Border): Raster {
  const reduced = reduceForMap(source, map, width, height)
  if (isIdentity(reduced, width, height)) return reduced.raster
  return sampleBilinear(reduced.raster, reduced.map, width, height, border)
}

interface MappedRaster {
  readonly raster: Raster
  readonly map: Affine
}

const isIdentity = ({ raster, map }: MappedRaster, width: number, height: number): boolean =>
  raster.width === width && raster.height === height && map.every((value, i) => value === (i === 0 || i === 4 ? 1 : 0))

/** Halves the part of the source that the map looks at, until one step in the new image is less than two pixels. */
function reduceForMap(source: Raster, map: Affine, width: number, height: number): MappedRaster {
  const region = reachOfMap(source, map, width, height)
  const halvings = planHalvings(map, region)
  if (halvings.length === 0) return { raster: source, map }
  const raster = hostArithmetic().reduce(source, region, halvings)
  return { raster, map: halvings.reduce(ontoHalved, moved(map, region)) }
}

/** An axis of one pixel stays. */
function planHalvings(map: Affine, region: Region): readonly Halving[] {
  const [halvingsX, halvingsY] = countHalvings(map)
  const fitX = Math.min(halvingsX, halvings(region.width))
  const fitY = Math.min(halvingsY, halvings(region.height))
  return Array.from({ length: Math.max(fitX, fitY) }, (_, i) => ({ x: i < fitX, y: i < fitY }))
}

const moved = ([a, b, c, d, e, f]: Affine, { left, top }: Region): Affine => [a, b, c - left, d, e, f - top]

function ontoHalved([a, b, c, d, e, f]: Affine, halving: Halving): Affine {
  const scaleX = halving.x ? 0.5 : 1
  const scaleY = halving.y ? 0.5 : 1
  return [a * scaleX, b * scaleX, c * scaleX, d * scaleY, e * scaleY, f * scaleY]
}

/** An upright map has a scale for each axis; a turned one (a similarity) has one for both. */
function countHalvings([a, b, , d, e]: Affine): [number, number] {
  if (b === 0 && d === 0) return [halvings(Math.abs(a)), halvings(Math.abs(e))]
  const both = halvings(Math.min(Math.hypot(a, d), Math.hypot(b, e)))
  return [both, both]
}

const halvings = (scale: number): number => (scale < 2 ? 0 : Math.floor(Math.log2(scale)))

/** What the map can look at, with a pixel of margin for the interpolation. */
function reachOfMap(source: Raster, map: Affine, width: number, height: number): Region {
  const corners = [
    applyAffine(map, 0, 0),
    applyAffine(map, width, 0),
    applyAffine(map, 0, height),
    applyAffine(map, width, height),
  ]
  const [left, right] = reach(
    corners.map(({ x }) => x),
    source.width,
  )
  const [top, bottom] = reach(
    corners.map(({ y }) => y),
    source.height,
  )
  return { left, top, width: right - left, height: bottom - top }
}

/** Whole pixels [from, to) of 0..size, at least one. */
function reach(values: readonly number[], size: number): [number, number] {
  const from = Math.min(Math.max(Math.floor(Math.min(...values)) - 1, 0), size - 1)
  const to = Math.max(Math.min(Math.ceil(Math.max(...values)) + 1, size), from + 1)
  return [from, to]
}

function sampleBilinear(source: Raster, map: Affine, width: number, height: number, border: Border): Raster {
  const [a, b, c, d, e, f] = map
  const { words: from, width: fromWidth } = source
  const words = new Uint32Array(width * height)
  const lastX = source.width - 1
  const lastY = source.height - 1
  const black = border === 'black'
  let at = 0
  for (let y = 0; y < height; y++) {
    // Half a pixel in the new image, then half a pixel back: pixel i of the source has its centre at i + 0.5.
    let sourceX = a * 0.5 + b * (y + 0.5) + c - 0.5
    let sourceY = d * 0.5 + e * (y + 0.5) + f - 0.5
    for (let x = 0; x < width; x++, at++, sourceX += a, sourceY += d) {
      if (black && (sourceX < -0.5 || sourceY < -0.5 || sourceX > lastX + 0.5 || sourceY > lastY + 0.5)) {
        words[at] = 0xff000000
        continue
      }
      const clampedX = Math.min(Math.max(sourceX, 0), lastX)
      const clampedY = Math.min(Math.max(sourceY, 0), lastY)
      const left = clampedX | 0
      const top = clampedY | 0
      const i = top * fromWidth + left
      const right = left < lastX ? 1 : 0
      const below = top < lastY ? fromWidth : 0
      const weightX = clampedX - left
      const weightY = clampedY - top
      const p = from[i]!
      const q = from[i + right]!
      const r = from[i + below]!
      const s = from[i + below + right]!
      const weightQ = weightX * (1 - weightY)
      const weightR = weightY * (1 - weightX)
      const weightS = weightX * weightY
      const weightP = 1 - weightQ - weightR - weightS
      const red = (p & 255) * weightP + (q & 255) * weightQ + (r & 255) * weightR + (s & 255) * weightS
      const green =
        ((p >>> 8) & 255) * weightP +
        ((q >>> 8) & 255) * weightQ +
        ((r >>> 8) & 255) * weightR +
        ((s >>> 8) & 255) * weightS
      const blue =
        ((p >>> 16) & 255) * weightP +
        ((q >>> 16) & 255) * weightQ +
        ((r >>> 16) & 255) * weightR +
        ((s >>> 16) & 255) * weightS
      words[at] = (red + 0.5) | 0 | (((green + 0.5) | 0) << 8) | (((blue + 0.5) | 0) << 16) | 0xff000000
    }
  }
  return { words, width, height }
}
