import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { toMienError } from '@mien/shared/errors'
import { verifyThreshold } from '@mien/shared/policy/threshold'
import { findPack } from '@mien/shared/vision/manifest'
import { loadManifest } from '../../packages/server/src/models/load-manifest.ts'
import { runModelsCommand } from '../../packages/server/src/models/run-models-command.ts'
import { evaluateCovers, formatCovers } from './covered-faces.ts'
import { evaluateMorphs, formatMorphs } from './morphs.ts'
import { evaluateNearCopies, formatNearCopies } from './near-copies.ts'
import { evaluateQuality, formatQuality } from './photo-quality.ts'
import { evaluatePad, formatPad } from './presentation-attack.ts'
import { UsageError } from './read-table.ts'
import { templateStudies } from './template-studies.ts'
import { evaluateVerification, formatVerification } from './verification.ts'

const usage = `npm run evaluate -- verification --pairs FILE.csv --images DIR [--threshold-from FILE.csv] [--all-pairs]
npm run evaluate -- pad --list FILE.csv --images DIR [--threshold T]
npm run evaluate -- covers --images DIR [--every N]
npm run evaluate -- morphs --images DIR [--composites N]
npm run evaluate -- quality --images DIR [--every N]
npm run evaluate -- implausible --images DIR [--write-population FILE.json]
npm run evaluate -- climbing|protection --images DIR
npm run evaluate -- fpir --images DIR [--doubles FILE.csv]
npm run evaluate -- near-copies

verification  FILE.csv has the header fold,same,a,b: paths under DIR, same 1 or 0. Accuracy by folds (each judged at the
              best threshold of the others), or at the best threshold of another list. --all-pairs also compares every
              image under DIR with every other; images in one folder show one person.
pad           FILE.csv has the header label,subject,path; label live is a person, any other an attack.
covers        Every image under DIR shows an uncovered face; masks, scarves and dark glasses are drawn over every N-th
              (default 10).
morphs        Images in one folder under DIR show one person. Blends people of one half by name, N (default 300) of each
              kind, and says how many are refused, and how many real people; beside it what the other half would choose.
quality       Which images with one face under DIR are good enough, as they are and, every N-th (default 10), made worse.
implausible   Images in one folder under DIR show one person. Which made-up vectors are refused when enrolling, and how many
              real ones; the statistics are those in use, or, with --write-population, made of one half by name.
climbing      How much of a template yes and no alone give away, with the limits on guessing and without.
protection    What turning templates by a key costs and keeps: exactness, two keys, known pairs.
fpir          How often strangers are taken for somebody in galleries of 100 and 1000 of the people, and how often people for themselves.
              FILE.csv has the header name,also: two folders that show one person; the second is left out.
near-copies   How alike captures of one man are that follow each other, in videos that the tests use too (needs Chromium).

First two     --pad FRACTION  repeat the border by this fraction of the longer side before detection (tight crops)
Last ones     --cache FILE    keep the templates of the images there for the next run (biometric data: for the owner only)
All           --out FILE.json write the report
              --pack NAME     model pack, default standard`

try {
  await main()
} catch (thrown) {
  const error = thrown instanceof UsageError ? thrown : toMienError(thrown)
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : `${error.code}: ${error.message}`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { values, positionals } = parse()
  const [command] = positionals
  const pack = values.pack
  const images = command === 'near-copies' ? '' : required(values.images, '--images')
  const padFraction = numberIn(values.pad, '--pad', 0, 4, 0)
  const models = findPack(await loadManifest(), pack)
  const { threshold } = models.pad
  await runModelsCommand({ pack, localDirectory: process.env.MIEN_MODELS_DIR })
  if (command === 'verification') {
    const pairs = required(values.pairs, '--pairs')
    const thresholdFrom = values['threshold-from']
    const allPairs = values['all-pairs']
    const report = await evaluateVerification({
      pairs,
      images,
      pack,
      padFraction,
      thresholdFrom,
      allPairs,
      padThreshold: threshold,
    })
    await print(report, formatVerification(report), values.out)
  } else if (command === 'pad') {
    const list = required(values.list, '--list')
    const chosen = numberIn(values.threshold, '--threshold', 0, 1, threshold)
    const report = await evaluatePad({ list, images, pack, padFraction, threshold: chosen })
    await print(report, formatPad(report), values.out)
  } else if (command === 'covers') {
    const every = numberIn(values.every, '--every', 1, 1e6, 10)
    const report = await evaluateCovers({ images, pack, every })
    await print(report, formatCovers(report), values.out)
  } else if (command === 'morphs') {
    const { points, morph: rule } = models.embedder.calibration
    const composites = numberIn(values.composites, '--composites', 1, 1e6, 300)
    const verify = verifyThreshold(points)
    const report = await evaluateMorphs({ images, pack, composites, gallerySizes: [50, 500], rule, verify })
    await print(report, formatMorphs(report), values.out)
  } else if (command === 'quality') {
    const every = numberIn(values.every, '--every', 1, 1e6, 10)
    const report = await evaluateQuality({ images, pack, every })
    await print(report, formatQuality(report), values.out)
  } else if (command === 'near-copies') {
    const report = await evaluateNearCopies(pack)
    await print(report, formatNearCopies(report), values.out)
  } else if (Object.hasOwn(templateStudies, command ?? '')) {
    const { cache, 'write-population': writePopulation, doubles } = values
    const options = { images, pack, cache, writePopulation, doubles, embedder: models.embedder }
    const { report, text } = await templateStudies[command!]!(options)
    await print(report, text, values.out)
  } else throw new UsageError('Say which measurement')
}

function parse() {
  const text = { type: 'string' } as const
  const options = {
    pairs: text,
    images: text,
    list: text,
    pad: text,
    out: text,
    threshold: text,
    every: text,
    composites: text,
    cache: text,
    'threshold-from': text,
    'write-population': text,
    doubles: text,
    'all-pairs': { type: 'boolean', default: false },
    pack: { type: 'string', default: 'standard' },
  } as const
  try {
    return parseArgs({ allowPositionals: true, options })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new UsageError(`${name} is missing`)
  return value
}

function numberIn(text: string | undefined, name: string, low: number, high: number, fallback: number): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (!(value >= low && value <= high)) throw new UsageError(`${name} must be a number from ${low} to ${high}`)
  return value
}

async function print(report: object, text: string, out: string | undefined): Promise<void> {
  console.log(text)
  if (out !== undefined) await writeFile(out, `${JSON.stringify(report, null, 2)}\n`)
}
