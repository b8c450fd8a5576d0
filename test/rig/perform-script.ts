import type { CaptureScript, CaptureStep } from '@mien/shared/api/challenges'
import sharp from 'sharp'
import type { Actor, ActorFrame } from './capture-actors.ts'
import { type Light, shineOnFace } from './shine-on-face.ts'

/** What lies between a face and what a client sends. */
export interface Conditions {
  /** Light of a white screen on the face, in parts of the room's: 0.1 beside a window, 0.25 in an office, 0.8 in the evening. */
  readonly strength: number
  readonly room: Light
  /** Of all light, the room's and the screen's. */
  readonly exposure: number
  /** Standard deviation of the sensor's noise, of 255. */
  readonly noise: number
  readonly jpegQuality: number
  /** How far the gain of red and blue has drifted apart at the end, of 1. */
  readonly drift: number
  /** How much of a colour that is still on the face from the one before, of 1. */
  readonly lag: number
}

const clean: Conditions = {
  strength: 0.25,
  room: [1, 1, 1],
  exposure: 0.9,
  noise: 1,
  jpegQuality: 85,
  drift: 0,
  lag: 0.05,
}

export const conditions = {
  clean,
  noise: { ...clean, noise: 2.5 },
  'strong JPEG': { ...clean, jpegQuality: 45 },
  'low light': { ...clean, exposure: 0.35, strength: 0.7, noise: 1.5 },
  'colour cast': { ...clean, room: [1.15, 1, 0.7] },
  'white balance drifts': { ...clean, drift: 0.08 },
  'weak screen': { ...clean, strength: 0.09 },
} as const satisfies Record<string, Conditions>
export type ConditionName = keyof typeof conditions

export interface Performed {
  readonly jpeg: Buffer
  readonly atMs: number
}

/** A number in [0, 1). */
export type Random = () => number

const neutral = '#959595'

/** Somebody does what the script asks, and the client takes its pictures. */
export async function performScript(
  script: CaptureScript,
  actor: Actor,
  under: Conditions,
  random: Random,
): Promise<readonly Performed[]> {
  const { steps } = script
  const times = timesOf(steps, random)
  const straight = inOrder(actor.frames.centre, steps.length, random)
  const sign = random() < 0.5 ? -1 : 1
  const grain = drawNoise(random)
  const performed: Performed[] = []
  for (const [i, step] of steps.entries()) {
    const isStraight = step.kind === 'flash' || step.pose === 'centre'
    const frame = isStraight ? straight[i]! : pick(actor.frames[step.pose], random)
    const shown = mix(emitted(colourOf(step)), emitted(colourOf(steps[i - 1])), under.lag)
    const drift = 1 + (sign * under.drift * i) / (steps.length - 1)
    const gain: Light = [under.exposure * drift, under.exposure, under.exposure / drift]
    performed.push({
      jpeg: await takePicture(script, actor, frame, shown, { ...under, gain }, grain, random),
      atMs: times[i]!,
    })
  }
  return performed
}

const colourOf = (step: CaptureStep | undefined): string => (step?.kind === 'flash' ? step.colour : neutral)

/** What a screen emits for a colour: sRGB's transfer function. */
const emitted = (colour: string): Light => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return [r!, g!, b!]
}

const mix = (a: Light, b: Light, share: number): Light => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
]

/** A second or so to look straight, half a second to a second and a half for a pose, and flashes as long as the script has them. */
function timesOf(steps: readonly CaptureStep[], random: Random): readonly number[] {
  let atMs = 700 + 600 * random()
  return steps.map((step, i) => {
    if (i === 0) return Math.round(atMs)
    const isRun = step.kind === 'flash' && steps[i - 1]!.kind === 'flash'
    const lateMs = 50 * random() - 25
    if (step.kind === 'flash') atMs += step.ms + (isRun ? lateMs : 300 + 500 * random())
    else atMs += 500 + 1000 * random()
    return Math.round(atMs)
  })
}

const pick = <T>(choice: readonly T[], random: Random): T => choice[Math.floor(random() * choice.length)]!

/** So many different frames, in the order in which they were taken. */
function inOrder(frames: readonly ActorFrame[], count: number, random: Random): readonly ActorFrame[] {
  const places = frames.map((_, i) => ({ i, by: random() })).toSorted((a, b) => a.by - b.by)
  return places
    .slice(0, count)
    .map(({ i }) => i)
    .toSorted((a, b) => a - b)
    .map((i) => frames[i]!)
}

async function takePicture(
  { crop_size: size }: CaptureScript,
  { square, face }: Actor,
  { jpeg, enlargedBy }: ActorFrame,
  screen: Light,
  { strength, room, gain, noise, jpegQuality }: Conditions & { readonly gain: Light },
  grain: Float32Array,
  random: Random,
): Promise<Buffer> {
  // Enlarging a frame about the face is taking a smaller part of it.
  const side = Math.round(square.side / enlargedBy)
  const left = clamp(Math.round(square.left + (square.side - side) / 2), 640 - side)
  const top = clamp(Math.round(square.top + (square.side - side) / 2), 480 - side)
  const { data } = await sharp(jpeg)
    .extract({ left, top, width: side, height: side })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const shown = { data, width: side, height: side, face: { ...face, x: face.x - left, y: face.y - top } }
  const from = Math.floor(random() * grain.length)
  const lit = addNoise(shineOnFace(shown, { screen, strength, room, gain }), noise, grain, from)
  return sharp(lit, { raw: { width: side, height: side, channels: 3 } })
    .resize(size, size)
    .jpeg({ quality: jpegQuality })
    .toBuffer()
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value))

/** Normally distributed, by the sum of four uniform numbers; of a prime number, so that no row of pixels repeats another. */
const drawNoise = (random: Random): Float32Array =>
  Float32Array.from({ length: 65_537 }, () => (random() + random() + random() + random() - 2) * Math.sqrt(3))

function addNoise(data: Uint8Array, deviation: number, noise: Float32Array, from: number): Uint8Array {
  return data.map((value, i) => {
    const noisy = value + deviation * noise[(from + i) % noise.length]!
    return Math.max(0, Math.min(255, Math.round(noisy)))
  })
}
