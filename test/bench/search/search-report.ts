import type { EngineFigures, Share } from './measure-engines.ts'

export interface GalleryReport {
  readonly gallery: string
  readonly figures: readonly EngineFigures[]
  /** What the ratios are to. */
  readonly baseline: string
  /** Engine and why. */
  readonly notMeasured: readonly (readonly [string, string])[]
  readonly notes: readonly string[]
}

const head = [
  'engine',
  'p50 ms',
  'p99 ms',
  'ratio',
  'per s, 1 client',
  '8 clients',
  'recall@1 person, enrolled',
  'strangers',
  'template',
  'ties',
  'load s',
  'MiB',
  'searches',
]

/** A table in Markdown. */
export function formatReport({ gallery, figures, baseline, notMeasured, notes }: GalleryReport): string {
  const base = figures.find(({ engine }) => engine.name === baseline)?.p50Ms
  const rows = [
    ...figures.map((each) => rowOf(each, base)),
    ...notMeasured.map(([name, why]) => [name, `not measured: ${why}`, ...head.slice(2).map(() => '')]),
  ]
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    `### ${gallery} templates`,
    '',
    line(head),
    line(head.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...rows.map(line),
    '',
    `Ratio: p50 to that of "${baseline}". Load of a database: its rows with triggers and constraints. Ties: somebody else was named whose cosine is the same in half precision.`,
    ...notes,
  ].join('\n')
}

function rowOf({ engine, p50Ms, p99Ms, rates, recall, searches }: EngineFigures, base: number | undefined): string[] {
  return [
    engine.name,
    milliseconds(p50Ms),
    milliseconds(p99Ms),
    base === undefined ? '' : `${(p50Ms / base).toFixed(2)}x`,
    rate(rates.one),
    rate(rates.eight),
    ...(recall === null
      ? ['', '', '', '']
      : [share(recall.matedPerson), share(recall.strangerPerson), share(recall.template), String(recall.ties)]),
    engine.loadMs === null ? '' : (engine.loadMs / 1000).toFixed(1),
    (engine.bytes / 2 ** 20).toFixed(1),
    String(searches),
  ]
}

const milliseconds = (ms: number): string => ms.toFixed(ms < 10 ? 2 : 1)
const rate = (perSecond: number): string => perSecond.toFixed(perSecond < 10 ? 1 : 0)
const share = ([hits, tries]: Share): string => (tries === 0 ? '' : (hits / tries).toFixed(3))
