import { defineDrill } from './define-drill.ts'
import { openApplication } from './open-application.ts'
import { progress } from './progress.ts'
import { raceChallenges } from './race-challenges.ts'
import { racePins } from './race-pins.ts'
import { counted, say } from './say.ts'

const maxPinTries = 10
const usesEach = 20

/** What may be used once, and what may be tried ten times, tried many times at once. */
export const racesDrill = defineDrill({
  name: 'races',
  summary: 'one-time challenges and PINs, used many times at once',
  options: { challenges: 100, sessions: 67 },
  async run({ options: { challenges, sessions }, openServer }) {
    const server = await openServer()
    const { widget } = await openApplication(server, 'race')
    const race = await raceChallenges(widget, { challenges, usesEach }, progress('challenge', challenges))
    const isOnce = say(
      'SEC-02',
      `${challenges} challenges x ${usesEach} uses at once: ${race.accepted} accepted, ${race.wrong} more or less often than once (${counted(race.refusals)})`,
      race.wrong === 0 && race.accepted === challenges,
    )
    const shop = await openApplication(server, 'pins', { pin_authenticate: 'always', pin_enroll: 'optional' })
    const pins = await racePins(shop.widget, { sessions })
    const isLimited = say(
      'SEC-20',
      `${pins.guesses} wrong PINs at once: ${pins.evaluated} evaluated, limit ${maxPinTries} (${counted(pins.reasons)})`,
      pins.evaluated <= maxPinTries,
    )
    return isOnce && isLimited
  },
})
