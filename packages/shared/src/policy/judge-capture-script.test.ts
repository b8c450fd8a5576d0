import { describe, expect, test } from 'vitest'
import type { CapturePose, CaptureStep } from '../api/challenges.ts'
import type { LinearRgb } from '../vision/types.ts'
import { flashColours, neutralColour } from './capture-script.ts'
import { colourResponse, judgeCaptureScript, type SeenCrop, showsSurroundings } from './judge-capture-script.ts'

const pose = (name: CapturePose): CaptureStep => ({ kind: 'pose', pose: name })
const flash = (which: number, ms = 400): CaptureStep => ({ kind: 'flash', colour: flashColours[which]!, ms })

/** Degrees and heights that somebody reaches who does as asked. */
const looks: Readonly<Record<CapturePose, Pick<SeenCrop, 'yawDegrees' | 'pitchDegrees' | 'faceHeightPx'>>> = {
  centre: { yawDegrees: 2, pitchDegrees: -20, faceHeightPx: 140 },
  left: { yawDegrees: 16, pitchDegrees: -19, faceHeightPx: 138 },
  right: { yawDegrees: -12, pitchDegrees: -21, faceHeightPx: 139 },
  up: { yawDegrees: 3, pitchDegrees: -30, faceHeightPx: 130 },
  down: { yawDegrees: 1, pitchDegrees: -9, faceHeightPx: 142 },
  closer: { yawDegrees: 2, pitchDegrees: -17, faceHeightPx: 172 },
}

/** One person, slightly different in each picture. */
const vectorOf = (i: number): Float32Array => {
  const vector = Float32Array.from({ length: 64 }, (_, k) => 1 + 0.3 * Math.sin(k * 7 + i * 3))
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}

