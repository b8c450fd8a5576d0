import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { MorphRule } from '@mien/shared/policy/morph'
import { cosine } from '@mien/shared/template/unit-vector'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import sharp from 'sharp'
import { decodeImage } from '../../packages/server/src/vision/decode-image.ts'
import { analyseFiles, analyseImages } from './analyse-files.ts'
import { type BlendKind, blendFaces, blendKinds } from './blend-faces.ts'
import { groupBy } from './group-by.ts'
import { imagesUnder } from './images-under.ts'
import { type CompositeSet, chooseRule, type GalleryRates, type MorphMaterial, ratesOf } from './morph-rates.ts'
import { type Composite, enrolledVector, halfOf, type Person } from './morph-trials.ts'
import { formatProportion } from './proportion.ts'

export interface MorphsOptions {
  /** A folder a person. */
  readonly images: string
  readonly pack: string
  /** Composites of each kind, in each half of the people. */
  readonly composites: number
  readonly gallerySizes: readonly number[]
  readonly rule: MorphRule
  /** Cosine from which a photograph passes as a person (1:1). */
  readonly verify: number
}

/** How the two people of a composite come together. */
const partners = ['any', 'alike'] as const
type Partner = (typeof partners)[number]

interface Photo {
  readonly path: string
  readonly face: FaceAnalysis
}

interface PhotographedPerson extends Person {
  readonly photos: readonly Photo[]
}

export interface MorphsReport {
  readonly rule: MorphRule
  /** What the people for calibration would choose, in the largest gallery; null when nothing fits. */
  readonly chosen: MorphRule | null
  /** On people of whom nobody was used to choose. */
  readonly test: readonly GalleryRates[]
  /** The same with the rule that was chosen; null when it is the one in use, or none. */
  readonly testOfChosen: readonly GalleryRates[] | null
  readonly calibration: readonly GalleryRates[]
}

export async function evaluateMorphs(options: MorphsOptions): Promise<MorphsReport> {
  const { gallerySizes, rule, verify } = options
  const people = await photographedPeople(options)
  const prepare = (half: ReturnType<typeof halfOf>) =>
    prepareHalf(
      people.filter(({ name }) => halfOf(name) === half),
      options,
    )
  const calibration = await prepare('calibration')
  const test = await prepare('test')
  const rates = (material: MorphMaterial, by: MorphRule) =>
    gallerySizes.map((size) => ratesOf(material, size, by, verify))
  const chosen = chooseRule(calibration, Math.max(...gallerySizes), verify)
  return {
    rule,
    chosen,
    test: rates(test, rule),
    testOfChosen: chosen === null || formatRule(chosen) === formatRule(rule) ? null : rates(test, chosen),
    calibration: rates(calibration, rule),
  }
}

/** Blends, and looks at the composites. */
async function prepareHalf(people: readonly PhotographedPerson[], options: MorphsOptions): Promise<MorphMaterial> {
  const sets: CompositeSet[] = []
  for (const kind of blendKinds) {
    for (const partner of partners) sets.push(await makeComposites(people, kind, partner, options))
  }
  return { people, sets }
}

async function photographedPeople({ images, pack }: Pick<MorphsOptions, 'images' | 'pack'>) {
  const paths = await imagesUnder(images)
  const analyses = await analyseFiles(paths, { directory: images, pack, padFraction: 0, title: 'images' })
  const photos = [...analyses].flatMap(([path, outcome]): readonly Photo[] => {
    const face = 'analysis' in outcome ? outcome.analysis.primary : undefined
    return face === undefined ? [] : [{ path, face }]
  })
  return [...groupBy(photos, ({ path }) => dirname(path))].map(
    ([name, own]): PhotographedPerson => ({ name, photos: own, vectors: own.map(({ face }) => face.template.vector) }),
  )
}

async function makeComposites(
  people: readonly PhotographedPerson[],
  kind: BlendKind,
  partner: Partner,
  { images, pack, composites: wanted }: Pick<MorphsOptions, 'images' | 'pack' | 'composites'>,
): Promise<CompositeSet> {
  const couples = pairUp(people, partner, wanted)
  const portraitOf = async ({ photos: [photo] }: PhotographedPerson) => ({
    image: await decodeImage(await readFile(join(images, photo!.path))),
    face: photo!.face,
  })
  const read = async ([a, b]: Couple) => {
    const { data, width, height } = blendFaces(await portraitOf(a), await portraitOf(b), kind)
    return sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer()
  }
  const title = `${kind}, ${partner === 'any' ? 'any two people' : 'look-alikes'}`
  const analyses = await analyseImages(couples, { read, pack, title })
  const composites = [...analyses].flatMap(([couple, outcome]): readonly Composite[] => {
    const face = 'analysis' in outcome ? outcome.analysis.primary : undefined
    return face === undefined ? [] : [{ people: couple, vector: face.template.vector }]
  })
  return { title, composites, noFace: couples.length - composites.length }
}

type Couple = readonly [PhotographedPerson, PhotographedPerson]

/** Each person who has a second photograph to be enrolled with, and somebody else who has: the next one, or whoever is most alike. */
function pairUp(people: readonly PhotographedPerson[], partner: Partner, wanted: number): readonly Couple[] {
  const donors = people.filter(({ photos }) => photos.length >= 2)
  return donors.slice(0, wanted).flatMap((a, i): readonly Couple[] => {
    const others = donors.filter((b) => b !== a)
    const b = partner === 'any' ? donors[(i + Math.floor(donors.length / 2)) % donors.length] : mostAlike(a, others)
    return b === undefined || b === a ? [] : [[a, b]]
  })
}

function mostAlike(person: Person, others: readonly PhotographedPerson[]): PhotographedPerson | undefined {
  const likeness = (other: Person) => cosine(enrolledVector(person), enrolledVector(other))
  return others.toSorted((a, b) => likeness(b) - likeness(a))[0]
}

export function formatMorphs({ rule, chosen, test, testOfChosen, calibration }: MorphsReport): string {
  return [
    `rule in use: ${formatRule(rule)}`,
    `chosen on the people for calibration: ${chosen === null ? 'none keeps the false alarms low' : formatRule(chosen)}`,
    ...formatHalf('test (other people)', test),
    ...(testOfChosen === null ? [] : formatHalf('test, with the rule that was chosen', testOfChosen)),
    ...formatHalf('calibration', calibration),
    'Intervals: Wilson, 95 %. Every subject of a gallery has one photograph, and nobody is blended from one that is enrolled.',
  ].join('\n')
}

const formatRule = ({ minSecond, maxBetween, maxGap }: MorphRule): string =>
  `second >= ${minSecond}, between < ${maxBetween}, first - second <= ${maxGap}`

const formatHalf = (title: string, galleries: readonly GalleryRates[]): readonly string[] =>
  galleries.flatMap(({ size, sets, newcomers, returners, twiceEnrolled }) => [
    `${title}, ${size} enrolled`,
    ...sets.flatMap((set) => [
      `  ${set.title}: would pass as either ${formatProportion(set.passing)}${set.noFace === 0 ? '' : `, no face ${set.noFace}`}`,
      `    of these refused ${formatProportion(set.passingRefused)}`,
      `    of all refused   ${formatProportion(set.refused)}`,
    ]),
    `  refused though one person: newcomers ${formatProportion(newcomers)}`,
    `    enrolled already           ${formatProportion(returners)}`,
    `    enrolled under two names   ${formatProportion(twiceEnrolled)}`,
  ])
