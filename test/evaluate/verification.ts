import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { dotProduct } from '@mien/shared/vision/compare'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import { analyseFiles, type FileAnalysis } from './analyse-files.ts'
import { groupBy } from './group-by.ts'
import { formatProportion, type Proportion, proportion } from './proportion.ts'
import { readTable, UsageError } from './read-table.ts'
import { bestThreshold, countPairs, countRight, type PairScores, ScoreHistogram } from './score-histogram.ts'

export interface VerificationOptions {
  readonly pairs: string
  readonly images: string
  readonly pack: string
  readonly padFraction: number
  readonly thresholdFrom?: string | undefined
  readonly allPairs: boolean
  readonly padThreshold: number
}

interface Pair {
  readonly fold: string
  readonly same: boolean
  readonly a: string
  readonly b: string
}

interface OperatingPoint {
  readonly fmr: number
  readonly threshold: number
  readonly falseMatches: number
  readonly tar: Proportion
}

export interface VerificationReport {
  readonly images: number
  readonly failuresToAcquire: readonly string[]
  readonly genuinePairs: number
  readonly impostorPairs: number
  readonly accuracy: { readonly method: string; readonly thresholds: readonly number[]; readonly result: Proportion }
  readonly operatingPoints: readonly OperatingPoint[]
  readonly allPairs?: {
    readonly genuinePairs: number
    readonly impostorPairs: number
    readonly operatingPoints: readonly OperatingPoint[]
  }
  /** Still photographs of live people that presentation-attack detection refuses. */
  readonly padRefusals: Proportion
}

export async function evaluateVerification(options: VerificationOptions): Promise<VerificationReport> {
  const pairs = await readPairs(options.pairs)
  const thresholdPairs = options.thresholdFrom === undefined ? undefined : await readPairs(options.thresholdFrom)
  const named = [...pairs, ...(thresholdPairs ?? [])].flatMap(({ a, b }) => [a, b])
  const paths = [...new Set([...named, ...(options.allPairs ? await listImages(options.images) : [])])]
  const { images, pack, padFraction } = options
  const analyses = await analyseFiles(paths, { directory: images, pack, padFraction, title: 'images' })
  const faces = facesOf(analyses)
  const scores = scorePairs(pairs, faces)
  const stills = [...faces.values()]
  return {
    images: paths.length,
    failuresToAcquire: paths.filter((path) => !faces.has(path)).sort(),
    genuinePairs: scores.genuine.total + scores.missedGenuine,
    impostorPairs: scores.impostor.total + scores.missedImpostor,
    accuracy:
      thresholdPairs === undefined ? byFolds(pairs, faces) : byThreshold(scores, scorePairs(thresholdPairs, faces)),
    operatingPoints: operatingPoints(scores, [1e-2, 1e-3]),
    ...(options.allPairs ? { allPairs: scoreAllPairs(faces) } : {}),
    padRefusals: proportion(stills.filter(({ pad }) => pad.live < options.padThreshold).length, stills.length),
  }
}

async function readPairs(path: string): Promise<readonly Pair[]> {
  const rows = await readTable(path, ['fold', 'same', 'a', 'b'])
  return rows.map(({ fold, same, a, b }, i) => {
    if (same !== '0' && same !== '1') throw new UsageError(`${path}:${i + 2}: same must be 0 or 1`)
    return { fold, same: same === '1', a, b }
  })
}

async function listImages(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true })
  return names.filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).map((name) => name.split(sep).join('/'))
}

type Faces = ReadonlyMap<string, FaceAnalysis>

function facesOf(analyses: ReadonlyMap<string, FileAnalysis>): Faces {
  const faces = new Map<string, FaceAnalysis>()
  for (const [path, outcome] of analyses) {
    if ('analysis' in outcome && outcome.analysis.primary !== undefined) faces.set(path, outcome.analysis.primary)
  }
  return faces
}

