import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from './cache.ts'
import { launchChromium } from './chromium.ts'
import { drawFrames, type Shot } from './clips.ts'

const folder = join(cacheFolder, 'frames')

const pathOf = ({ video, atSeconds }: Shot): string => join(folder, `${video}-${atSeconds.toFixed(2)}.jpg`)

/** Single frames of the videos as JPEG, 640 x 480, drawn once by Chromium and kept. */
export async function videoFrames(shots: readonly Shot[]): Promise<readonly Buffer[]> {
  const missing = shots.filter((shot) => !existsSync(pathOf(shot)))
  if (missing.length > 0) await draw(missing)
  return Promise.all(shots.map((shot) => readFile(pathOf(shot))))
}

async function draw(shots: readonly Shot[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const browser = await launchChromium()
  try {
    const frames = await drawFrames(
      browser,
      shots.map((shot) => ({ shots: [shot] })),
    )
    for (const [i, frame] of frames.entries()) {
      const path = pathOf(shots[i]!)
      await writeFile(`${path}.${process.pid}`, frame)
      await rename(`${path}.${process.pid}`, path)
    }
  } finally {
    await browser.close()
  }
}
