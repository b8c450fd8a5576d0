import { hkdfSync } from 'node:crypto'
import { rotate, rotationKeyBytes } from '@mien/shared/template/rotation'
import { cosine } from '@mien/shared/template/unit-vector'
import { Matrix, SVD } from 'ml-matrix'
import { seededRandom } from '../fixtures/synthetic-templates.ts'
import type { Person } from './morph-trials.ts'
import { globalLinkability } from './unlinkability.ts'

interface Exactness {
  readonly pairs: number
  readonly largestDifference: number
  /** Pairs that pass before and not after, or the other way round. */
  readonly flips: number
}

interface Disclosure {
  /** Known pairs of a plain and a turned template. */
  readonly pairs: number
  /** Mean cosine of what is recovered of other people with what they are. */
  readonly recovered: number
  /** Share of them that would pass 1:1. */
  readonly passing: number
}

export interface ProtectionReport {
  readonly people: number
  readonly exact: { readonly float32: Exactness; readonly half: Exactness }
  readonly unlinkability: {
    readonly keyPairs: number
    readonly mated: number
    readonly nonMated: number
    readonly linkability: number
    /** The same measure where nothing can be told: non-mated against non-mated scores, as many. */
    readonly baseline: number
    readonly deviation: number
    readonly largest: number
  }
  /** Cosines of turned templates with the plain ones, for whoever has no key. */
  readonly withoutKey: { readonly largest: number; readonly passing: number }
  readonly samePhotograph: readonly Disclosure[]
  readonly otherPhotograph: readonly Disclosure[]
}

const keyPairs = 10
const comparedPairs = 100_000
const disclosed = [32, 64, 128, 256, 512, 1024] as const
const attacked = 500

/** What turning templates by a key costs, and what it keeps. @param threshold cosine of 1:1 */
export function evaluateProtection(people: readonly Person[], threshold: number): ProtectionReport {
  const firsts = people.map(({ vectors }) => vectors[0]!)
  const key = keyOf('key 0', firsts[0]!.length)
  const stored = firsts.map((vector) => rotate(vector, key))
  const withoutKey = firsts.flatMap((vector) => stored.slice(0, 300).map((turned) => Math.abs(cosine(vector, turned))))
  return {
    people: people.length,
    exact: measureExactness(people, key, threshold),
    unlinkability: measureLinks(firsts),
    withoutKey: { largest: maxOf(withoutKey), passing: withoutKey.filter((score) => score >= threshold).length },
    samePhotograph: disclosures(people, key, threshold, 0),
    otherPhotograph: disclosures(people, key, threshold, 1),
  }
}

const keyOf = (name: string, dimension: number): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', name, '', 'protection', rotationKeyBytes(dimension)))

function measureExactness(people: readonly Person[], key: Uint8Array, threshold: number): ProtectionReport['exact'] {
  const plain = people.flatMap(({ vectors }) => vectors)
  const turned = plain.map((vector) => rotate(vector, key))
  const halves = turned.map((vector) => vector.map(toHalf))
  const pairs = [...genuinePairs(people), ...randomPairs(plain.length)].slice(0, comparedPairs)
  // A probe is never stored: only one side is rounded to half precision.
  const compare = (left: readonly Float32Array[], right: readonly Float32Array[]): Exactness => {
    let largestDifference = 0
    let flips = 0
    for (const [a, b] of pairs) {
      const before = cosine(plain[a]!, plain[b]!)
      const after = cosine(left[a]!, right[b]!)
      largestDifference = Math.max(largestDifference, Math.abs(after - before))
      if (after >= threshold !== before >= threshold) flips++
    }
    return { pairs: pairs.length, largestDifference, flips }
  }
  return { float32: compare(turned, turned), half: compare(turned, halves) }
}

type IndexPair = readonly [number, number]

function genuinePairs(people: readonly Person[]): readonly IndexPair[] {
  let first = 0
  return people.flatMap(({ vectors }) => {
    const own = vectors.map((_, i) => first + i)
    first += vectors.length
    return own.flatMap((a, i) => own.slice(i + 1).map((b): IndexPair => [a, b]))
  })
}

function randomPairs(count: number): readonly IndexPair[] {
  const random = seededRandom(3)
  const pick = () => Math.floor(random() * count)
  return Array.from({ length: comparedPairs }, (): IndexPair => [pick(), pick()])
}

/** To 11 significant bits, ties to even, as IEEE 754 binary16 holds them. */
export function toHalf(value: number): number {
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value) || 2 ** -24)))
  const unit = 2 ** (exponent - 10)
  const whole = Math.floor(value / unit)
  const rest = value / unit - whole
  const isUp = rest > 0.5 || (rest === 0.5 && whole % 2 !== 0)
  return (isUp ? whole + 1 : whole) * unit
}

