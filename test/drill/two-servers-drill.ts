import { startServerPair } from '../rig/server-pair.ts'
import { defineDrill } from './define-drill.ts'
import { deleteHereSearchThere } from './delete-here-search-there.ts'
import { progress } from './progress.ts'
import { raceOnBoth } from './race-on-both.ts'
import { counted, say } from './say.ts'
import { withPostgres } from './with-postgres.ts'

const usesEach = 20

/** What is used or deleted over one server is used or deleted for the other. */
export const twoServersDrill = defineDrill({
  name: 'two-servers',
  summary: 'one-time challenges and deletions over two servers at once',
  options: { challenges: 100, trials: 10_000, others: 4000, postgres: 'own' },
  run: ({ options: { challenges, trials, others, postgres } }) =>
    withPostgres(postgres, 'two-servers', async (url) => {
      const pair = await startServerPair(url, { MIEN_TRUSTED_PROXIES: '1' })
      try {
        const race = await raceOnBoth(pair, { challenges, usesEach }, progress('challenge', challenges))
        const isOnce = say(
          'MS15',
          `${challenges} challenges x ${usesEach} uses at once, spread over two servers: ${race.accepted} accepted, ${race.wrong} more or less often than once (${counted(race.refusals)})`,
          race.wrong === 0 && race.accepted === challenges,
        )
        const figures = await deleteHereSearchThere(pair, { trials, others, onProgress: progress('deletion', trials) })
        const { people, found, answers, repeated, controls, engines } = figures
        const isGone = say(
          'MS16',
          `${trials} people of ${people} deleted over one server and searched over the other at once: ${found} found (${counted(answers)}; ${repeated} asked again because the server was busy); of ${controls.tried} who were searched before, ${controls.recognised} found (${counted(controls.answers)}); searched by ${engines.join(' and ')}`,
          // Another refusal than that nobody was found would say nothing of who is found.
          found === 0 && answers.not_recognised === trials && controls.recognised === controls.tried,
        )
        return isOnce && isGone
      } finally {
        await pair.close()
      }
    }),
})
