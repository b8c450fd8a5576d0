import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AuditRecord } from './model.ts'

/** A record of the audit log with the id that it got when it was written: a UUID of version 7 by the database's clock, after those before. */
export type ChainedRecord = AuditRecord & { readonly id: string }

/** The link of one record. `seq` counts from 1. */
export interface Seal {
  readonly seq: number
  readonly recordId: string
  /** 32 bytes. */
  readonly seal: Uint8Array
}

/** Where a chain ends: what is worth noting elsewhere. */
export type ChainHead = Pick<Seal, 'seq' | 'seal'>

/** Before the first record. */
export const emptyHead: ChainHead = { seq: 0, seal: new Uint8Array(32) }

/** The same bytes for the same record, wherever and whenever they are made. */
const canonical = ({ applicationId, id, event, outcome, subjectId, sessionId, at }: ChainedRecord, seq: number) =>
  JSON.stringify([1, applicationId, seq, id, event, outcome, subjectId, sessionId, at.toISOString()])

/** HMAC-SHA-256 over the seal before and the record. */
export function sealRecord(key: Uint8Array, before: ChainHead, record: ChainedRecord): Seal {
  const seq = before.seq + 1
  const seal = createHmac('sha256', key).update(before.seal).update(canonical(record, seq)).digest()
  return { seq, recordId: record.id, seal }
}

/** A link as it is stored, and its record if that is there. */
export interface StoredLink extends Seal {
  readonly record: ChainedRecord | undefined
}

/** `changed`: the record is not the one that was sealed, or not in this place. `removed`: it is not there, or its seal is not. */
export interface ChainFault {
  readonly kind: 'changed' | 'removed' | 'inserted' | 'cut'
  readonly seq: number | null
  readonly recordId: string | null
}

/** One step of the walk: whether this link follows. @returns the head behind it, or what is wrong */
export function followLink(key: Uint8Array, before: ChainHead, link: StoredLink): ChainHead | ChainFault {
  const { seq, recordId, seal, record } = link
  if (seq !== before.seq + 1) return { kind: 'removed', seq: before.seq + 1, recordId: null }
  if (record === undefined) return { kind: 'removed', seq, recordId }
  const expected = sealRecord(key, before, record).seal
  const isRight = expected.length === seal.length && timingSafeEqual(expected, seal)
  return isRight ? { seq, seal } : { kind: 'changed', seq, recordId }
}

/**
 * How long after it was written a record may still become visible: no transaction of ours lasts so long. A record without a seal that
 * is older than that, measured at the last one that has a seal, was put there later.
 */
export const latestCommitMs = 5 * 60_000

/** The least id that a record may have which was not sealed with those before. @param lastSealed its id, or null */
export function leastUnsealedId(lastSealed: string | null): string {
  const ms = lastSealed === null ? 0 : Number.parseInt(lastSealed.replaceAll('-', '').slice(0, 12), 16) - latestCommitMs
  const hex = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** `<application>.<seq>.<seal, base64url>` */
export const formatHead = (applicationId: string, { seq, seal }: ChainHead): string =>
  `${applicationId}.${seq}.${Buffer.from(seal).toString('base64url')}`

const headPattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(0|[1-9]\d{0,14})\.([A-Za-z0-9_-]{43})$/

/** @returns undefined for what is no head */
export function parseHead(text: string): (ChainHead & { readonly applicationId: string }) | undefined {
  const [, applicationId, seq, seal] = headPattern.exec(text) ?? []
  if (applicationId === undefined) return undefined
  return { applicationId, seq: Number(seq), seal: Buffer.from(seal!, 'base64url') }
}
