import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitsInTime, readClock, setClock } from './clock.ts'
import { chooseTicket, judgeTicketTime } from './ticket.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const server = Date.parse('2026-11-21T12:00:00Z')
/** A device whose wall clock is three hours off, as some are. */
const start = { wallMs: server + 3 * hour, monoMs: 5000, bootId: 'a' }
const after = (ms: number, wall = ms, bootId = 'a') => ({
  wallMs: start.wallMs + wall,
  monoMs: bootId === 'a' ? start.monoMs + ms : 100,
  bootId,
})

describe('the time of a device', () => {
  test('OFF-05 [OF4] is the server’s, whatever zone or date the clock is set to', () => {
    const read = readClock(setClock(server, start), after(hour))
    expect(read).toMatchObject({ seenMs: server + hour, isLocked: false })
    expect(readClock(setClock(server, start), after(hour, hour, 'b'))).toMatchObject({ seenMs: server + hour })
  })

  test.each([hour, 30 * day])('OFF-05 [OF4] set back by %d ms it locks until the server tells the time', (by) => {
    const clock = readClock(setClock(server, start), after(2 * hour))
    for (const boot of ['a', 'b']) {
      const back = readClock(clock, after(2 * hour + minute, 2 * hour + minute - by, boot))
      expect(back.isLocked).toBe(true)
      expect(back.seenMs).toBeGreaterThanOrEqual(clock.seenMs)
      expect(readClock(back, after(3 * hour)).isLocked).toBe(true)
      expect(setClock(server + 2 * hour, after(2 * hour)).isLocked).toBe(false)
    }
  })

  test.each([hour, 30 * day])(
    'OFF-05 [OF4] set forward by %d ms it ends what would expire, and back again locks',
    (by) => {
      const clock = setClock(server, start)
      const forward = readClock(clock, after(minute, minute + by))
      expect(forward).toMatchObject({ seenMs: server + minute + by, isLocked: false })
      expect(readClock(forward, after(2 * minute))).toMatchObject({ seenMs: server + minute + by, isLocked: true })
    },
  )

  test('[OF4] five minutes are forgiven, and the monotone clock goes on where the other one stands', () => {
    const clock = setClock(server, start)
    expect(readClock(clock, after(4 * minute, 0))).toMatchObject({ seenMs: server + 4 * minute, isLocked: false })
    expect(readClock(clock, after(6 * minute, 0)).isLocked).toBe(true)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '[OF4] %d is no time, and locks',
    (wallMs) => {
      expect(readClock(setClock(server, start), { ...start, wallMs }).isLocked).toBe(true)
    },
  )

  test('[OF4] never goes back, whatever its clocks show, nor does it unlock itself', () => {
    const readings = fc.array(
      fc.record({
        wallMs: fc.oneof(fc.integer(), fc.double(), fc.constant(Number.NaN)),
        monoMs: fc.nat(),
        bootId: fc.constantFrom('a', 'b'),
      }),
      { minLength: 1, maxLength: 20 },
    )
    fc.assert(
      fc.property(readings, (each) => {
        let clock = setClock(server, start)
        for (const reading of each.map((one) => ({ ...one, wallMs: start.wallMs + one.wallMs }))) {
          const next = readClock(clock, reading)
          // What is no number is no time: it locks, and expires everything.
          if (!clock.isLocked && Number.isFinite(next.seenMs)) expect(next.seenMs).toBeGreaterThanOrEqual(clock.seenMs)
          expect(next.isLocked || !clock.isLocked).toBe(true)
          if (!Number.isFinite(reading.wallMs)) expect(next.isLocked).toBe(true)
          clock = next
        }
      }),
      { seed: 20261121, numRuns: 500 },
    )
  })
})

describe('two events of one device', () => {
  const first = { atMs: server, monoMs: 1000, bootId: 'a' }
  test.each([
    [{ atMs: server + hour, monoMs: 1000 + hour, bootId: 'a' }, true],
    [{ atMs: server + hour, monoMs: 1000 + hour - 60_000, bootId: 'a' }, true],
    [{ atMs: server + hour, monoMs: 1000 + hour / 2, bootId: 'a' }, false],
    [{ atMs: server, monoMs: 999, bootId: 'a' }, false],
    [{ atMs: server - hour, monoMs: 1001, bootId: 'a' }, false],
    [{ atMs: server + 30 * day, monoMs: 0, bootId: 'b' }, true],
    [{ atMs: server - minute, monoMs: 0, bootId: 'b' }, true],
    [{ atMs: server - hour, monoMs: 0, bootId: 'b' }, false],
  ])('[SY7] OFF-05 fit in time or do not: %#', (later, fits) => {
    expect(fitsInTime(first, later)).toBe(fits)
  })
})

describe('a ticket', () => {
  const ticket = (ticket_id: string, from: number, to: number) => ({
    ticket_id,
    not_before_ms: server + from,
    not_after_ms: server + to,
  })
  const one = ticket('t', 0, 72 * hour)

  test.each([
    [0, 0, 'ok'],
    [-5 * minute, 0, 'ok'],
    [-5 * minute - 1, 0, 'too_early'],
    [-30 * day, 0, 'too_early'],
    [72 * hour, 30 * day, 'ok'],
    [72 * hour + 1, 30 * day, 'too_late'],
    [30 * day, 0, 'too_late'],
    [5 * minute, 0, 'ok'],
    [hour, 0, 'from_the_future'],
    [Number.NaN, 0, 'too_early'],
  ])('OFF-04 OFF-05 [SY4] for an event at %d ms that comes in at %d ms: %s', (at, now, expected) => {
    expect(judgeTicketTime(one, server + at, server + now)).toBe(expected)
  })

  test('[SY4] that ends first is taken first, once, and none that is not good now', () => {
    const tickets = [
      ticket('c', 0, 3 * hour),
      ticket('a', 0, hour),
      ticket('b', 0, hour),
      ticket('d', 2 * hour, 4 * hour),
    ]
    const used = new Set<string>()
    const take = (at: number) => {
      const chosen = chooseTicket(tickets, used, server + at)?.ticket_id
      if (chosen !== undefined) used.add(chosen)
      return chosen
    }
    expect([take(0), take(0), take(hour), take(2 * hour), take(3 * hour)]).toEqual(['a', 'b', 'c', 'd', undefined])
  })
})
