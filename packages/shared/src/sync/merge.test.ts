import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeOrder, type EventFacts, judgeEvent, strongest } from './merge.ts'

const fine: EventFacts = {
  op: 'recognised',
  ticket: 'ok',
  changes: [],
  isAfterRevocation: false,
  isFork: false,
  snapshot: 'ok',
}
const facts = fc.record({
  op: fc.constantFrom('recognised' as const, 'refused' as const, 'enroll' as const),
  ticket: fc.constantFrom('ok' as const, 'unknown' as const, 'used' as const, 'too_late' as const),
  changes: fc.subarray([...changeOrder]),
  isAfterRevocation: fc.boolean(),
  isFork: fc.boolean(),
  snapshot: fc.constantFrom('ok' as const, 'unknown' as const, 'expired' as const, 'stale' as const),
})

describe('what stands against an event', () => {
  test('[SY13] delete before revoke-device before disable before update before create, in whatever order they happened', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...changeOrder], { minLength: 1 }), (changes) => {
        const best = changeOrder.filter((change) => changes.includes(change)).at(-1)
        expect(strongest(changes)).toBe(best)
      }),
      { seed: 20261121 },
    )
    expect(strongest([])).toBeUndefined()
  })

  test.each([
    [{}, null],
    [
      { ticket: 'unknown', changes: ['delete'] },
      { status: 'rejected', code: 'ticket_unknown' },
    ],
    [{ changes: ['update', 'delete', 'revoke_device'] }, { status: 'conflict', server_state: 'deleted' }],
    [{ changes: ['revoke_device', 'disable'] }, { status: 'quarantined', reason: 'device_revoked' }],
    [
      { changes: ['revoke_device'], isAfterRevocation: true },
      { status: 'rejected', code: 'device_revoked' },
    ],
    [
      { isFork: true, ticket: 'too_late' },
      { status: 'quarantined', reason: 'chain_fork' },
    ],
    [
      { isFork: true, ticket: 'used', changes: ['revoke_device'] },
      { status: 'rejected', code: 'ticket_used' },
    ],
    [{ ticket: 'used' }, { status: 'rejected', code: 'ticket_used' }],
    [{ ticket: 'from_the_future' }, { status: 'rejected', code: 'from_the_future' }],
    [{ changes: ['disable'] }, { status: 'conflict', server_state: 'disabled' }],
    [
      { op: 'enroll', changes: ['update'] },
      { status: 'conflict', server_state: 'enrolled' },
    ],
    [{ changes: ['update'] }, null],
    [{ snapshot: 'stale' }, { status: 'rejected', code: 'stale_gallery' }],
    [{ snapshot: 'expired' }, { status: 'rejected', code: 'snapshot_expired' }],
    [{ snapshot: 'unknown' }, { status: 'rejected', code: 'snapshot_unknown' }],
    [{ op: 'enroll', snapshot: 'unknown' }, null],
  ] as const)('[SY13] OFF-07 %j: %j', (changes, expected) => {
    expect(judgeEvent({ ...fine, ...changes } as EventFacts)).toEqual(expected)
  })

  test('[SY13] whoever was deleted is recognised by no event, and nothing that a revoked device says later counts', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const judged = judgeEvent(each)
        if (each.changes.includes('delete') || each.changes.includes('revoke_device')) expect(judged).not.toBeNull()
        if (each.changes.includes('delete')) expect(judged?.status).not.toBe('quarantined')
        if (each.ticket !== 'ok') expect(judged).not.toBeNull()
      }),
      { seed: 20261121, numRuns: 1000 },
    )
  })
})
