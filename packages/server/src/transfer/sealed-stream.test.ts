import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { isSealed, openStream, sealStream } from './sealed-stream.ts'

const passphrase = 'correct horse battery staple'

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
const inChunks = (bytes: Buffer, size: number) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size)),
  )
const seal = (plain: Buffer, size = 10_000) => collect(sealStream(inChunks(plain, size), passphrase))
const open = (sealed: Buffer, key = passphrase, size = 7001) => collect(openStream(inChunks(sealed, size), key))

test('[MV9] what was sealed opens under its passphrase, whatever its length and however it comes', async () => {
  for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]) {
    const plain = randomBytes(length)
    const sealed = await seal(plain)
    expect(isSealed(sealed.subarray(0, 64))).toBe(true)
    expect((await open(sealed)).equals(plain), `${length} bytes`).toBe(true)
  }
})

test('[MV9] another passphrase, a changed byte, pieces that were moved, cut or added are refused', async () => {
  const plain = randomBytes(200_000)
  const sealed = await seal(plain)
  const start = sealed.indexOf(10) + 1
  const piece = (i: number) => sealed.subarray(start + i * 65_552, Math.min(start + (i + 1) * 65_552, sealed.length))
  await expect(open(sealed, 'another passphrase')).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  const changed = (at: number) => {
    const bytes = Buffer.from(sealed)
    bytes[at]! ^= 1
    return bytes
  }
  await expect(open(changed(start + 5))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  await expect(open(changed(start + 70_000))).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  await expect(open(changed(sealed.length - 1))).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  const head = sealed.subarray(0, start)
  const forms = {
    swapped: [head, piece(1), piece(0), piece(2), piece(3)],
    'without its end': [head, piece(0), piece(1), piece(2)],
    'without a middle': [head, piece(0), piece(2), piece(3)],
    'with its end twice': [head, piece(0), piece(1), piece(2), piece(3), piece(3)],
    'without anything': [head],
    'cut in a piece': [sealed.subarray(0, sealed.length - 100)],
  }
  for (const [name, parts] of Object.entries(forms)) {
    await expect(open(Buffer.concat(parts)), name).rejects.toMatchObject({ name: 'MienError' })
  }
})

test('[MV9] a first line that is none, or asks for too much memory, is refused', async () => {
  const lines = [
    '',
    'x',
    '{}',
    '{"format":"mien-sealed/1","salt":"AAAAAAAAAAAAAAAAAAAAAA","memory":1000000000,"passes":3,"lanes":4}',
  ]
  for (const line of lines) {
    await expect(open(Buffer.from(`${line}\nrest`))).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  }
  await expect(open(Buffer.alloc(5000, 65))).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})
