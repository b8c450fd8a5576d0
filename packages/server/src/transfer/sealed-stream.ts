import { Buffer } from 'node:buffer'
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import { hashRaw } from '@node-rs/argon2'
import { z } from 'zod'

/**
 * A stream under a passphrase: argon2id makes a key of it, and AES-256-GCM seals pieces of 64 KiB that are numbered, the last one marked
 * (the STREAM construction, Hoang, Reyhanitabar, Rogaway and Vizár, 2015). Nothing can be changed, moved, cut or added unseen.
 */
const magic = 'mien-sealed/1'
const pieceBytes = 65_536
const tagBytes = 16
const maxHeaderBytes = 1024

/** Of one hash: 64 MiB and three passes, the second choice of RFC 9106. It is made once a file. */
const cost = { memoryCost: 65_536, timeCost: 3, parallelism: 4 } as const

/** No more than this is believed of a file, so that none takes all memory. */
const header = z.strictObject({
  format: z.literal(magic),
  salt: z.base64url().length(22),
  memory: z.number().int().min(19_456).max(1_048_576),
  passes: z.number().int().min(1).max(16),
  lanes: z.number().int().min(1).max(16),
})

export const minPassphraseLength = 12

/** Also binds what the first line says. */
async function keyOf(passphrase: string, line: string): Promise<Buffer> {
  const { salt, memory, passes, lanes } = header.parse(JSON.parse(line))
  const raw = await hashRaw(passphrase.normalize('NFKC'), {
    algorithm: 2,
    memoryCost: memory,
    timeCost: passes,
    parallelism: lanes,
    outputLen: 32,
    salt: Buffer.from(salt, 'base64url'),
  })
  return Buffer.from(hkdfSync('sha256', raw, '', line, 32))
}

function nonceOf(piece: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(piece, 5, 6)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

export async function* sealStream(
  chunks: AsyncIterable<Uint8Array | string>,
  passphrase: string,
): AsyncGenerator<Buffer> {
  const line = JSON.stringify({
    format: magic,
    salt: randomBytes(16).toString('base64url'),
    memory: cost.memoryCost,
    passes: cost.timeCost,
    lanes: cost.parallelism,
  })
  const key = await keyOf(passphrase, line)
  yield Buffer.from(`${line}\n`)
  const seal = (piece: number, plain: Buffer, isLast: boolean) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(piece, isLast))
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }
  let number = 0
  let held = Buffer.alloc(0)
  for await (const piece of inPieces(chunks, pieceBytes)) {
    if (number > 0 || held.length > 0) yield seal(number++, held, false)
    held = piece
  }
  yield seal(number, held, true)
}

/**
 * @throws MienError UNAUTHORIZED (the passphrase is another one, or the beginning was changed); REQUEST_INVALID (it was changed or cut further
 *   on: what came before was whole)
 */
export async function* openStream(chunks: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Buffer> {
  const { line, rest } = await firstLine(chunks)
  const key = await keyOf(passphrase, line).catch(() => Promise.reject(notSealed()))
  const open = (number: number, sealed: Buffer, isLast: boolean): Buffer => {
    if (sealed.length < tagBytes) throw changed(number)
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number, isLast))
    decipher.setAuthTag(sealed.subarray(-tagBytes))
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()])
    } catch {
      throw changed(number)
    }
  }
  let number = 0
  let held: Buffer | undefined
  for await (const piece of inPieces(rest, pieceBytes + tagBytes)) {
    if (held !== undefined) yield open(number++, held, false)
    held = piece
  }
  yield open(number, held ?? Buffer.alloc(0), true)
}

/** Whether a file begins as a sealed one does. */
export const isSealed = (head: Uint8Array): boolean =>
  Buffer.from(head).toString('latin1').startsWith(`{"format":"${magic}"`)

const notSealed = (): MienError =>
  new MienError('REQUEST_INVALID', { message: 'The file is not sealed by a passphrase as Mien does it' })

const changed = (piece: number): MienError =>
  piece === 0
    ? new MienError('UNAUTHORIZED', { message: 'The passphrase does not open the file, or its beginning was changed' })
    : new MienError('REQUEST_INVALID', { message: 'The file was changed or is cut short' })

/** Pieces of exactly so many bytes, the last one shorter; none where nothing came. */
async function* inPieces(
  chunks: AsyncIterable<Uint8Array | string>,
  bytes: number,
): AsyncGenerator<Buffer<ArrayBuffer>> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk as Uint8Array)
    while (length + rest.length >= bytes) {
      const taken = bytes - length
      yield Buffer.concat([...parts, rest.subarray(0, taken)])
      rest = rest.subarray(taken)
      parts = []
      length = 0
    }
    if (rest.length > 0) parts.push(rest)
    length += rest.length
  }
  if (length > 0) yield Buffer.concat(parts)
}

async function firstLine(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ line: string; rest: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  for (;;) {
    const next = await iterator.next()
    if (next.done === true) throw notSealed()
    head = Buffer.concat([head, next.value])
    const end = head.indexOf(10)
    if (end >= 0) return { line: head.subarray(0, end).toString(), rest: after(head.subarray(end + 1), iterator) }
    if (head.length > maxHeaderBytes) throw notSealed()
  }
}

async function* after(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
}
