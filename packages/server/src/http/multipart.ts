import { MienError } from '@mien/shared/errors'
import { decodeUtf8 } from './decode-utf8.ts'

export interface FormFile {
  /** As the part states it, in lower case; '' when it does not. */
  readonly type: string
  /** A view of the body, not a copy. */
  readonly bytes: Uint8Array
}

/** Name and content of one part, in the order in which they came. */
export type FormPart = readonly [name: string, content: string | FormFile]

/**
 * The parts of a body of `multipart/form-data` (RFC 7578; RFC 2046 section 5.1.1 without preamble and epilogue). What has a name of a file
 * is one; that name is not looked at.
 *
 * @throws MienError REQUEST_INVALID, UTF8_INVALID
 */
export function splitMultipart(body: Buffer, boundary: string): readonly FormPart[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const parts: FormPart[] = []
  // The first one has no line before it, though some write one.
  let at = after(body, skipLines(body, 0), `--${boundary}`)
  while (!startsWith(body, at, '--')) {
    const head = after(body, at, '\r\n')
    const content = indexOf(body, '\r\n\r\n', at) + 4
    const end = body.indexOf(delimiter, content)
    if (end < 0) throw malformed()
    parts.push(toPart(headersIn(body.toString('latin1', head, content - 4)), body.subarray(content, end)))
    at = end + delimiter.length
  }
  if (skipLines(body, at + 2) !== body.length) throw malformed()
  return parts
}

function toPart(headers: ReadonlyMap<string, string>, bytes: Buffer): FormPart {
  const match = dispositionPattern.exec(headers.get('content-disposition') ?? '')
  if (match === null) throw malformed()
  const name = decodeUtf8(Buffer.from(unescaped(match[1] ?? match[2]!), 'latin1'))
  const isBase64 = headers.get('content-transfer-encoding')?.toLowerCase() === 'base64'
  const content = isBase64 ? Buffer.from(bytes.toString('latin1'), 'base64') : bytes
  if (match[3] === undefined) return [name, decodeUtf8(content)]
  return [name, { type: headers.get('content-type')?.toLowerCase() ?? '', bytes: content }]
}

/** `name` quoted or not, then perhaps names of a file in one form or both. */
const dispositionPattern = /^form-data; *name=(?:"([^"]*)"|([\w.-]+))((?:; *filename\*?=(?:"[^"]*"|[^\s";]*))+)?$/i

/** What browsers write for what cannot stand in quotes (WHATWG HTML, multipart/form-data encoding algorithm). */
const unescaped = (name: string): string =>
  name.replace(/%(0A|0D|22)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

const headerPattern = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/

/** By name in lower case. */
function headersIn(head: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of head.split('\r\n')) {
    const match = headerPattern.exec(line)
    const name = match?.[1]?.toLowerCase()
    if (match === null || name === undefined || headers.has(name)) throw malformed()
    headers.set(name, match[2]!)
  }
  return headers
}

const startsWith = (body: Buffer, at: number, text: string): boolean =>
  body.toString('latin1', at, at + text.length) === text

function after(body: Buffer, at: number, text: string): number {
  if (!startsWith(body, at, text)) throw malformed()
  return at + text.length
}

function indexOf(body: Buffer, text: string, from: number): number {
  const at = body.indexOf(text, from, 'latin1')
  if (at < 0) throw malformed()
  return at
}

function skipLines(body: Buffer, from: number): number {
  let at = from
  while (startsWith(body, at, '\r\n')) at += 2
  return at
}

const malformed = () => new MienError('REQUEST_INVALID', { message: 'The form is not well formed' })
