import { defineDrill } from './define-drill.ts'
import { dumpDatabase } from './dump-database.ts'
import { say } from './say.ts'

/** Two people are no further apart than chance puts them. */
const maxDumpCosine = 0.25
const leastTurnedCosine = 0.8

/** What whoever steals the database has. It kills its server for good. */
export const dumpDrill = defineDrill({
  name: 'dump',
  summary: 'what a stolen database tells',
  options: { people: 20, tries: 10_000 },
  async run({ options, openServer }) {
    const figures = await dumpDatabase(await openServer(), { people: options.people, pins: options.tries })
    const { people, files, megabytes, windows, plainCosine, turnedCosine, leaks, controls } = figures
    const isTurned = say(
      'TPL-06',
      `${people} people, ${files} files with ${megabytes.toFixed(0)} MB and all tables: largest cosine with a template ${plainCosine.toFixed(3)} in ${windows} runs of numbers; with the turned ones, as a check, ${turnedCosine.toFixed(3)}`,
      plainCosine <= maxDumpCosine && turnedCosine > leastTurnedCosine,
    )
    const isSealed = say(
      'SEC-21',
      `${leaks.length} secrets in clear of payloads, PIN hashes, keys, tokens and codes (${leaks.join(', ') || 'none'}); ${controls} places of names, as a check`,
      leaks.length === 0 && controls >= people,
    )
    const { triedPins, pinsWithoutPepper, pinsWithPepper } = figures
    const isPeppered = say(
      'SEC-21',
      `${triedPins} PINs tried against an opened hash: ${pinsWithoutPepper} found without the pepper, ${pinsWithPepper} of 1 with it`,
      pinsWithoutPepper === 0 && pinsWithPepper === 1,
    )
    return isTurned && isSealed && isPeppered
  },
})
