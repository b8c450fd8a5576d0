import type { FlatScan } from './flat-scan.ts'
import type { ExactAnswer } from './measure-engines.ts'
import type { TemplateSource } from './template-source.ts'

/** What exact search in single precision says of each probe. */
export function answersOf(flat: FlatScan, { probes, rows, personOf }: TemplateSource): readonly ExactAnswer[] {
  return probes.map(({ vector }) => {
    const { row, score } = flat.best(vector, rows)
    return { row, score, person: personOf(row) }
  })
}
