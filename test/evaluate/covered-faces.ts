import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { selectPrimaryFace } from '@mien/shared/vision/primary-face'
import type { FaceObservation } from '@mien/shared/vision/types'
import { SingleBar } from 'cli-progress'
import { defaultWeightsDirectory, loadManifest } from '../../packages/server/src/models/load-manifest.ts'
import { decodeImage } from '../../packages/server/src/vision/decode-image.ts'
import { openPipeline } from '../../packages/server/src/vision/open-pipeline.ts'
import { type CoverName, coverNames, drawCover } from './draw-cover.ts'
import { imagesUnder } from './images-under.ts'
import { formatProportion, type Proportion, proportion } from './proportion.ts'

export interface CoversOptions {
  readonly images: string
  readonly pack: string
  /** Covers are drawn over every so many-th image. */
  readonly every: number
}

interface Told {
  /** Told to uncover the mouth. */
  readonly mouth: Proportion
  readonly eyes: Proportion
  readonly noFace: number
}

export interface CoversReport {
  readonly uncovered: Told
  readonly covered: Readonly<Record<CoverName, Told>>
}

/** Above it the widget asks to uncover (`ceremony/guidance.ts`). */
const limit = 1

/** What the widget would say of the images as they are, and of those with something drawn over the face. */
export async function evaluateCovers({ images, pack, every }: CoversOptions): Promise<CoversReport> {
  const roles = ['detector', 'landmarks'] as const
  const manifest = await loadManifest()
  const pipeline = await openPipeline({ manifest, pack, weightsDirectory: defaultWeightsDirectory, roles })
  const paths = await imagesUnder(images)
  const plain: Seen[] = []
  const covered = new Map(coverNames.map((name): [CoverName, Seen[]] => [name, []]))
  const bar = new SingleBar({ format: 'images {bar} {value}/{total}  {eta_formatted} left', noTTYOutput: false })
  bar.start(paths.length, 0)
  try {
    for (const [i, path] of paths.entries()) {
      const image = await decodeImage(await readFile(join(images, path)))
      const look = async (seen: typeof image) => selectPrimaryFace(await pipeline.observe(seen), seen)
      const face = await look(image)
      plain.push(face)
      if (face !== undefined && i % every === 0) {
        for (const [name, found] of covered) found.push(await look(await drawCover(image, face.landmarks, name)))
      }
      bar.increment()
    }
  } finally {
    bar.stop()
    await pipeline.release()
  }
  const told = Object.fromEntries([...covered].map(([name, found]) => [name, tellOf(found)]))
  return { uncovered: tellOf(plain), covered: told as Record<CoverName, Told> }
}

type Seen = FaceObservation | undefined

function tellOf(seen: readonly Seen[]): Told {
  const faces = seen.filter((face) => face !== undefined)
  const over = (fact: 'mouthCover' | 'eyeCover') =>
    proportion(faces.filter(({ quality }) => quality[fact] > limit).length, faces.length)
  return { mouth: over('mouthCover'), eyes: over('eyeCover'), noFace: seen.length - faces.length }
}

export function formatCovers({ uncovered, covered }: CoversReport): string {
  const line = (name: string, { mouth, eyes, noFace }: Told) =>
    `${name.padEnd(17)} mouth ${formatProportion(mouth)}, eyes ${formatProportion(eyes)}, no face ${noFace}`
  return [
    'Told to uncover:',
    line('as they are', uncovered),
    ...coverNames.map((name) => line(name, covered[name])),
    'Intervals: Wilson, 95 %. Covers are drawn: real cloth has folds, and real faces move under it.',
  ].join('\n')
}
