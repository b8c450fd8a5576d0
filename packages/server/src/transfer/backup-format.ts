import { Buffer } from 'node:buffer'
import { MienError } from '@mien/shared/errors'
import { z } from 'zod'

/** First line of a backup. What follows is frames: table, length, a document of that table; at the end the footer and SHA-256 of it all. */
export const backupHeader = z.strictObject({
  format: z.literal('mien-backup'),
  version: z.literal(1),
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

/** A frame holds rows of a few pages, and at least one row: 1 GB is PostgreSQL's own limit of a row. */
export const maxFrameBytes = 2 ** 30
export const maxHeaderBytes = 2 ** 20

export function frameHead(table: number, length: number): Buffer {
  const head = Buffer.alloc(frameHeadBytes)
  head.writeUInt32BE(table, 0)
  head.writeUInt32BE(length, 4)
  return head
}

export const damagedBackup = (what: string): MienError =>
  new MienError('REQUEST_INVALID', { message: `The backup is damaged: ${what}. Nothing was restored from it.` })
