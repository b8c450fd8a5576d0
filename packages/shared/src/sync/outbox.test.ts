import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EventAnswer, syncProtocol } from '../api/sync.ts'
import { syncLimits } from './limits.ts'
import { appendEntry, emptyOutbox, nextBatch, type Outbox, type OutboxEntry, settleBatch } from './outbox.ts'

const entryOf = (seq: number, draft?: string): OutboxEntry => ({
  eventId: `e${seq}`,
  seq,
  ticketId: `t${seq}`,
  sent: { event: 'x'.repeat(400), signature: 'y'.repeat(86), ...(draft === undefined ? {} : { draft }) },
})
const filled = (count: number, draft?: string): Outbox => {
  let outbox = emptyOutbox
  for (let seq = 1; seq <= count; seq++) outbox = appendEntry(outbox, entryOf(seq, draft), `h${seq}`)
  return outbox
}
const accepted: EventAnswer = { status: 'accepted', facial_id: null }

describe('the outbox', () => {
  test('OFF-09 [OF6] of 5,000 events takes no more, and keeps those that it has', () => {
    const entries = Array.from({ length: syncLimits.outboxEvents }, (_, i) => entryOf(i + 1))
    const full: Outbox = { seq: entries.length, hash: 'h', entries }
    expect(() => appendEntry(full, entryOf(entries.length + 1), 'h')).toThrow(
      expect.objectContaining({ code: 'STORAGE_FULL' }),
    )
    expect(full.entries).toHaveLength(5000)
  })

  test('[OF7] a place in the chain is taken once: another tab that had it is told so', () => {
    const outbox = filled(2)
    for (const seq of [1, 2, 4]) {
      expect(() => appendEntry(outbox, entryOf(seq), 'h')).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
    }
    expect(appendEntry(outbox, entryOf(3), 'h3')).toMatchObject({ seq: 3, hash: 'h3' })
  })

  test('[SY8] a request has at most 200 events and 512 KB, the oldest first', () => {
    expect(nextBatch(filled(250), 0).map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
    expect(nextBatch(emptyOutbox, 0)).toEqual([])
    const large = nextBatch(filled(60, 'z'.repeat(20_000)), 0)
    expect(large.length).toBeGreaterThan(20)
    const body = {
      protocol: syncProtocol,
      device_id: 'd'.repeat(36),
      cursor: 2 ** 53 - 1,
      events: large.map(({ sent }) => sent),
    }
    expect(JSON.stringify(body).length).toBeLessThanOrEqual(syncLimits.batchBytes)
  })

  test('[SY8] an answer that came twice or late takes out nothing else, and one too few takes out nothing', () => {
    const outbox = filled(5)
    const batch = nextBatch(outbox, 0).slice(0, 3)
    const once = settleBatch(
      outbox,
      batch,
      batch.map(() => accepted),
      0,
    )
    expect(once.outbox.entries.map(({ seq }) => seq)).toEqual([4, 5])
    expect(once.outbox).toMatchObject({ seq: 5, hash: 'h5' })
    const twice = settleBatch(
      once.outbox,
      batch,
      batch.map(() => accepted),
      0,
    )
    expect(twice.outbox).toEqual(once.outbox)
    expect(twice.settled).toEqual([])
    expect(() => settleBatch(outbox, batch, [accepted], 0)).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID' }),
    )
  })

  test('[SY16] what is deferred stays, is not sent before its time, and holds nothing else up', () => {
    const outbox = filled(3)
    const answers: EventAnswer[] = [
      { status: 'deferred', retry_after: 3600 },
      accepted,
      { status: 'deferred', retry_after: 60 },
    ]
    const { outbox: after, settled } = settleBatch(outbox, nextBatch(outbox, 1000), answers, 1000)
    expect(settled.map(({ entry }) => entry.seq)).toEqual([2])
    const next = appendEntry(after, entryOf(4), 'h4')
    const due = (nowMs: number) => nextBatch(next, nowMs).map(({ seq }) => seq)
    expect([due(1000), due(60_999), due(61_000), due(3_601_000)]).toEqual([[4], [4], [3, 4], [1, 3, 4]])
    const again = settleBatch(next, nextBatch(next, 3_601_000), [accepted, accepted, accepted], 3_601_000)
    expect([again.outbox.entries, again.settled.length]).toEqual([[], 3])
  })

  test('[SY9] whatever is lost, repeated or late, each event is settled once and none is missing', () => {
    const steps = fc.array(fc.constantFrom('add', 'send', 'lose', 'repeat', 'defer', 'wait'), { maxLength: 60 })
    fc.assert(
      fc.property(steps, (all) => {
        let outbox = emptyOutbox
        let last: readonly OutboxEntry[] = []
        const settledIds: string[] = []
        let nowMs = 0
        const settle = (batch: readonly OutboxEntry[], answer: EventAnswer = accepted) => {
          const answers = batch.map(() => answer)
          const result = settleBatch(outbox, batch, answers, nowMs)
          outbox = result.outbox
          settledIds.push(...result.settled.map(({ entry }) => entry.eventId))
        }
        for (const step of all) {
          if (step === 'add') outbox = appendEntry(outbox, entryOf(outbox.seq + 1), `h${outbox.seq + 1}`)
          if (step === 'lose') last = nextBatch(outbox, nowMs)
          if (step === 'send') settle(nextBatch(outbox, nowMs))
          if (step === 'defer') settle(nextBatch(outbox, nowMs), { status: 'deferred', retry_after: 60 })
          if (step === 'wait') nowMs += 45_000
          if (step === 'repeat') settle(last)
        }
        const waiting = outbox.entries.map(({ eventId }) => eventId)
        const everything = Array.from({ length: outbox.seq }, (_, i) => `e${i + 1}`)
        expect([...settledIds, ...waiting].sort()).toEqual(everything.sort())
      }),
      { seed: 20261121, numRuns: 500 },
    )
  })
})
