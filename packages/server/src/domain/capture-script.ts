import { randomInt } from 'node:crypto'
import { type CapturePose, type CaptureScript, type CaptureStep, capturePoses } from '@mien/shared/api/challenges'
import { MienError } from '@mien/shared/errors'
import { flashColours } from '@mien/shared/policy/capture-script'

/** What a person can take part in. */
export interface CaptureAbility {
  readonly flashes: boolean
  readonly motion: boolean
}

/** Milliseconds. At 340 and more a flash there are at most three changes of colour in any second (WCAG 2.2, 2.3.1). */
const flashMs = { least: 340, most: 600, step: 20 } as const

/** How many steps follow the first, by what a person can take part in. */
const lengths = {
  /** Enough that noise is taken for the light of a script once in some thousand recordings: see PAD-05. */
  both: { flashes: 5, leastPoses: 2, mostPoses: 3 },
  /** Poses alone: each is one of six, for 5^6 scripts. */
  motion: { poses: 6 },
  /** Enough that light which followed another script is taken for this one's once in 12,000. */
  flashes: { flashes: 9 },
} as const

/** Poses that may stand between flashes: where the face goes and does not stay. */
const excursions: readonly CapturePose[] = capturePoses.filter((pose) => pose !== 'centre')

/** Of every picture that is taken for the server. */
export const pictureFormat = { crop_size: 256, max_crop_bytes: 40 * 1024 } as const

/**
 * A script that nobody could know before, from the system's generator. It begins at `centre`; no two flashes in a row and no two poses
 * in a row are alike.
 *
 * @throws MienError ASSURANCE_TOO_LOW for whoever can take part in nothing
 */
export function drawCaptureScript(ability: CaptureAbility): CaptureScript {
  return {
    steps: [{ kind: 'pose', pose: 'centre' }, ...drawSteps(ability)],
    ...pictureFormat,
  }
}

function drawSteps({ flashes, motion }: CaptureAbility): readonly CaptureStep[] {
  if (flashes && motion) {
    const { leastPoses, mostPoses } = lengths.both
    const poses = sequence(excursions, leastPoses + randomInt(mostPoses - leastPoses + 1), undefined)
    return interleave(drawFlashes(lengths.both.flashes), poses.map(toPose))
  }
  if (motion) return sequence(capturePoses, lengths.motion.poses, 'centre').map(toPose)
  if (flashes) return drawFlashes(lengths.flashes.flashes)
  throw new MienError('ASSURANCE_TOO_LOW', {
    message: 'A person is seen by colours or by motion, and both were declined',
  })
}

const toPose = (pose: CapturePose): CaptureStep => ({ kind: 'pose', pose })

function drawFlashes(count: number): readonly CaptureStep[] {
  const times = (flashMs.most - flashMs.least) / flashMs.step + 1
  return sequence(flashColours, count, undefined).map((colour) => ({
    kind: 'flash',
    colour,
    ms: flashMs.least + randomInt(times) * flashMs.step,
  }))
}

/** @param before what stands before the first, which is therefore another */
function sequence<T>(choice: readonly T[], count: number, before: T | undefined): readonly T[] {
  const drawn: T[] = []
  while (drawn.length < count) {
    const others = choice.filter((one) => one !== (drawn.at(-1) ?? before))
    drawn.push(others[randomInt(others.length)]!)
  }
  return drawn
}

/** Both in their own order, mixed so that every mixture is as likely as any other. */
function interleave<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  const mixed: T[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const left = a.length - i + b.length - j
    mixed.push(randomInt(left) < a.length - i ? a[i++]! : b[j++]!)
  }
  return mixed
}