/** The same template of each person under two keys: the easiest case for whoever links. */
function measureLinks(vectors: readonly Float32Array[]): ProtectionReport['unlinkability'] {
  const mated: number[] = []
  const nonMated: number[] = []
  for (let pair = 0; pair < keyPairs; pair++) {
    const [one, two] = [0, 1].map((side) => {
      const key = keyOf(`pair ${pair} side ${side}`, vectors[0]!.length)
      return vectors.map((vector) => rotate(vector, key))
    }) as [Float32Array[], Float32Array[]]
    for (const [i, left] of one.entries()) {
      mated.push(cosine(left, two[i]!))
      for (const step of [1, 7]) nonMated.push(cosine(left, two[(i + step) % two.length]!))
    }
  }
  const [some, others] = [0, 1].map((part) => nonMated.filter((_, i) => i % 2 === part)) as [number[], number[]]
  return {
    keyPairs,
    mated: mated.length,
    nonMated: nonMated.length,
    linkability: globalLinkability(mated, nonMated),
    baseline: globalLinkability(some, others),
    deviation: Math.sqrt(mated.reduce((sum, score) => sum + score * score, 0) / mated.length),
    largest: maxOf(mated.map(Math.abs)),
  }
}

/**
 * Orthogonal Procrustes (P. H. Schoenemann, Psychometrika 31, 1966): the rotation that fits the known pairs best, applied to others.
 *
 * @param photo which photograph of a person the attacker has: 0, the one that was enrolled, or 1, another one
 */
function disclosures(
  people: readonly Person[],
  key: Uint8Array,
  threshold: number,
  photo: 0 | 1,
): readonly Disclosure[] {
  const known = people.filter(({ vectors }) => vectors.length > photo)
  const others = people.filter(({ vectors }) => vectors.length <= 1).slice(-attacked)
  return disclosed
    .filter((pairs) => pairs <= known.length)
    .map((pairs) => {
      const chosen = known.filter((person) => !others.includes(person)).slice(0, pairs)
      const plain = new Matrix(chosen.map(({ vectors }) => [...vectors[photo]!]))
      const turned = new Matrix(chosen.map(({ vectors }) => [...rotate(vectors[0]!, key)]))
      const { leftSingularVectors, rightSingularVectors } = new SVD(turned.transpose().mmul(plain), {
        autoTranspose: true,
      })
      const back = leftSingularVectors.mmul(rightSingularVectors.transpose())
      const rows = new Matrix(others.map(({ vectors }) => [...rotate(vectors[0]!, key)])).mmul(back)
      const scores = others.map(({ vectors }, i) => cosine(vectors[0]!, rows.getRow(i)))
      return {
        pairs: chosen.length,
        recovered: scores.reduce((sum, score) => sum + score, 0) / scores.length,
        passing: scores.filter((score) => score >= threshold).length / scores.length,
      }
    })
}

const maxOf = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b))

export function formatProtection(report: ProtectionReport): string {
  const { exact, unlinkability: links, withoutKey } = report
  const exactness = (title: string, { pairs, largestDifference, flips }: Exactness) =>
    `TPL-01 ${title}: largest difference of a cosine ${largestDifference.toExponential(1)}, decisions changed ${flips} of ${pairs}`
  const table = (title: string, rows: readonly Disclosure[]) =>
    `  ${title}: ${rows.map(({ pairs, recovered, passing }) => `${pairs} pairs ${recovered.toFixed(2)} (${(100 * passing).toFixed(0)} % pass)`).join(', ')}`
  return [
    `${report.people} people`,
    exactness('float32', exact.float32),
    exactness('stored in half precision', exact.half),
    `TPL-03 two keys: linkability ${links.linkability.toFixed(4)} (where nothing can be told, the same measure gives ${links.baseline.toFixed(4)}); ${links.mated} mated and ${links.nonMated} non-mated scores under ${links.keyPairs} pairs of keys`,
    `  a face and itself under another key: cosine 0 ± ${links.deviation.toFixed(3)}, at most ${links.largest.toFixed(3)}`,
    `  a turned template and plain ones, without the key: at most ${withoutKey.largest.toFixed(3)}, ${withoutKey.passing} pass`,
    'TPL-05 what known pairs tell of other people: mean cosine, and how many would pass 1:1',
    table('the photograph that was enrolled is known', report.samePhotograph),
    table('another photograph of the person is known', report.otherPhotograph),
    '  with the key: 1.00 (100 % pass)',
  ].join('\n')
}
