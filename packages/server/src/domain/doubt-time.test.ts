import { expect, test } from 'vitest'
import { doubtTime } from './doubt-time.ts'

const at = (time: string) => new Date(`${time}Z`)
const lastSweep = at('2026-11-21T12:00:00')

test.each([
  ['ten minutes later', '2026-11-21T12:10:00', null],
  ['a week later', '2026-11-28T12:00:00', null],
  ['more than a week later', '2026-11-28T12:00:01', 'clock_ahead'],
  ['years ahead', '2031-11-21T12:00:00', 'clock_ahead'],
  ['an hour back, as clocks of two servers may be', '2026-11-21T11:00:00', null],
  ['set back', '2026-11-21T10:59:59', 'clock_behind'],
  ['an empty battery', '1970-01-01T00:00:00', 'clock_behind'],
] as const)('[PV9] the time of a sweep is doubted by the one before: %s', (_, now, doubt) => {
  expect(doubtTime({ now: at(now), lastSweep, databaseNow: null })).toBe(doubt)
  expect(doubtTime({ now: at(now), lastSweep: undefined, databaseNow: null })).toBeNull()
})

test("[PV9] the time of a sweep is doubted when the database's clock says another one", () => {
  const now = at('2026-11-21T14:00:00')
  expect(doubtTime({ now, lastSweep, databaseNow: at('2026-11-21T13:00:00') })).toBeNull()
  expect(doubtTime({ now, lastSweep, databaseNow: at('2026-11-21T12:59:59') })).toBe('clocks_apart')
  expect(doubtTime({ now, lastSweep: undefined, databaseNow: at('2026-11-21T15:00:01') })).toBe('clocks_apart')
})
