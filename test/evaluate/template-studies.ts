import { clearThreshold } from '@mien/shared/policy/identify'
import { verifyThreshold } from '@mien/shared/policy/threshold'
import type { EmbedderModel } from '@mien/shared/vision/manifest'
import { loadPopulation, populationPath } from '../../packages/server/src/models/population-file.ts'
import { evaluateClimbs, formatClimbs } from './climbs.ts'
import { evaluateFalseIdentification, formatFalseIdentification } from './false-identification.ts'
import { formatImplausible, runImplausible } from './implausible.ts'
import { type PeopleOptions, peopleUnder } from './people-under.ts'
import { evaluateProtection, formatProtection } from './protection.ts'
import { readTable, UsageError } from './read-table.ts'

export interface Study {
  readonly report: object
  readonly text: string
}

export interface StudyOptions extends PeopleOptions {
  readonly embedder: EmbedderModel
  /** File for new statistics of how templates are spread. */
  readonly writePopulation: string | undefined
  /** File with people who are in the folder under two names. */
  readonly doubles: string | undefined
}

const study = <Report extends object>(report: Report, format: (report: Report) => string): Study => ({
  report,
  text: format(report),
})

/** What is learnt from templates alone, of a folder of people. */
export const templateStudies: Readonly<Record<string, (options: StudyOptions) => Promise<Study>>> = {
  implausible: async (options) =>
    study(await runImplausible(options.embedder, options, options.writePopulation), formatImplausible),
  async climbing(options) {
    const { id, dimension, calibration } = options.embedder
    if (calibration.plausibility === null) throw new UsageError(`${id} has no statistics in the manifest`)
    const path = populationPath(calibration.plausibility.population)
    const population = await loadPopulation(path, { id, dimension })
    const people = await peopleUnder(options)
    const bars = { threshold: verifyThreshold(calibration.points), clear: clearThreshold(calibration.points) }
    return study(evaluateClimbs({ people, population, bars }), formatClimbs)
  },
  async protection(options) {
    const people = await peopleUnder(options)
    return study(evaluateProtection(people, verifyThreshold(options.embedder.calibration.points)), formatProtection)
  },
  async fpir(options) {
    const people = await peopleUnder(options)
    const doubles = options.doubles === undefined ? [] : await readTable(options.doubles, ['name', 'also'])
    const names = new Set(doubles.map(({ also }) => also))
    const { points } = options.embedder.calibration
    return study(evaluateFalseIdentification(people, points, names), formatFalseIdentification)
  },
}
