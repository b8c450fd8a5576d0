import { defineDrill } from './define-drill.ts'
import { interruptEnrolments } from './interrupt-enrolments.ts'
import { openApplication } from './open-application.ts'
import { progress } from './progress.ts'
import { say } from './say.ts'

/** `kill -9` of the server in the midst of enrolments. */
export const killsDrill = defineDrill({
  name: 'kills',
  summary: 'a server that is killed under load',
  options: { kills: 25 },
  async run({ options: { kills }, openServer }) {
    const server = await openServer()
    const { publicId, secretKey } = await openApplication(server, 'kill')
    const onProgress = progress('kill', kills)
    const figures = await interruptEnrolments({ server, publicId, secretKey, kills, concurrency: 4, onProgress })
    const { acknowledged, interrupted, lost, recognised } = figures
    return say(
      'R1',
      `${kills} kills, ${interrupted} enrolments interrupted: ${acknowledged} acknowledged, ${lost} lost, ${recognised} recognised`,
      lost === 0 && recognised === acknowledged,
    )
  },
})
