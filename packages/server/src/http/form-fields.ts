import { MienError } from '@mien/shared/errors'

/** Name and text of one field, in the order in which they came. */
export type FormField = readonly [name: string, text: string]

/** Fields that one request may have. More are nobody's honest request, and each costs. */
const maxFields = 32

const maxNameLength = 64

/** `name=text&name=text`, as in a query or a form, each part percent-encoded UTF-8. @throws MienError UTF8_INVALID, REQUEST_INVALID */
export function parseUrlEncoded(text: string): readonly FormField[] {
  const parts = text.split('&', maxFields + 1).filter((part) => part !== '')
  return checkedFields(
    parts.map((part) => {
      const at = part.indexOf('=')
      return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))]
    }),
  )
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    throw new MienError('UTF8_INVALID', { message: 'A parameter is not percent-encoded UTF-8' })
  }
}

/** RFC 2046 section 5.1.1: at most 70 of these characters. */
const boundaryPattern = /;\s*boundary=(?:"([\w'()+,./:=? -]{1,70})"|([\w'()+,./:=?-]{1,70}))\s*(?:;|$)/i

/** Name and content of one part, in the order in which they came. */
type FormPart = readonly [name: string, content: string | File]

/** The parts of `multipart/form-data`. @throws MienError UTF8_INVALID, REQUEST_INVALID */
export async function parseMultipart(bytes: Uint8Array, contentType: string): Promise<readonly FormPart[]> {
  const match = boundaryPattern.exec(contentType)
  const boundary = match?.[1] ?? match?.[2]
  // Parts are counted before a parser makes objects of them.
  if (boundary === undefined || occursMoreThan(bytes, `--${boundary}`, maxFields + 1)) throw malformed()
  // The parser is told the boundary that was counted: of two, it might have taken the other.
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` }
  const form = await new Response(Buffer.from(bytes), { headers }).formData().catch(() => {
    throw malformed()
  })
  for (const text of [...form].flat()) checkDecoded(text, bytes)
  return checkedFields([...form])
}

/** The parser puts U+FFFD for what is not UTF-8. Where somebody wrote that very character, the bytes have it. */
function checkDecoded(text: string | File, bytes: Uint8Array): void {
  if (typeof text !== 'string' || !text.includes('\ufffd')) return
  if (!viewOf(bytes).includes(text)) throw new MienError('UTF8_INVALID')
}

const malformed = () => new MienError('REQUEST_INVALID', { message: 'The form is not well formed' })

function checkedFields<Field extends FormPart>(fields: readonly Field[]): readonly Field[] {
  const isSane = fields.length <= maxFields && fields.every(([name]) => name.length <= maxNameLength)
  if (!isSane) throw new MienError('REQUEST_INVALID', { message: 'The request has too many parameters' })
  return fields
}

/** Whether the bytes of `text` are found more than `max` times. */
export function occursMoreThan(bytes: Uint8Array, text: string, max: number): boolean {
  const view = viewOf(bytes)
  let count = 0
  for (let at = view.indexOf(text); at >= 0; at = view.indexOf(text, at + 1)) {
    if (++count > max) return true
  }
  return false
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
