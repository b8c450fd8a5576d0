import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { acceptableQuality, qualityScore } from '@mien/shared/policy/quality-score'
import type { FaceObservation } from '@mien/shared/vision/types'
import { SingleBar } from 'cli-progress'
import { defaultWeightsDirectory, loadManifest } from '../../packages/server/src/models/load-manifest.ts'
import { decodeImage } from '../../packages/server/src/vision/decode-image.ts'
import { openPipeline } from '../../packages/server/src/vision/open-pipeline.ts'
import { type DegradationName, degradationNames, degradePhoto } from './degrade-photo.ts'
import { imagesUnder } from './images-under.ts'
import { formatProportion, type Proportion, proportion } from './proportion.ts'

export interface QualityOptions {
  readonly images: string
  readonly pack: string
  /** Every so many-th image is made worse. */
  readonly every: number
}

export interface QualityReport {
  /** Images with no face or several, which are left out. */
  readonly leftOut: number
  /** As they are, those that are not good enough. */
  readonly refused: Proportion
  /** Scores that 1, 5, 25, 50 and 75 % of the images stay under. */
  readonly percentiles: readonly number[]
  /** Of faces turned by at most 30 and by more than 45 degrees. */
  readonly facing: Proportion
  readonly turned: Proportion
  /** Made worse, those that are not good enough or whose face is not found any more. */
  readonly degraded: Readonly<Record<DegradationName, Proportion>>
}

/** Whether a score tells ordinary photographs from those that are too bad. */
export async function evaluateQuality({ images, pack, every }: QualityOptions): Promise<QualityReport> {
  const manifest = await loadManifest()
  const roles = ['detector', 'landmarks'] as const
  const pipeline = await openPipeline({ manifest, pack, weightsDirectory: defaultWeightsDirectory, roles })
  const paths = await imagesUnder(images)
  const plain: FaceObservation[] = []
  const worse = new Map(degradationNames.map((name): [DegradationName, (FaceObservation | undefined)[]] => [name, []]))
  const bar = new SingleBar({ format: 'images {bar} {value}/{total}  {eta_formatted} left', noTTYOutput: false })
  bar.start(paths.length, 0)
  try {
    for (const [i, path] of paths.entries()) {
      bar.increment()
      const image = await decodeImage(await readFile(join(images, path)))
      const [face, ...others] = await pipeline.observe(image)
      if (face === undefined || others.length > 0) continue
      plain.push(face)
      if (i % every !== 0) continue
      for (const [name, seen] of worse) {
        const [found] = await pipeline.observe(await degradePhoto(image, face.quality.interEyeDistancePx, name))
        seen.push(found)
      }
    }
  } finally {
    bar.stop()
    await pipeline.release()
  }
  return reportOf(plain, worse, paths.length - plain.length)
}

type Seen = FaceObservation | undefined

const refusedOf = (seen: readonly Seen[]): Proportion =>
  proportion(seen.filter((face) => face === undefined || qualityScore(face) < acceptableQuality).length, seen.length)

function reportOf(
  plain: readonly FaceObservation[],
  worse: ReadonlyMap<DegradationName, readonly Seen[]>,
  leftOut: number,
): QualityReport {
  const scores = plain.map(qualityScore).sort((a, b) => a - b)
  const turn = ({ pose }: FaceObservation) => Math.abs(pose.yawDegrees)
  const degraded = Object.fromEntries([...worse].map(([name, seen]) => [name, refusedOf(seen)]))
  return {
    leftOut,
    refused: refusedOf(plain),
    percentiles: [0.01, 0.05, 0.25, 0.5, 0.75].map((part) => scores[Math.floor(part * scores.length)] ?? Number.NaN),
    facing: refusedOf(plain.filter((face) => turn(face) <= 30)),
    turned: refusedOf(plain.filter((face) => turn(face) > 45)),
    degraded: degraded as Record<DegradationName, Proportion>,
  }
}

export function formatQuality({ leftOut, refused, percentiles, facing, turned, degraded }: QualityReport): string {
  return [
    `score under ${acceptableQuality}:`,
    `as they are            ${formatProportion(refused)}`,
    `turned up to 30 deg    ${formatProportion(facing)}`,
    `turned more than 45    ${formatProportion(turned)}`,
    ...degradationNames.map((name) => `${name.padEnd(22)} ${formatProportion(degraded[name])}`),
    `scores at 1, 5, 25, 50, 75 %: ${percentiles.map((score) => score.toFixed(2)).join(' ')}; left out (no face or several) ${leftOut}`,
    'Intervals: Wilson, 95 %. Blur: standard deviation of a Gaussian, in distances between the eyes. A lost face counts as refused.',
  ].join('\n')
}
