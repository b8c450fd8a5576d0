import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { migrationNames } from '../../packages/server/src/transfer/migrate-to.ts'
import { defineDrill } from './define-drill.ts'
import {
  besideEnrolments,
  breakMigration,
  countWritten,
  type EarlyDatabase,
  firstTables,
  migrateTo,
  openEarly,
  readShape,
} from './migrate-beside.ts'
import { counted, say } from './say.ts'
import { withPostgres } from './with-postgres.ts'

/** Milliseconds that somebody may be held up. */
const maxHeldUpMs = 1000

/** The schema is brought up from its first tables, full of people, while others are enrolled. */
export const migrateDrill = defineDrill({
  name: 'migrate',
  summary: 'migrations of a full database beside enrolments, and broken off',
  options: { people: 100_000, breaks: 10, postgres: 'own' },
  run: ({ options: { people, breaks, postgres } }) =>
    withPostgres(postgres, 'migrate', async (serverUrl) => {
      const each = await withEarly(serverUrl, people, migrateEach)
      const broken = breaks === 0 || (await withEarly(serverUrl, people, (early) => breakOften(early, breaks)))
      return each && broken
    }),
})

async function withEarly(serverUrl: string, people: number, work: (early: EarlyDatabase) => Promise<boolean>) {
  const own = await createOwnPostgres(serverUrl)
  const early = await openEarly(own.url, people)
  try {
    return await work(early)
  } finally {
    await early.client.end()
    await own.drop()
  }
}

/** One version after the other, each beside a server of the one before. */
async function migrateEach(early: EarlyDatabase): Promise<boolean> {
  const tags = migrationNames()
  const before = await countWritten(early)
  const [took, held] = [new Map<string, number>(), new Map<string, number>()]
  const refused: Record<string, number> = {}
  let enrolled = 0
  for (const [i, tag] of tags.entries()) {
    if (i < firstTables) continue
    const waits = await besideEnrolments(early, enrolled + 1, async () => {
      const began = performance.now()
      await migrateTo(early.url, i + 1)
      took.set(tag, performance.now() - began)
    })
    held.set(tag, waits.longestMs)
    enrolled += waits.enrolled
    for (const [state, count] of Object.entries(waits.refused))
      refused[`${state} at ${tag}`] = (refused[`${state} at ${tag}`] ?? 0) + count
  }
  const after = await countWritten(early)
  const isKept = Object.entries(before).every(([table, rows]) => after[table] === rows + enrolled)
  const longest = [...held].sort(([, a], [, b]) => b - a)[0]!
  const slowest = [...took].sort(([, a], [, b]) => b - a)[0]!
  return say(
    'R10',
    `${took.size} migrations one after the other of a database with ${early.people} people, ${enrolled} enrolled meanwhile: the longest that an enrolment or a look-up took ${longest[1].toFixed(0)} ms (${longest[0]}); the slowest migration ${slowest[1].toFixed(0)} ms (${slowest[0]}); refused: ${counted(refused) || 'none'}; rows kept: ${isKept}`,
    isKept && enrolled > 0 && longest[1] <= maxHeldUpMs,
  )
}

/** All versions at once, broken off at moments spread over the time it takes. */
async function breakOften(early: EarlyDatabase, breaks: number): Promise<boolean> {
  const [shape, rows] = [await readShape(early), JSON.stringify(await countWritten(early))]
  let [broken, torn, stepMs, afterMs] = [0, 0, 100, 0]
  while (broken < breaks) {
    afterMs += stepMs
    if (!(await breakMigration(early, afterMs))) break
    broken++
    if ((await readShape(early)) !== shape || JSON.stringify(await countWritten(early)) !== rows) torn++
  }
  await migrateTo(early.url)
  const isKept = JSON.stringify(await countWritten(early)) === rows
  return say(
    'R10',
    `all migrations at once, broken off ${broken} times, the last after ${afterMs} ms: ${torn} times not the former schema with all rows; then brought up, rows kept: ${isKept}`,
    broken > 0 && torn === 0 && isKept,
  )
}
