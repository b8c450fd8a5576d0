import { MienError } from '@mien/shared/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { createVault } from '../../packages/server/src/domain/vault.ts'
import { type Answer, openTestApp, type TestApp, testModel } from '../contract/test-app.ts'
import { testVault } from '../contract/test-vault.ts'
import { type CutDatabase, cutAnalyser, type Dependency, openCutPglite, openCutPostgres } from './cut-dependencies.ts'
import { type DecidingRoute, decidingRoutes, describedAnalyser } from './deciding-routes.ts'

const serverUrl = process.env.TEST_DATABASE_URL
/** No answer takes longer, milliseconds. */
const longestMs = 20_000

const databases = [
  { name: 'PGlite', open: openCutPglite },
  ...(serverUrl ? [{ name: 'PostgreSQL', open: () => openCutPostgres(serverUrl) }] : []),
]

interface Cell {
  readonly route: DecidingRoute
  readonly answer: Answer
  readonly tookMs: number
}

describe.each(databases)('on $name', ({ open }) => {
  let cut: CutDatabase
  let rig: TestApp
  let routes: readonly DecidingRoute[]
  const vision = cutAnalyser(describedAnalyser)

  beforeAll(async () => {
    cut = await open()
    rig = await openTestApp({
      database: cut.database,
      analyser: vision.analyser,
      model: { ...testModel, plausibility: null },
    })
    routes = await decidingRoutes(rig)
  })
  afterAll(async () => {
    await vision.close()
    await cut?.close()
  })

  const prepareAll = async () => {
    const calls: { route: DecidingRoute; call: () => Promise<Answer> }[] = []
    for (const route of routes) calls.push({ route, call: await route.prepare() })
    return calls
  }
  const callAll = (calls: Awaited<ReturnType<typeof prepareAll>>): Promise<Cell[]> =>
    Promise.all(
      calls.map(async ({ route, call }) => {
        const began = performance.now()
        const answer = await call()
        return { route, answer, tookMs: performance.now() - began }
      }),
    )
  const namesOf = (cells: readonly Cell[]) => cells.map(({ route, answer }) => `${route.name} ${answer.status}`)
  const accepted = ({ route, answer }: Cell) => route.isAccept(answer)
  const isDenied = ({ needs }: DecidingRoute, { denies }: Pick<Dependency, 'denies'>) =>
    denies === 'all' || needs.some((need) => need === denies)

  /** Without a restart: soon, because what was cut has to be noticed as back. */
  const expectRecovery = async () => {
    await expect
      .poll(async () => namesOf((await callAll(await prepareAll())).filter((cell) => !accepted(cell))), {
        timeout: 30_000,
        interval: 500,
      })
      .toEqual([])
  }

  const run = async (dependency: Dependency) => {
    const calls = await prepareAll()
    await dependency.cut()
    const cells = await callAll(calls)
    await dependency.mend()
    const slowest = Math.max(...cells.map(({ tookMs }) => tookMs))
    const statuses = [...new Set(cells.map(({ answer }) => answer.status))].sort()
    const letIn = cells.filter(accepted)
    console.log(
      `R7: ${dependency.name} on ${cut.name}: ${cells.length} routes, ${letIn.length} accepted, statuses ${statuses.join(', ')}, slowest ${(slowest / 1000).toFixed(1)} s\n    ${namesOf(cells).join(', ')}`,
    )
    return { cells, slowest }
  }

  /** An answer that is no success has the form of its dialect and says no secret of ours. */
  const expectFailClosed = ({ cells, slowest }: { cells: readonly Cell[]; slowest: number }, of: Dependency) => {
    expect(namesOf(cells.filter((cell) => isDenied(cell.route, of) && accepted(cell)))).toEqual([])
    expect(namesOf(cells.filter(({ answer }) => answer.status === 500))).toEqual([])
    if (of.denies !== 'none') {
      const unaffected = cells.filter((cell) => !isDenied(cell.route, of) && !accepted(cell))
      expect(of.denies === 'session' ? [] : namesOf(unaffected)).toEqual([])
    }
    expect(slowest).toBeLessThan(longestMs)
    for (const { answer } of cells) expect(answer.text).not.toMatch(/postgres:\/\/|at .*\.ts:\d|SQLSTATE/)
  }

  test('[RL7] every route lets in whom it should while nothing is cut', { timeout: 180_000 }, expectRecovery)

  const cutAndMend = async (dependency: Dependency) => {
    expectFailClosed(await run(dependency), dependency)
    await expectRecovery()
  }

  test('[RL7] [ER8] the database away, hanging, read-only, full, locked or restarted lets nobody in, and it goes on afterwards', {
    timeout: 600_000,
  }, async () => {
    for (const dependency of cut.dependencies) await cutAndMend(dependency)
  })

  test('[RL7] networks that are missing, dead or busy let no picture through', { timeout: 300_000 }, async () => {
    for (const dependency of vision.dependencies) await cutAndMend(dependency)
  })

  test('[RL7] a clock that jumps by a day, forwards or back, keeps no session, PIN or result code alive', {
    timeout: 300_000,
  }, async () => {
    for (const seconds of [86_400, -86_400]) {
      const turn = (by: number) => async () => rig.clock.advance(by)
      await cutAndMend({
        name: `clock ${seconds > 0 ? 'a day ahead' : 'a day back'}`,
        denies: 'session',
        cut: turn(seconds),
        mend: turn(-seconds),
      })
    }
  })
})

test('[RL7] a server with another master key does not start', async () => {
  const database = await openNewDatabase({ vault: testVault })
  await openTestApp({ database })
  const wrong = createVault(Buffer.alloc(32, 9))
  const started = openTestApp({ database, vault: wrong })
  await expect(started).rejects.toThrow(MienError)
  await expect(started).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await database.close()
})