const emitted = (colour: string): number[] =>
  [1, 3, 5].map((at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2)

const skin = [0.32, 0.09, 0.04]
const wall = [0.38, 0.36, 0.34]

interface Room {
  readonly strength?: number
  readonly wallShare?: number
  /** What the camera makes of red at the end of the capture, and of blue the inverse. */
  readonly drift?: number
}

function lit(reflected: readonly number[], colour: string, strength: number, gain: number): LinearRgb {
  const [r, g, b] = emitted(colour).map((value, c) => reflected[c]! * (1 + strength * value)) as [
    number,
    number,
    number,
  ]
  return [r * gain, g, b / gain]
}

/** Somebody does what `done` says. */
function perform(done: readonly CaptureStep[], { strength = 0.2, wallShare = 0.1, drift = 1 }: Room = {}): SeenCrop[] {
  let atMs = 500
  return done.map((step, i) => {
    if (i > 0) atMs += step.kind === 'flash' ? step.ms + 10 : 900
    const colour = step.kind === 'flash' ? step.colour : neutralColour
    const gain = drift ** (i / done.length)
    const light = { face: lit(skin, colour, strength, gain), around: lit(wall, colour, strength * wallShare, gain) }
    return { ...looks[step.kind === 'flash' ? 'centre' : step.pose], atMs, light, vector: vectorOf(i) }
  })
}

const script = [pose('centre'), flash(0), flash(4), pose('left'), flash(2), pose('up'), flash(6)]

test.for<[string, Room]>([
  ['in an office', {}],
  ['beside a window', { strength: 0.05 }],
  ['in the evening', { strength: 1 }],
  ['while the white balance drifts', { drift: 1.08 }],
  ['before a wall that is near', { wallShare: 0.6 }],
])('[SV8] [SV10] [SV11] whoever does what the script asks passes, %s', ([, room]) => {
  expect(judgeCaptureScript(script, perform(script, room))).toBe('ok')
})

test('[SV3] with poses alone, and with flashes alone', () => {
  const poses = [pose('centre'), pose('left'), pose('centre'), pose('down'), pose('closer'), pose('right'), pose('up')]
  const flashes = [pose('centre'), ...[1, 3, 5, 7, 0, 2, 4, 6, 1].map((which) => flash(which))]
  expect([poses, flashes].map((steps) => judgeCaptureScript(steps, perform(steps)))).toEqual(['ok', 'ok'])
})

describe('[SV10] a pose', () => {
  const asked = ['left', 'right', 'up', 'down', 'closer'] as const
  test.for(asked.flatMap((pose) => Object.keys(looks).map((shown) => [pose, shown as CapturePose] as const)))(
    '%s is shown by %s only if it is that',
    ([asks, shown]) => {
      const steps = [pose('centre'), pose(asks), flash(1), flash(5)]
      const done = [pose('centre'), pose(shown), flash(1), flash(5)]
      expect(judgeCaptureScript(steps, perform(done))).toBe(asks === shown ? 'ok' : 'pose')
    },
  )
  test('a flash on a face that is turned away is none', () => {
    const crops = perform(script).map((crop, i) => (i === 4 ? { ...crop, ...looks.left } : crop))
    expect(judgeCaptureScript(script, crops)).toBe('pose')
  })
})

describe('[SV11] the light on the face', () => {
  const flashes = [flash(0), flash(4), flash(2), flash(6)]
  const steps = [pose('centre'), ...flashes]

  test.for<[string, readonly CaptureStep[]]>([
    ['other colours', [flash(4), flash(0), flash(6), flash(2)]],
    ['the right colours in another order', [flash(4), flash(0), flash(2), flash(6)]],
    ['the opposite of one colour', [flash(0), flash(4), flash(2), flash(2)]],
  ])('is not that of %s', ([, shown]) => {
    const crops = perform([pose('centre'), ...shown])
    expect(judgeCaptureScript(steps, crops)).toBe('colour')
  })
  test('does not stay as it was', () => {
    expect(judgeCaptureScript(steps, perform(steps, { strength: 0 }))).toBe('colour')
    expect(judgeCaptureScript(steps, perform(steps, { strength: 0.005 }))).toBe('colour')
  })
  test('is not that of the whole picture, tinted', () => {
    expect(judgeCaptureScript(steps, perform(steps, { wallShare: 1 }))).toBe('colour')
  })
  test('is compared with what is around it in the same pictures: a first one that is dimmed makes no tint a screen', () => {
    for (const gain of [0.5, 0.7, 0.85]) {
      const crops = perform(steps, { wallShare: 1 })
      const [r, g, b] = crops[0]!.light.face!
      const dimmed = { ...crops[0]!, light: { face: [gain * r, gain * g, gain * b] as const, around: null } }
      expect(judgeCaptureScript(steps, [dimmed, ...crops.slice(1)])).toBe('colour')
    }
  })
  test('is told by what is around it, wherever that is neither white nor black', () => {
    const without = (hidden: readonly number[], room: Room = {}) =>
      perform(steps, room).map((crop, i) =>
        hidden.includes(i) ? { ...crop, light: { ...crop.light, around: null } } : crop,
      )
    for (const hidden of [[1], [0, 3], [2, 4]]) {
      expect(judgeCaptureScript(steps, without(hidden))).toBe('ok')
      expect(judgeCaptureScript(steps, without(hidden, { wallShare: 1 }))).toBe('colour')
    }
    for (const hidden of [
      [0, 1, 2, 3, 4],
      [0, 1, 2],
      [2, 3, 4],
    ]) {
      expect(showsSurroundings(steps, without(hidden))).toBe(false)
      expect(judgeCaptureScript(steps, without(hidden))).toBe('colour')
    }
    expect(showsSurroundings([pose('centre'), pose('left')], without([0, 1]).slice(0, 2))).toBe(true)
  })
  test('cannot be left untold', () => {
    const dark = perform(steps).map((crop, i) => (i === 2 ? { ...crop, light: { face: null, around: null } } : crop))
    expect(judgeCaptureScript(steps, dark)).toBe('colour')
  })
  test('gives the strength of the screen', () => {
    const response = colourResponse(steps, perform(steps, { strength: 0.2 }), ({ face }) => face)
    expect(response?.fit).toBeGreaterThan(0.99)
    expect(response?.strength).toBeCloseTo(0.2 / (1 + 0.2 * 0.3), 2)
    expect(colourResponse([pose('centre')], perform([pose('centre')]), ({ face }) => face)).toBeNull()
  })
})

describe('[SV8] times', () => {
  const at = (changes: Readonly<Record<number, number>>) =>
    perform(script).map((crop, i) => ({ ...crop, atMs: crop.atMs + (changes[i] ?? 0) }))

  test('of a flash that follows a flash are those of the script, within 150 ms', () => {
    expect(judgeCaptureScript(script, at({ 2: 130 }))).toBe('ok')
    expect(judgeCaptureScript(script, at({ 2: 170 }))).toBe('timing')
    expect(judgeCaptureScript(script, at({ 2: -170 }))).toBe('timing')
  })
  test('of a flash that follows a pose may be later, since somebody had to look straight again', () => {
    const later = (ms: number) => at({ 4: ms, 5: ms, 6: ms })
    expect([2000, -170].map((ms) => judgeCaptureScript(script, later(ms)))).toEqual(['ok', 'timing'])
  })
  test('do not go back', () => {
    expect(judgeCaptureScript(script, at({ 3: -1000 }))).toBe('timing')
    expect(judgeCaptureScript(script, at({ 0: -600 }))).toBe('timing')
  })
  test('there is one picture for each step', () => {
    expect(judgeCaptureScript(script, perform(script).slice(1))).toBe('timing')
    expect(judgeCaptureScript(script, [])).toBe('timing')
  })
})

describe('[SV9] the pictures', () => {
  const withVector = (at: number, vector: Float32Array) =>
    perform(script).map((crop, i) => (i === at ? { ...crop, vector } : crop))

  test('are not the same one twice', () => {
    expect(judgeCaptureScript(script, withVector(4, vectorOf(2)))).toBe('still')
  })
  test('are all of one person', () => {
    const other = vectorOf(9).map((value, k) => (k % 2 === 0 ? value : -value))
    expect([3, 4].map((at) => judgeCaptureScript(script, withVector(at, other)))).toEqual(['mixed', 'mixed'])
  })
  test('have a direction', () => {
    expect(judgeCaptureScript(script, withVector(4, vectorOf(2).fill(Number.NaN)))).not.toBe('ok')
  })
})
