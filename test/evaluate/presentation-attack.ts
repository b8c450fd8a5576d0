import { analyseFiles } from './analyse-files.ts'
import { groupBy } from './group-by.ts'
import { formatProportion, type Proportion, proportion } from './proportion.ts'
import { readTable } from './read-table.ts'

export interface PadOptions {
  readonly list: string
  readonly images: string
  readonly pack: string
  readonly padFraction: number
  readonly threshold: number
}

interface Rates {
  /** Attacks taken for live. */
  readonly apcer: Proportion
  /** Live people refused. */
  readonly bpcer: Proportion
}

export interface PadReport extends Rates {
  readonly threshold: number
  readonly failuresToAcquire: readonly string[]
  readonly subjects: readonly (Rates & { readonly subject: string })[]
}

interface Judged {
  readonly label: string
  readonly subject: string
  readonly path: string
  /** undefined when no face was found. */
  readonly live: number | undefined
}

export async function evaluatePad(options: PadOptions): Promise<PadReport> {
  const { images, pack, padFraction, threshold } = options
  const rows = await readTable(options.list, ['label', 'subject', 'path'])
  const paths = [...new Set(rows.map(({ path }) => path))]
  const analyses = await analyseFiles(paths, { directory: images, pack, padFraction, title: 'images' })
  const judged = rows.map((row): Judged => {
    const outcome = analyses.get(row.path)
    return {
      ...row,
      live: outcome !== undefined && 'analysis' in outcome ? outcome.analysis.primary?.pad.live : undefined,
    }
  })
  const subjects = [...groupBy(judged, ({ subject }) => subject)].sort(([a], [b]) => a.localeCompare(b))
  return {
    threshold,
    failuresToAcquire: judged.filter(({ live }) => live === undefined).map(({ path }) => path),
    ...ratesOf(judged, threshold),
    subjects: subjects.map(([subject, rowsOfSubject]) => ({ subject, ...ratesOf(rowsOfSubject, threshold) })),
  }
}

/** Label `live` is a person, any other an attack. An image without a face is an error on either side. */
function ratesOf(judged: readonly Judged[], threshold: number): Rates {
  const live = judged.filter(({ label }) => label === 'live')
  const attacks = judged.filter(({ label }) => label !== 'live')
  const refused = live.filter((image) => image.live === undefined || image.live < threshold)
  const accepted = attacks.filter((image) => image.live === undefined || image.live >= threshold)
  return { apcer: proportion(accepted.length, attacks.length), bpcer: proportion(refused.length, live.length) }
}

export function formatPad({ threshold, failuresToAcquire, apcer, bpcer, subjects }: PadReport): string {
  const counts = ({ hits, total }: Proportion) => `${hits}/${total}`
  return [
    `threshold ${threshold}, failures to acquire ${failuresToAcquire.length}${failuresToAcquire.map((path) => `\n  ${path}`).join('')}`,
    `APCER ${formatProportion(apcer)}`,
    `BPCER ${formatProportion(bpcer)}`,
    'subject  APCER  BPCER',
    ...subjects.map((row) => `${row.subject.padEnd(8)} ${counts(row.apcer).padEnd(6)} ${counts(row.bpcer)}`),
    'Intervals: Wilson, 95 %. A failure to acquire counts as an error.',
  ].join('\n')
}
