import { Buffer } from 'node:buffer'
import { MienError } from '@mien/shared/errors'

export interface NumberedLine {
  /** From 1. */
  readonly number: number
  /** Without its end. */
  readonly bytes: Buffer
}

/**
 * Lines of a stream, each of which ends. Holds one line at a time.
 *
 * @throws MienError REQUEST_INVALID when one is longer than `maxBytes`, or the last one does not end
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<NumberedLine> {
  let held: Buffer[] = []
  let length = 0
  let number = 1
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      if (length + end > maxBytes) throw tooLong(number, maxBytes)
      yield { number, bytes: Buffer.concat([...held, rest.subarray(0, end)]) }
      held = []
      length = 0
      number += 1
      rest = rest.subarray(end + 1)
    }
    length += rest.length
    if (length > maxBytes) throw tooLong(number, maxBytes)
    if (rest.length > 0) held.push(Buffer.from(rest))
  }
  if (length > 0) throw atLine(number, new MienError('REQUEST_INVALID', { message: 'the line is cut short' }))
}

const tooLong = (number: number, maxBytes: number): MienError =>
  atLine(number, new MienError('BODY_TOO_LARGE', { message: `the line is longer than ${maxBytes} bytes` }))

/** The same error, with the line that it was at. */
export const atLine = (line: number, { code, message, details }: MienError): MienError =>
  new MienError(code, { message: `Line ${line}: ${message}`, details: { ...details, line } })
