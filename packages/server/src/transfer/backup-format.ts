import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import { z } from 'zod'
import type { Vault } from '../domain/vault.ts'

/**
 * First line of a backup. What follows is frames: table, length, a document of that table; at the end the footer, SHA-256 of it all, and
 * HMAC-SHA-256 of that by a key of the master key. The one tells a damaged file, the other whether this installation wrote it.
 */
export const backupHeader = z.strictObject({
  format: z.literal('mien-backup'),
  version: z.literal(2),
  created_at: z.iso.datetime(),
  /** Names of the migrations that its schema had, in order. */
  migrations: z.array(z.string()).min(1),
  tables: z.array(z.strictObject({ name: z.string(), columns: z.array(z.string()).min(1) })).min(1),
})

export const backupFooter = z.strictObject({
  tables: z.array(z.strictObject({ table: z.string(), rows: z.number().int().min(0), sum: z.string() })),
  sequences: z.array(z.strictObject({ name: z.string(), value: z.string().regex(/^\d+$/), isCalled: z.boolean() })),
})

export type BackupHeader = z.infer<typeof backupHeader>
export type BackupFooter = z.infer<typeof backupFooter>

/** In the place of a table's number: no table comes after it. */
export const footerMark = 0xffff_ffff

/** Table and length, big-endian. */
export const frameHeadBytes = 8
export const digestBytes = 32
/** Checksum and seal. */
export const trailerBytes = 2 * digestBytes

/** A frame holds rows of a few pages, and at least one row: 1 GB is PostgreSQL's own limit of a row. */
export const maxFrameBytes = 2 ** 30
export const maxHeaderBytes = 2 ** 20

export function frameHead(table: number, length: number): Buffer {
  const head = Buffer.alloc(frameHeadBytes)
  head.writeUInt32BE(table, 0)
  head.writeUInt32BE(length, 4)
  return head
}

const sealBy = (key: Uint8Array, digest: Uint8Array): Buffer => createHmac('sha256', key).update(digest).digest()

/** By whoever has the master key. @param digest SHA-256 of all before it */
export const sealOf = (vault: Vault, digest: Uint8Array): Buffer => sealBy(vault.derive('backup'), digest)

/** Under the master key of now, or another one that opens. */
export const isSealOf = (vault: Vault, digest: Uint8Array, seal: Uint8Array): boolean =>
  vault.deriveEach('backup').some((key) => timingSafeEqual(sealBy(key, digest), seal))

export const strangeBackup = (): MienError =>
  new MienError('CONFIG_INVALID', {
    message: 'The backup was made under another master key, or by somebody without it. Nothing was restored from it.',
  })

export const damagedBackup = (what: string): MienError =>
  new MienError('REQUEST_INVALID', { message: `The backup is damaged: ${what}. Nothing was restored from it.` })
