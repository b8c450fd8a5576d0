import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OfflineEvent } from '../api/sync.ts'
import { noHash } from './chain.ts'
import { decodeEvent, encodeEvent } from './event.ts'

const id = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`

const refusal: OfflineEvent = {
  v: 1,
  device_id: id(1),
  event_id: id(2),
  seq: 1,
  prev_hash: noHash,
  ticket_id: id(3),
  at_ms: 1_795_262_400_000,
  mono_ms: 1234,
  boot_id: id(4),
  op: 'refused',
  facial_id: null,
  snapshot_id: id(5),
  model_id: 'test-512',
  draft_sha256: null,
}

const bytesOf = (text: string) => new TextEncoder().encode(text)
const uuids = fc.uuid()
const events = fc
  .record({
    device_id: uuids,
    event_id: uuids,
    ticket_id: uuids,
    boot_id: uuids,
    seq: fc.integer({ min: 1 }),
    at_ms: fc.integer({ min: 0 }),
    mono_ms: fc.integer({ min: 0 }),
    op: fc.constantFrom('recognised' as const, 'refused' as const, 'enroll' as const),
    other: uuids,
  })
  .map(
    ({ other, ...fields }): OfflineEvent => ({
      ...refusal,
      ...fields,
      facial_id: fields.op === 'recognised' ? other : null,
      snapshot_id: fields.op === 'enroll' ? null : other,
      draft_sha256: fields.op === 'enroll' ? 'ab'.repeat(32) : null,
    }),
  )

describe('an event', () => {
  test('[SY5] comes back from its bytes, and has one spelling', () => {
    fc.assert(
      fc.property(events, (event) => {
        expect(decodeEvent(encodeEvent(event))).toEqual(event)
        const turned = Object.fromEntries(Object.entries(event).reverse()) as OfflineEvent
        expect(encodeEvent(turned)).toEqual(encodeEvent(event))
      }),
      { seed: 20261121, numRuns: 200 },
    )
  })

  test('[SY5] a time that no calendar has is no event', () => {
    const said = (atMs: number) =>
      bytesOf(new TextDecoder().decode(encodeEvent(refusal)).replace('1795262400000', String(atMs)))
    const last = Date.parse('9999-12-31T23:59:59.999Z')
    expect(decodeEvent(said(last)).at_ms).toBe(last)
    for (const atMs of [last + 1, Number.MAX_SAFE_INTEGER]) expect(() => decodeEvent(said(atMs))).toThrow()
  })

  test('[SY5] spelled otherwise it is none', () => {
    const text = new TextDecoder().decode(encodeEvent(refusal))
    const others = [
      text.replace(',', ', '),
      `${text}\n`,
      text.replace('"seq":1', '"seq":1.0'),
      text.replace('"seq":1', '"seq":1,"seq":1'),
      text.replace('"v":1', '"v":2'),
      JSON.stringify({ ...refusal, more: 1 }),
      JSON.stringify(Object.fromEntries(Object.entries(refusal).reverse())),
      text.slice(0, -1),
      '[]',
      '',
      'é',
    ]
    for (const other of others) {
      expect(() => decodeEvent(bytesOf(other)), other).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }))
    }
  })

  test.each([
    { ...refusal, facial_id: id(6) },
    { ...refusal, snapshot_id: null },
    { ...refusal, op: 'recognised' as const },
    { ...refusal, op: 'enroll' as const },
    { ...refusal, op: 'enroll' as const, snapshot_id: null, facial_id: id(6), draft_sha256: 'ab'.repeat(32) },
    { ...refusal, seq: 0 },
    { ...refusal, prev_hash: 'A' },
    { ...refusal, mono_ms: 0.5 },
  ])('[SY5] names what its operation asks for and nothing else: %#', (event) => {
    expect(() => encodeEvent(event)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }))
  })
})
