/** PostgreSQL's binary COPY format: https://www.postgresql.org/docs/17/sql-copy.html#SQL-COPY-FILE-FORMATS */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const head = Buffer.concat([signature, Buffer.alloc(8)])
const end = Buffer.from([0xff, 0xff])

/** Rows that go over at once. */
const chunkRows = 500

/** @param fieldsOf the binary fields of one row; the bytes are copied before the next is asked for */
export function* binaryCopy(rows: number, fieldsOf: (row: number) => readonly Uint8Array[]): Generator<Buffer> {
  yield head
  for (let first = 0; first < rows; first += chunkRows) {
    const parts: Buffer[] = []
    for (let row = first; row < Math.min(rows, first + chunkRows); row++) parts.push(tuple(fieldsOf(row)))
    yield Buffer.concat(parts)
  }
  yield end
}

function tuple(fields: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.allocUnsafe(fields.reduce((sum, { length }) => sum + 4 + length, 2))
  let at = bytes.writeInt16BE(fields.length, 0)
  for (const field of fields) {
    at = bytes.writeInt32BE(field.length, at)
    bytes.set(field, at)
    at += field.length
  }
  return bytes
}

export const uuidField = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

export function smallintField(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

/** Microseconds since 2000. */
export function timestampField(at: Date): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(at.getTime() - Date.UTC(2000, 0, 1)) * 1000n)
  return bytes
}

/** As `halfvec_recv` reads it: the dimension, two bytes of nothing, and half-precision components, all big-endian. */
export function halfvecField(values: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + 2 * values.length)
  bytes.writeInt16BE(values.length, 0)
  bytes.writeInt16BE(0, 2)
  single[0] = 0
  for (let i = 0; i < values.length; i++) {
    single[0] = values[i]!
    const half = halfOf(singleBits[0]!)
    bytes[4 + 2 * i] = half >> 8
    bytes[5 + 2 * i] = half & 255
  }
  return bytes
}

const single = new Float32Array(1)
const singleBits = new Uint32Array(single.buffer)

/** Nearest half to a single of magnitude below 2, even where two are as near. */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 255) - 112
  if (exponent > 0) return sign | roundShift((exponent << 23) | (bits & 0x7f_ffff), 13)
  // Below 2^-14 halves have no leading one.
  return exponent < -10 ? sign : sign | roundShift((bits & 0x7f_ffff) | 0x80_0000, 14 - exponent)
}

function roundShift(value: number, by: number): number {
  const kept = value >>> by
  const rest = value & ((1 << by) - 1)
  const half = 1 << (by - 1)
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept
}