function scorePairs(pairs: readonly Pair[], faces: Faces): PairScores {
  const genuine = new ScoreHistogram()
  const impostor = new ScoreHistogram()
  let missedGenuine = 0
  let missedImpostor = 0
  for (const { same, a, b } of pairs) {
    const left = faces.get(a)
    const right = faces.get(b)
    if (left !== undefined && right !== undefined) {
      ;(same ? genuine : impostor).add(dotProduct(left.template.vector, right.template.vector))
    } else if (same) missedGenuine++
    else missedImpostor++
  }
  return { genuine, impostor, missedGenuine, missedImpostor }
}

/** Each fold is judged at the threshold that is best on the others; a single fold at its own best. */
function byFolds(pairs: readonly Pair[], faces: Faces) {
  const folds = [...groupBy(pairs, ({ fold }) => fold).values()].map((fold) => scorePairs(fold, faces))
  const thresholds = folds.map((_, i) => bestThreshold(folds.length === 1 ? folds : folds.filter((_, k) => k !== i)))
  const right = folds.reduce((sum, fold, i) => sum + countRight(fold, thresholds[i]!), 0)
  const method = folds.length === 1 ? 'one fold, threshold chosen on itself' : `${folds.length} folds`
  return { method, thresholds, result: proportion(right, pairs.length) }
}

function byThreshold(scores: PairScores, other: PairScores) {
  const threshold = bestThreshold([other])
  const result = proportion(countRight(scores, threshold), countPairs(scores))
  return { method: 'threshold chosen on another list', thresholds: [threshold], result }
}

function operatingPoints(scores: PairScores, rates: readonly number[]): readonly OperatingPoint[] {
  const { genuine, impostor, missedGenuine } = scores
  return rates.map((fmr) => {
    const threshold = impostor.thresholdForShare(fmr)
    return {
      fmr,
      threshold,
      falseMatches: impostor.countAtLeast(threshold),
      tar: proportion(genuine.countAtLeast(threshold), genuine.total + missedGenuine),
    }
  })
}

/** Every image with every other: the same person when they lie in the same folder. */
function scoreAllPairs(faces: Faces) {
  const genuine = new ScoreHistogram()
  const impostor = new ScoreHistogram()
  const entries = [...faces].map(([path, { template }]) => ({ person: join(path, '..'), vector: template.vector }))
  for (const [i, a] of entries.entries()) {
    for (let k = i + 1; k < entries.length; k++) {
      const b = entries[k]!
      ;(a.person === b.person ? genuine : impostor).add(dotProduct(a.vector, b.vector))
    }
  }
  const scores = { genuine, impostor, missedGenuine: 0, missedImpostor: 0 }
  return {
    genuinePairs: genuine.total,
    impostorPairs: impostor.total,
    operatingPoints: operatingPoints(scores, [1e-1, 1e-2, 1e-3, 1e-4, 1e-5]),
  }
}

export function formatVerification(report: VerificationReport): string {
  const { accuracy, failuresToAcquire, allPairs } = report
  return [
    `images ${report.images}, failures to acquire ${failuresToAcquire.length}${failuresToAcquire.map((path) => `\n  ${path}`).join('')}`,
    `accuracy ${formatProportion(accuracy.result)}, ${accuracy.method}: ${accuracy.thresholds.map((value) => value.toFixed(3)).join(' ')}`,
    `listed pairs: ${report.genuinePairs} genuine, ${report.impostorPairs} impostor`,
    ...report.operatingPoints.map(formatPoint),
    ...(allPairs === undefined
      ? []
      : [
          `all against all: ${allPairs.genuinePairs} genuine, ${allPairs.impostorPairs} impostor`,
          ...allPairs.operatingPoints.map(formatPoint),
        ]),
    `stills that presentation-attack detection refuses: ${formatProportion(report.padRefusals)}`,
    'Intervals: Wilson, 95 %, pairs taken as independent. A failure to acquire counts as an error.',
  ].join('\n')
}

const formatPoint = ({ fmr, threshold, falseMatches, tar }: OperatingPoint): string =>
  `  FMR <= ${fmr.toExponential(0)}: threshold ${threshold.toFixed(4)}, false matches ${falseMatches}, TAR ${formatProportion(tar)}`
