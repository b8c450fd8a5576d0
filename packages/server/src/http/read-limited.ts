import { MienError } from '@mien/shared/errors'

/** Longest body that does not count: what strangers may send is no longer. */
const smallBytes = 128 * 1024

/** Of all large bodies that are coming in at the same time. Those that are being looked at are bounded by the queue for it. */
const maxHeldBytes = 256 * 1024 * 1024

/**
 * A body as it came. A compressed one is refused rather than read as what it is not, or unpacked to more than anybody sent.
 *
 * @throws MienError CONTENT_ENCODING_UNSUPPORTED; BODY_TOO_LARGE before more than the limit was kept; OVERLOADED while so many others
 *   come in that the memory would not do; ABORTED when the client went away
 */
export type ReadBody = (request: Request, maxBytes: number) => Promise<Uint8Array>

export function createBodyReader(maxHeld: number): ReadBody {
  let held = 0

  const collect = async (body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = []
    let length = 0
    let counted = 0
    try {
      for await (const chunk of body ?? []) {
        length += chunk.length
        if (length > maxBytes) throw new MienError('BODY_TOO_LARGE')
        if (length > smallBytes) {
          if (held + chunk.length > maxHeld) throw new MienError('OVERLOADED')
          held += chunk.length
          counted += chunk.length
        }
        chunks.push(chunk)
      }
      return Buffer.concat(chunks)
    } finally {
      held -= counted
    }
  }

  return async (request, maxBytes) => {
    if (request.headers.has('content-encoding')) throw new MienError('CONTENT_ENCODING_UNSUPPORTED')
    const declared = Number(request.headers.get('content-length') ?? 0)
    if (declared > maxBytes) throw new MienError('BODY_TOO_LARGE')
    try {
      // No more comes in than was declared; read at once, it need not be made a stream.
      if (declared > 0 && declared <= smallBytes) return new Uint8Array(await request.arrayBuffer())
      return await collect(request.body, maxBytes)
    } catch (error) {
      throw request.signal.aborted ? new MienError('ABORTED') : error
    }
  }
}

/** The one of this process: its memory is what is shared. */
export const readLimited = createBodyReader(maxHeldBytes)
