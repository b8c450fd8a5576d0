import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../rig/server.ts'
import { dumpDatabase } from './dump-database.ts'
import { raceChallenges } from './race-challenges.ts'
import { searchGalleries } from './search-galleries.ts'
import { searchSealed } from './search-sealed.ts'
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

  it('[KE11] [SEC-21] [TPL-06] leaves nothing on its disk that tells a template, a payload, a PIN or a key', {
    timeout: 300_000,
  }, async () => {
    const dumped = await startServer({ MIEN_DEMO: 'off' })
    try {
      const figures = await dumpDatabase(dumped, { people: 4, pins: 40 })
      expect(figures).toMatchObject({ leaks: [], pinsWithoutPepper: 0, pinsWithPepper: 1 })
      expect(figures.controls).toBeGreaterThanOrEqual(4)
      expect(figures.plainCosine).toBeLessThanOrEqual(0.25)
      expect(figures.turnedCosine).toBeGreaterThan(0.8)
    } finally {
      await dumped.close()
    }
  })
})

it('[ST20] [TPL-09] finds in a gallery what exact cosines find, whoever else is in the database', async () => {
  const figures = await searchGalleries([10, 60], { total: 500, probes: 10 })
  expect(figures.map(({ people, recall }) => ({ people, recall }))).toEqual([
    { people: 10, recall: 1 },
    { people: 60, recall: 1 },
  ])
})

it('[KE13] finds among sealed templates what exact cosines find', async () => {
  const { recall, countedMegabytes } = await searchSealed(200, { probes: 10 })
  expect(recall).toBe(1)
  expect(countedMegabytes).toBeGreaterThan(0.2)
})
