import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import type { ServerPair } from '../rig/server-pair.ts'
import { openApplication } from './open-application.ts'
import type { RaceFigures } from './race-challenges.ts'
import { createSimulatedWidget, HttpRefusal } from './simulated-widget.ts'

/** As `raceChallenges`, with the uses of each challenge spread over both servers. */
export async function raceOnBoth(
  { servers }: ServerPair,
  { challenges, usesEach }: { challenges: number; usesEach: number },
  onProgress: (done: number) => void = () => {},
): Promise<RaceFigures> {
  const { publicId } = await openApplication(servers[0], 'both')
  const widgets = servers.map(({ url }) => createSimulatedWidget(url, publicId))
  const refusals: Record<string, number> = {}
  let [accepted, wrong] = [0, 0]
  for (let i = 0; i < challenges; i++) {
    const ceremony = await widgets[i % 2]!.begin('enroll')
    const submission = ceremony.submission(syntheticPerson(i + 1))
    const answers = await Promise.all(
      Array.from({ length: usesEach }, (_, use) =>
        widgets[use % 2]!.submitIn(ceremony.session, submission).then(
          ({ status }) => status as string,
          (error) => {
            if (error instanceof HttpRefusal) return error.code
            throw error
          },
        ),
      ),
    )
    const wins = answers.filter((answer) => answer === 'ok').length
    for (const answer of answers) if (answer !== 'ok') refusals[answer] = (refusals[answer] ?? 0) + 1
    accepted += wins
    if (wins !== 1) wrong++
    onProgress(i + 1)
  }
  return { challenges, usesEach, accepted, wrong, refusals }
}
