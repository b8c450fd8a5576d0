import { describe, expect, it } from 'vitest'
import { coverFacts } from './cover.ts'
import type { Raster } from './raster.ts'

type Rgb = readonly [number, number, number]
interface Patch {
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly colour: Rgb
}

const skin: Rgb = [200, 150, 125]
const scale = ([r, g, b]: Rgb, by: number): Rgb => [r * by, g * by, b * by]

/** What an aligned face has where: brows and pupils, nostrils, lips with the dark line between them, the fold over the chin. */
const face: readonly Patch[] = [
  { x: [30, 47], y: [44, 46], colour: [70, 50, 40] },
  { x: [65, 82], y: [44, 46], colour: [70, 50, 40] },
  { x: [35, 42], y: [50, 54], colour: [60, 45, 40] },
  { x: [70, 77], y: [50, 54], colour: [60, 45, 40] },
  { x: [50, 62], y: [72, 74], colour: [110, 70, 60] },
  { x: [42, 70], y: [87, 91], colour: [170, 90, 85] },
  { x: [42, 70], y: [91, 93], colour: [90, 45, 45] },
  { x: [42, 70], y: [93, 98], colour: [180, 100, 95] },
  { x: [46, 66], y: [101, 103], colour: [160, 115, 95] },
]

function draw(patches: readonly Patch[], light = 1): Raster {
  const words = new Uint32Array(112 * 112)
  const fill = ({ x, y, colour }: Patch) => {
    const [r, g, b] = scale(colour, light).map(Math.round) as [number, number, number]
    for (let row = y[0]; row < y[1]; row++) {
      words.fill(((255 << 24) | (b << 16) | (g << 8) | r) >>> 0, row * 112 + x[0], row * 112 + x[1])
    }
  }
  for (const patch of [{ x: [0, 112], y: [0, 112], colour: skin } as const, ...patches]) fill(patch)
  return { words, width: 112, height: 112 }
}

const mask = (colour: Rgb): Patch => ({ x: [14, 98], y: [72, 112], colour })
const lenses = (colour: Rgb): readonly Patch[] => [
  { x: [26, 51], y: [42, 61], colour },
  { x: [61, 86], y: [42, 61], colour },
]

describe('a face is covered', () => {
  it('nowhere when nothing lies over it, in bright light and in dim', () => {
    for (const light of [1, 0.4]) {
      const { mouthCover, eyeCover } = coverFacts(draw(face, light))
      expect(mouthCover).toBeLessThan(0.7)
      expect(eyeCover).toBeLessThan(0.7)
    }
  })

  it.each<[string, Rgb]>([
    ['blue', [120, 165, 190]],
    ['white', [225, 225, 222]],
    ['black', [35, 35, 38]],
    ['of the very colour of skin', skin],
  ])('at the mouth by a mask that is %s', (_, colour) => {
    const { mouthCover, eyeCover } = coverFacts(draw([...face, mask(colour)]))
    expect(mouthCover).toBeGreaterThan(1)
    expect(eyeCover).toBeLessThan(1)
  })

  it.each<[string, Rgb]>([
    ['black', [15, 15, 17]],
    ['mirrored blue', [60, 90, 170]],
  ])('at the eyes by glasses that are %s', (_, colour) => {
    const { mouthCover, eyeCover } = coverFacts(draw([...face, ...lenses(colour)]))
    expect(eyeCover).toBeGreaterThan(1)
    expect(mouthCover).toBeLessThan(1)
  })

  it('in numbers always, also where there is no light at all', () => {
    for (const facts of [coverFacts(draw([], 0)), coverFacts(draw([]))]) {
      expect(Object.values(facts).every(Number.isFinite)).toBe(true)
    }
  })
})
