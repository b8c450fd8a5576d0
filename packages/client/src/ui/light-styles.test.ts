import { flashColours, neutralColour } from '@mien/shared/policy/capture-script'
import { expect, it } from 'vitest'
import { lightInk } from './light-styles.ts'

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

const contrast = (a: string, b: string): number => {
  const [darker, lighter] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (lighter! + 0.05) / (darker! + 0.05)
}

it.each([...flashColours, neutralColour])('UI10: words can be read on %s: at least 4.5 : 1', (colour) => {
  expect(contrast(lightInk, colour)).toBeGreaterThan(6.5)
})
