/** `npm run drill [-- --kills N] [-- --challenges N]`: races and kills against a real server on this machine, with figures. */
import { parseArgs } from 'node:util'
import { startServer, type TestServer } from '../rig/server.ts'
import { interruptEnrolments } from './interrupt-enrolments.ts'
import { raceChallenges } from './race-challenges.ts'
import { createSimulatedWidget } from './simulated-widget.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '25' }, challenges: { type: 'string', default: '50' } },
})

const progress = (what: string, total: number) => (done: number) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${what} ${done}/${total}${done === total ? '\n' : ''}`)
}

async function raceDrill(server: TestServer, challenges: number): Promise<boolean> {
  const { public_id } = await server.admin.createApplication({ name: 'race' })
  const widget = createSimulatedWidget(server.url, public_id)
  const figures = await raceChallenges(widget, { challenges, usesEach: 20 }, progress('challenge', challenges))
  console.log('One challenge used 20 times at once:', figures)
  return figures.wrong === 0 && figures.accepted === challenges
}

async function killDrill(server: TestServer, kills: number): Promise<boolean> {
  const application = await server.admin.createApplication({ name: 'kill' })
  const figures = await interruptEnrolments({
    server,
    publicId: application.public_id,
    secretKey: application.secret_key,
    kills,
    concurrency: 4,
    onProgress: progress('kill', kills),
  })
  console.log('Enrolments interrupted by kill -9:', figures)
  return figures.lost === 0 && figures.recognised === figures.acknowledged
}

const server = await startServer({ MIEN_DEMO: 'off' })
try {
  const held = [await raceDrill(server, Number(values.challenges)), await killDrill(server, Number(values.kills))]
  process.exitCode = held.every(Boolean) ? 0 : 1
} finally {
  await server.close()
}
