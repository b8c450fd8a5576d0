import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../rig/server.ts'
import { interruptEnrolments } from './interrupt-enrolments.ts'
import { raceChallenges } from './race-challenges.ts'
import { createSimulatedWidget } from './simulated-widget.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer({ MIEN_DEMO: 'off' })
})
afterAll(() => server?.close())

describe('a real server, attacked and killed', () => {
  it('accepts a challenge once, however often it is used at the same time', async () => {
    const { public_id } = await server.admin.createApplication({ name: 'race' })
    const figures = await raceChallenges(createSimulatedWidget(server.url, public_id), { challenges: 3, usesEach: 20 })
    expect(figures).toMatchObject({ accepted: 3, wrong: 0, refusals: { challenge_used: 57 } })
  })

  it('keeps every enrolment that it acknowledged through kill -9', { timeout: 180_000 }, async () => {
    const { public_id, secret_key } = await server.admin.createApplication({ name: 'kill' })
    const figures = await interruptEnrolments({
      server,
      publicId: public_id,
      secretKey: secret_key,
      kills: 3,
      concurrency: 4,
    })
    expect(figures.interrupted).toBeGreaterThan(0)
    expect(figures.acknowledged).toBeGreaterThanOrEqual(figures.kills)
    expect(figures).toMatchObject({ lost: 0, recognised: figures.acknowledged })
  })
})
