import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { type MediaName, mediaFile } from '../fixtures/media.ts'
import { cacheFolder } from './cache.ts'

const size = { width: 640, height: 480 } as const
/** At the 30 a second of Chromium's fake camera: four seconds, which come round without a jump. */
const frames = 120

/** How the picture moves: as far as somebody does who sits still, and a little nearer and further. */
const drift = { x: 12, y: 7, zoom: 0.04 } as const

/**
 * Absolute path of a clip of somebody of whom there is one picture alone: the camera moves instead of them. It is a face and not a live
 * one, as the shipped liveness check says too: for applications without `pad_threshold`.
 */
export async function photoClipFile(name: MediaName): Promise<string> {
  const folder = join(cacheFolder, 'clips')
  const path = join(folder, `photo-${name}-${frames}-${Object.values(drift).join('-')}.mjpeg`)
  if (existsSync(path)) return path
  await mkdir(folder, { recursive: true })
  const photo = await readFile(await mediaFile(name))
  const made = await Promise.all(Array.from({ length: frames }, (_, index) => drawFrame(photo, index)))
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, Buffer.concat(made))
  await rename(temporary, path)
  return path
}

async function drawFrame(photo: Buffer, index: number): Promise<Buffer> {
  const turn = (2 * Math.PI * index) / frames
  const height = Math.round(size.height * (1.15 + drift.zoom * Math.sin(turn)))
  const scaled = await sharp(photo).resize({
    height,
    width: Math.round(size.width * 1.3),
    fit: 'cover',
    position: 'top',
  })
  const { data, info } = await scaled.png({ compressionLevel: 0 }).toBuffer({ resolveWithObject: true })
  const left = Math.round((info.width - size.width) / 2 + drift.x * Math.sin(turn))
  const top = Math.round((info.height - size.height) / 2 + drift.y * Math.cos(turn))
  return sharp(data)
    .extract({ left, top, ...size })
    .jpeg({ quality: 92 })
    .toBuffer()
}
