import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Vault } from '../domain/vault.ts'
import {
  type BackupFooter,
  type BackupHeader,
  backupFooter,
  backupHeader,
  damagedBackup,
  digestBytes,
  footerMark,
  frameHeadBytes,
  isSealOf,
  maxFrameBytes,
  maxHeaderBytes,
  strangeBackup,
  trailerBytes,
} from './backup-format.ts'

/** A backup that was read to its end once and is whole. */
export interface OpenedBackup {
  readonly header: BackupHeader
  readonly footer: BackupFooter
  /** Bytes of the file. */
  readonly bytes: number
  /** Of the whole file but its last 64 bytes, the first half of which says the same, hexadecimal. */
  readonly sha256: string
  /** Documents with their table's number. */
  frames(): Generator<{ readonly table: number; readonly document: Buffer }>
  close(): void
}

const chunkBytes = 2 ** 20

/**
 * @param vault under whose master key it was made
 * @throws MienError REQUEST_INVALID when it is cut, changed or of another format; CONFIG_INVALID when it was not made under this master key
 */
export function openBackup(path: string, vault: Vault): OpenedBackup {
  const file = openSync(path, 'r')
  try {
    const bytes = fstatSync(file).size
    const end = bytes - trailerBytes
    const sha256 = checkDigest(file, end, vault)
    const { header, at } = readHeader(file)
    let footer: BackupFooter | undefined
    for (const frame of readFrames(file, at, end)) {
      if (frame.table !== footerMark && frame.table >= header.tables.length) throw damagedBackup('an unknown table')
      if (frame.table === footerMark) footer = parse(backupFooter, frame.read(), 'its end')
    }
    if (footer === undefined) throw damagedBackup('it has no end')
    return {
      header,
      footer,
      bytes,
      sha256,
      *frames() {
        for (const { table, read } of readFrames(file, at, end)) {
          if (table !== footerMark) yield { table, document: read() }
        }
      },
      close: () => closeSync(file),
    }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function checkDigest(file: number, end: number, vault: Vault): string {
  if (end <= 0) throw damagedBackup('it is too short')
  const hash = createHash('sha256')
  for (let at = 0; at < end; at += chunkBytes) hash.update(readAt(file, at, Math.min(chunkBytes, end - at)))
  const digest = hash.digest()
  if (!digest.equals(readAt(file, end, digestBytes))) throw damagedBackup('its checksum does not fit')
  if (!isSealOf(vault, digest, readAt(file, end + digestBytes, digestBytes))) throw strangeBackup()
  return digest.toString('hex')
}

function readHeader(file: number): { header: BackupHeader; at: number } {
  const head = Buffer.alloc(maxHeaderBytes)
  const text = head.subarray(0, readSync(file, head, 0, maxHeaderBytes, 0))
  const end = text.indexOf(10)
  if (end < 0) throw damagedBackup('it is no backup')
  return { header: parse(backupHeader, text.subarray(0, end), 'its first line'), at: end + 1 }
}

interface Frame {
  readonly table: number
  readonly read: () => Buffer
}

function* readFrames(file: number, from: number, end: number): Generator<Frame> {
  for (let at = from; at < end; ) {
    const head = readAt(file, at, frameHeadBytes)
    const [table, length] = [head.readUInt32BE(0), head.readUInt32BE(4)]
    const start = at + frameHeadBytes
    if (length > maxFrameBytes || start + length > end) throw damagedBackup('a frame is too long')
    yield { table, read: () => readAt(file, start, length) }
    at = start + length
  }
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length; ) {
    const read = readSync(file, bytes, done, length - done, at + done)
    if (read === 0) throw damagedBackup('it is cut short')
    done += read
  }
  return bytes
}

function parse<T>(
  schema: { safeParse(value: unknown): { success: boolean; data?: T } },
  bytes: Buffer,
  where: string,
): T {
  try {
    const parsed = schema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
    if (parsed.success) return parsed.data as T
  } catch {
    // Said below.
  }
  throw damagedBackup(`${where} is not what it should be`)
}
