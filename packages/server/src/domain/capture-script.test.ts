import { type CaptureStep, captureScript } from '@mien/shared/api/challenges'
import { neutralColour } from '@mien/shared/policy/capture-script'
import { colourResponse, defaultCaptureScriptRules, type SeenCrop } from '@mien/shared/policy/judge-capture-script'
import { expect, test } from 'vitest'
import { type CaptureAbility, drawCaptureScript } from './capture-script.ts'

const abilities = {
  both: { flashes: true, motion: true },
  motion: { flashes: false, motion: true },
  flashes: { flashes: true, motion: false },
} as const satisfies Record<string, CaptureAbility>
type Ability = keyof typeof abilities

const draw = (ability: Ability) => drawCaptureScript(abilities[ability])
const many = (ability: Ability, count = 2000) => Array.from({ length: count }, () => draw(ability))
const flashesOf = (steps: readonly CaptureStep[]) => steps.filter((step) => step.kind === 'flash')
const posesOf = (steps: readonly CaptureStep[]) => steps.flatMap((step) => (step.kind === 'pose' ? [step.pose] : []))
const hasTwins = (values: readonly unknown[]) => values.some((value, i) => i > 0 && value === values[i - 1])

test.for(Object.keys(abilities) as Ability[])(
  '[SV1] a script begins at centre and repeats nothing at once: %s',
  (ability) => {
    for (const script of many(ability)) {
      expect(captureScript.safeParse(script).success).toBe(true)
      expect(script.steps[0]).toEqual({ kind: 'pose', pose: 'centre' })
      expect(hasTwins(flashesOf(script.steps).map((step) => step.colour))).toBe(false)
      expect(hasTwins(posesOf(script.steps))).toBe(false)
    }
  },
)

test('[SV1] with flashes and motion: five flashes and two or three poses that are not centre, in every mixture', () => {
  const scripts = many('both')
  for (const { steps } of scripts) {
    expect(flashesOf(steps)).toHaveLength(5)
    const poses = posesOf(steps.slice(1))
    expect([2, 3]).toContain(poses.length)
    expect(poses).not.toContain('centre')
  }
  const mixtures = new Set(scripts.map(({ steps }) => steps.map(({ kind }) => kind[0]).join('')))
  expect(mixtures.size).toBe(21 + 56)
})

test('[SV3] whoever declines flashes sees none, whoever declines motion does not move, and nobody declines both', () => {
  for (const { steps } of many('motion', 200)) expect(flashesOf(steps)).toHaveLength(0)
  for (const { steps } of many('flashes', 200)) expect(posesOf(steps)).toEqual(['centre'])
  expect(() => drawCaptureScript({ flashes: false, motion: false })).toThrow(
    expect.objectContaining({ code: 'ASSURANCE_TOO_LOW' }),
  )
})

/** WCAG 2.2, "relative luminance". */
function luminance(colour: string): number {
  const [r, g, b] = linear(colour)
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
const linear = (colour: string): number[] =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
const redShare = (colour: string): number => linear(colour)[0]! / linear(colour).reduce((sum, value) => sum + value)

test('[SV2] no general flash, no red flash, and at most three changes in any second', () => {
  for (const ability of ['both', 'flashes'] as const) {
    for (const { steps } of many(ability)) {
      const flashes = flashesOf(steps)
      const shown = [neutralColour, ...flashes.map((step) => step.colour)]
      const levels = shown.map(luminance)
      expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(0.1)
      expect(Math.max(...shown.map(redShare))).toBeLessThan(0.8)
      for (const { ms } of flashes) {
        expect(ms).toBeGreaterThanOrEqual(340)
        expect(ms).toBeLessThanOrEqual(600)
      }
      // As dense as it gets: one flash after the other.
      const changes = [0]
      for (const { ms } of flashes) changes.push(changes.at(-1)! + ms)
      for (const at of changes)
        expect(changes.filter((time) => time >= at && time < at + 1000).length).toBeLessThanOrEqual(3)
    }
  }
})

/**
 * Probability that two scripts are the same, times of flashes left out: whoever replays a recording decides what times it claims.
 * Sequences of n things out of k without twins: k (k-1)^(n-1), all as likely.
 */
const sequences = (choice: number, count: number) => choice * (choice - 1) ** (count - 1)
const collision = {
  both: (0.5 ** 2 / (sequences(5, 2) * 21) + 0.5 ** 2 / (sequences(5, 3) * 56)) / sequences(8, 5),
  motion: 1 / 5 ** 6,
  flashes: 1 / sequences(8, 9),
} as const satisfies Record<Ability, number>

test('[SV4] two scripts are the same once in 29.5 million with flashes and motion, in 15,625 without flashes, in 46 million without motion', () => {
  expect(-Math.log2(collision.both)).toBeGreaterThan(20)
  expect(Math.round(1 / collision.both / 1e5)).toBe(295)
  expect(1 / collision.motion).toBe(15_625)
  expect(Math.round(1 / collision.flashes / 1e5)).toBe(461)
  for (const [ability, probability] of Object.entries(collision)) {
    console.log(
      `script space, ${ability}: ${(-Math.log2(probability)).toFixed(1)} bits, one collision in ${Math.round(1 / probability)}`,
    )
  }
})

/** The share of captures whose light followed one script and would do for another, whatever the poses. @param count of pairs */
function shareOfAlike(ability: Ability, count: number): number {
  const straight = ({ steps }: ReturnType<typeof draw>) =>
    steps.filter((step) => step.kind === 'flash' || step.pose === 'centre')
  let alike = 0
  for (let i = 0; i < count; i++) {
    let atMs = 0
    const crops = straight(draw(ability)).map((step): SeenCrop => {
      atMs += step.kind === 'flash' ? step.ms : 0
      const [r, g, b] = linear(step.kind === 'flash' ? step.colour : neutralColour).map((value) => 1 + 0.25 * value)
      return { ...unlit, atMs, light: { face: [r!, g!, b!], around: null } }
    })
    const response = colourResponse(straight(draw(ability)), crops, ({ face }) => face)
    if (response!.fit >= defaultCaptureScriptRules.colourFit) alike++
  }
  return alike / count
}
const unlit = { faceHeightPx: 100, yawDegrees: 0, pitchDegrees: 0, vector: new Float32Array(1) }

test('[SV4] light that followed another script would do once in 12,000 where nobody moves, and once in 220 where somebody does', () => {
  const shares = { flashes: shareOfAlike('flashes', 40_000), both: shareOfAlike('both', 40_000) }
  console.log(`light of another script: ${JSON.stringify(shares)}`)
  // Of 40,000 draws 3.3 and 181 are expected.
  expect(shares.flashes).toBeLessThan(1 / 3000)
  expect(shares.both).toBeLessThan(1 / 150)
})

test.for(Object.keys(abilities) as Ability[])('[SV4] and the drawing is as even as that says: %s', (ability) => {
  const count = 100_000
  const what = ({ steps }: ReturnType<typeof draw>) =>
    steps.map((step) => (step.kind === 'flash' ? step.colour : step.pose)).join()
  const counts = new Map<string, number>()
  for (const script of many(ability, count)) counts.set(what(script), (counts.get(what(script)) ?? 0) + 1)
  const pairs = [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0)
  const expected = (collision[ability] * count * (count - 1)) / 2
  // Poisson: seven standard deviations, once in 10^10.
  expect(Math.abs(pairs - expected)).toBeLessThan(7 * Math.sqrt(expected) + 3)
})
