import type { CaptureStep } from '../api/challenges.ts'
import { cosine } from '../template/unit-vector.ts'
import type { LightFacts, LinearRgb } from '../vision/types.ts'
import { centreDegrees, leastPoseMs, neutralColour, posePolicy, timingToleranceMs } from './capture-script.ts'

/** What the server saw in one picture of a capture. */
export interface SeenCrop {
  /** Milliseconds since the challenge arrived, as the client says. */
  readonly atMs: number
  readonly faceHeightPx: number
  readonly yawDegrees: number
  readonly pitchDegrees: number
  readonly light: LightFacts
  /** Unit vector. */
  readonly vector: Float32Array
}

export interface CaptureScriptRules {
  /** Cosine of two pictures above which they are one picture, twice. */
  readonly stillCosine: number
  /** Cosine that every picture has at least with the first. Low, since heads are turned: `frontalCosine` holds for those that are not. */
  readonly personCosine: number
  readonly frontalCosine: number
  /** Of what was seen of all flashes together with what they would do to a face, -1..1. */
  readonly colourFit: number
  /** Part of its light that a white screen adds to a face, at least. */
  readonly colourStrength: number
  /** The same of what is around the face, at most, in parts of that of the face. */
  readonly mostAround: number
}

/** Calibrated on composed captures, see SPEC.md SV. */
export const defaultCaptureScriptRules: CaptureScriptRules = {
  stillCosine: 0.9999,
  personCosine: 0.3,
  frontalCosine: 0.6,
  colourFit: 0.85,
  colourStrength: 0.03,
  mostAround: 0.65,
}

/**
 * - `timing`: not in the order or at the times of the script
 * - `still`: two pictures are one
 * - `mixed`: not one person
 * - `pose`: a face was not where a step asked it to be
 * - `colour`: the light on the face did not change as the screen did
 */
export type CaptureScriptVerdict = 'ok' | 'timing' | 'still' | 'mixed' | 'pose' | 'colour'

/**
 * Whether somebody went through the script, by what the server saw itself, and one picture for each step. Everything is measured
 * against the first picture, the pose `centre` under the neutral colour.
 */
export function judgeCaptureScript(
  steps: readonly CaptureStep[],
  crops: readonly SeenCrop[],
  rules: CaptureScriptRules = defaultCaptureScriptRules,
): CaptureScriptVerdict {
  if (crops.length !== steps.length || !keepsTime(steps, crops)) return 'timing'
  const pairs = crops.flatMap((a, i) => crops.slice(i + 1).map((b) => cosine(a.vector, b.vector)))
  if (!pairs.every((value) => value < rules.stillCosine)) return 'still'
  if (!isOnePerson(steps, crops, rules)) return 'mixed'
  if (!steps.every((step, i) => isWhereAsked(step, crops[i]!, crops[0]!))) return 'pose'
  return isLitAsShown(steps, crops, rules) ? 'ok' : 'colour'
}

/** And more on the face than behind it: what tints all of a picture alike is no screen in front of a face. */
function isLitAsShown(steps: readonly CaptureStep[], crops: readonly SeenCrop[], rules: CaptureScriptRules): boolean {
  if (!hasFlashes(steps)) return true
  const face = colourResponse(steps, crops, (light) => light.face)
  if (face === null || !(face.fit >= rules.colourFit && face.strength >= rules.colourStrength)) return false
  const told = toldPictures(steps, crops)
  if (told === null) return false
  // Of the same pictures as well: a face that one of the others showed darker would seem to be lit more than its surroundings.
  const [onFace, around] = (['face', 'around'] as const).map((where) =>
    colourResponse(told.steps, told.crops, (light) => light[where]),
  )
  if (onFace == null || around == null) return false
  return around.strength <= rules.mostAround * Math.min(face.strength, onFace.strength)
}

const hasFlashes = (steps: readonly CaptureStep[]): boolean => steps.some(({ kind }) => kind === 'flash')

/**
 * Whether there is enough around the face to tell a screen from a tinted picture, which has the same colours on everything. Where all is white
 * or black behind somebody nothing is told, and nobody may be let in for that: a tint would hide there.
 */
export const showsSurroundings = (steps: readonly CaptureStep[], crops: readonly SeenCrop[]): boolean =>
  !hasFlashes(steps) || toldPictures(steps, crops) !== null

interface ToldPictures {
  readonly steps: readonly CaptureStep[]
  readonly crops: readonly SeenCrop[]
}

/** The pictures in which it can be told, half of the flashes and one to compare them with at least: what is bright clips now and then. */
function toldPictures(steps: readonly CaptureStep[], crops: readonly SeenCrop[]): ToldPictures | null {
  const flashes = steps.filter(({ kind }) => kind === 'flash').length
  const isTold = (i: number) => isFrontal(steps[i]!) && crops[i]!.light.around !== null
  const told = steps.flatMap((step, i) => (isTold(i) ? [{ step, crop: crops[i]! }] : []))
  const compared = told.slice(1).filter(({ step }) => step.kind === 'flash')
  if (compared.length < flashes / 2) return null
  const pictures = [told[0]!, ...compared]
  return { steps: pictures.map(({ step }) => step), crops: pictures.map(({ crop }) => crop) }
}

