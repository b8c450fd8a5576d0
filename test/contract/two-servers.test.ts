import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteHereSearchThere } from '../drill/delete-here-search-there.ts'
import { raceOnBoth } from '../drill/race-on-both.ts'
import { restartRolling } from '../drill/rolling-restart.ts'
import { type ServerPair, startServerPair } from '../rig/server-pair.ts'

const postgresUrl = process.env.TEST_DATABASE_URL

describe.runIf(postgresUrl)('two server processes on one PostgreSQL', () => {
  let pair: ServerPair
  beforeAll(async () => {
    pair = await startServerPair(postgresUrl!, { MIEN_TRUSTED_PROXIES: '1', MIEN_MAX_LOOP_DELAY_MS: '0' })
  })
  afterAll(() => pair?.close())

  test('[MS15] accept a challenge once, however often it is used over both at the same time', async () => {
    const figures = await raceOnBoth(pair, { challenges: 5, usesEach: 20 })
    expect(figures).toMatchObject({ accepted: 5, wrong: 0, refusals: { challenge_used: 95 } })
  })

  test('[MS16] never find over one whom the other has deleted, also from memory', async () => {
    const figures = await deleteHereSearchThere(pair, { trials: 40, others: 2100 })
    expect(figures).toMatchObject({ found: 0, engines: ['memory', 'memory'] })
    expect(figures.answers).toEqual({ not_recognised: 40 })
    expect(figures.controls).toMatchObject({ tried: 2, recognised: 2 })
  })
})

describe.runIf(postgresUrl)('two servers behind a balancer', () => {
  test('[RL6] [MS14] are restarted one after the other, and no request fails', async () => {
    // Few requests, and no limit for a machine that is busy with other tests: what is dropped is looked for, not what is too much.
    const environment = { MIEN_MAX_LOOP_DELAY_MS: '0' }
    const options = { postgresUrl: postgresUrl!, requestsPerSecond: 5, signInShare: 0.6, quietMs: 1000, environment }
    const { failures, requests, statuses } = await restartRolling(options)
    expect(failures).toEqual({})
    expect(requests).toBeGreaterThan(20)
    expect(Object.keys(statuses).sort()).toEqual(['200', '201'])
  })
})
