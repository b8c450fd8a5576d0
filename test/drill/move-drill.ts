import { defineDrill } from './define-drill.ts'
import { movePeople } from './move-people.ts'
import type { Observed } from './observe-people.ts'
import { progress } from './progress.ts'
import { say } from './say.ts'

/** From the embedded database to PostgreSQL and back. */
export const moveDrill = defineDrill({
  name: 'move',
  summary: 'the embedded database moves to PostgreSQL and back',
  options: { people: 10_000, probes: 500, pins: 2000, database: process.env.TEST_DATABASE_URL ?? '' },
  async run({ options: { people, probes, pins, database } }) {
    if (database === '') return say('MV1', 'no PostgreSQL: give --database postgres://… or TEST_DATABASE_URL', false)
    const figures = await movePeople(database, { people, probes, pins, onProgress: progress('person', people) })
    const { before, between, after, tables, tablesBack, seconds } = figures
    const rows = tables.reduce((sum, table) => sum + table.rows, 0)
    const sums = tables.map(({ table, sum }) => `${table} ${sum}`)
    const sameSums = tablesBack.filter(({ table, sum }) => sums.includes(`${table} ${sum}`)).length
    return [
      say(
        'MV1',
        `${tables.length} tables with ${rows} rows there in ${seconds.there.toFixed(1)} s and back in ${seconds.back.toFixed(1)} s, each compared by checksum`,
        tables.length > 0 && tablesBack.length === tables.length,
      ),
      say('MV1', `${sameSums} of ${tables.length} tables came back as they left`, sameSums === tables.length),
      ...([before, between, after] as const).map((seen, i) =>
        say(
          'MV2',
          `${['before', 'on PostgreSQL', 'after'][i]}: ${describe(seen)}`,
          isWhole(seen, { people, probes, pins }),
        ),
      ),
      say(
        'MV2',
        `${probes} probes: ${same(before, between)} decided alike on PostgreSQL, ${same(before, after)} after, to the last digit of each score`,
        same(before, between) === probes && same(before, after) === probes,
      ),
    ].every(Boolean)
  },
})

const describe = (seen: Observed): string =>
  `${seen.people} people, ${seen.faces} faces, ${seen.payloads} payloads, ${seen.pins} PINs tried and right, ${seen.consents} consents, ${seen.recognised} probes decided rightly`

const isWhole = (seen: Observed, { people, probes, pins }: { people: number; probes: number; pins: number }): boolean =>
  seen.people === people &&
  seen.payloads === people &&
  seen.consents === people &&
  seen.pins === pins &&
  seen.recognised >= 0.95 * probes

const same = (a: Observed, b: Observed): number => a.decisions.filter((text, i) => text === b.decisions[i]).length