/** Whether pictures were taken in the order and at the times of the script: known before anybody looks at one. */
export function keepsTime(steps: readonly CaptureStep[], crops: readonly Pick<SeenCrop, 'atMs'>[]): boolean {
  return steps.every((step, i) => {
    if (i === 0) return crops[0]!.atMs >= 0
    const took = crops[i]!.atMs - crops[i - 1]!.atMs
    if (step.kind === 'pose') return took >= leastPoseMs
    const isRun = steps[i - 1]!.kind === 'flash'
    return took >= step.ms - timingToleranceMs && (!isRun || took <= step.ms + timingToleranceMs)
  })
}

/** Where the face looks straight ahead: what is compared with other templates. */
export const isFrontal = (step: CaptureStep): boolean => step.kind === 'flash' || step.pose === 'centre'

function isOnePerson(
  steps: readonly CaptureStep[],
  crops: readonly SeenCrop[],
  { personCosine, frontalCosine }: CaptureScriptRules,
): boolean {
  return crops.every(({ vector }, i) => {
    return cosine(vector, crops[0]!.vector) >= (isFrontal(steps[i]!) ? frontalCosine : personCosine)
  })
}

function isWhereAsked(step: CaptureStep, crop: SeenCrop, first: SeenCrop): boolean {
  const yaw = crop.yawDegrees - first.yawDegrees
  const pitch = crop.pitchDegrees - first.pitchDegrees
  switch (step.kind === 'flash' ? 'centre' : step.pose) {
    case 'centre':
      return Math.abs(yaw) <= centreDegrees.taken && Math.abs(pitch) <= centreDegrees.taken
    case 'left':
      return yaw >= posePolicy.left.taken
    case 'right':
      return -yaw >= posePolicy.right.taken
    case 'up':
      return -pitch >= posePolicy.up.taken
    case 'down':
      return pitch >= posePolicy.down.taken
    case 'closer':
      return crop.faceHeightPx / first.faceHeightPx >= posePolicy.closer.taken
  }
}

export interface ColourResponse {
  /** Cosine of what was seen with what was expected, over all flashes and channels, -1..1. */
  readonly fit: number
  /** Part of its light that a white screen would have added; negative where it went the other way. */
  readonly strength: number
}

/**
 * How the light on something followed the colours. Where a screen adds `k s` to the room's `a`, its picture under the colour s over
 * the one under the neutral colour n is, in each channel, 1 + k (s - n) / (a + k n): skin, camera and the room's colour are gone. What
 * exposure did is taken out by the mean of the channels, and what white balance and daylight did by a straight line over time. Judged
 * over all flashes at once: a single one may be weak, or fit a neighbouring colour better.
 *
 * @param steps a straight look first, that of the neutral colour or of another: what the others are compared with
 * @param of the light that is looked at, in a picture
 * @returns null for a script without flashes, or where the light cannot be told in all pictures
 */
export function colourResponse(
  steps: readonly CaptureStep[],
  crops: readonly SeenCrop[],
  of: (light: LightFacts) => LinearRgb | null,
): ColourResponse | null {
  const before = of(crops[0]!.light)
  const lightBefore = lightOf(steps[0]!)
  const flashes = steps.flatMap((step, i) => (i > 0 && step.kind === 'flash' ? [{ step, crop: crops[i]! }] : []))
  const lights = flashes.map(({ crop }) => of(crop.light))
  if (flashes.length === 0 || before === null || lights.includes(null)) return null
  const times = flashes.map(({ crop }) => crop.atMs - crops[0]!.atMs)
  const seen = lights.map((light) => withoutMean(light!.map((value, c) => value / before[c]! - 1)))
  const expected = flashes.map(({ step }) => withoutMean(lightOf(step).map((value, c) => value - lightBefore[c]!)))
  const [x, y] = [withoutDrift(seen, times), withoutDrift(expected, times)]
  return { fit: dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)), strength: dot(x, y) / dot(y, y) }
}

const withoutMean = (values: readonly number[]): readonly number[] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => value - mean)
}

/** Each channel less the multiple of time that fits it best: it was zero when the first picture was taken. @returns all in one row */
function withoutDrift(changes: readonly (readonly number[])[], times: readonly number[]): readonly number[] {
  const slopes = [0, 1, 2].map(
    (c) =>
      dot(
        times,
        changes.map((change) => change[c]!),
      ) / dot(times, times),
  )
  return changes.flatMap((change, i) => change.map((value, c) => value - slopes[c]! * times[i]!))
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

/** sRGB's transfer function (IEC 61966-2-1): what a screen emits for `#rrggbb`, 0..1. */
const emitted = (colour: string): readonly number[] =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })

const lightOf = (step: CaptureStep): readonly number[] => emitted(step.kind === 'flash' ? step.colour : neutralColour)
