import { MienError } from '@mien/shared/errors'
import type { MiddlewareHandler } from 'hono'

export interface AdmissionOptions {
  /** Requests that are answered at once. */
  readonly maxRequests: number
  /** Mean delay of the event loop in milliseconds, from which on nobody is admitted; 0: however late it is. */
  readonly maxLoopDelayMs: number
  readonly loopDelayMs: () => number
  /** Milliseconds that an answer may take. */
  readonly maxMs?: number
  /** As `maxMs`, of a request that brings pictures: those wait for the threads that look at them, and then for what these find. */
  readonly maxPictureMs?: number
}

/** Security.md R8. */
const defaultMaxMs = 15_000

/** Fifteen seconds in the queue, fifteen with a thread (`VisionPoolOptions`), and what any other request may take. */
const defaultMaxPictureMs = 45_000

/** Seconds: a moment in which others end. */
const retryAfterSeconds = 1

/** Operators' requests may walk a whole log. */
const isForOperators = (path: string): boolean => path.startsWith('/v1/admin/')

const hasPictures = (path: string, type: string): boolean =>
  path.startsWith('/compat/') || /^(multipart|image)\//i.test(type)

/**
 * Turns requests away before anything is done for them, not even their bodies read, while more are answered at once than the server can do
 * well, and gives up what takes too long: what became of it is not known then, and it is never told as done. One counts for all paths that it
 * is put in front of.
 *
 * @throws MienError OVERLOADED
 */
export function admitRequests(options: AdmissionOptions): MiddlewareHandler {
  const { maxRequests, maxLoopDelayMs, loopDelayMs } = options
  const { maxMs = defaultMaxMs, maxPictureMs = defaultMaxPictureMs } = options
  let answering = 0
  const isTooBusy = () => answering >= maxRequests || (maxLoopDelayMs > 0 && loopDelayMs() > maxLoopDelayMs)

  return async (c, next) => {
    if (isTooBusy()) throw overloaded()
    answering++
    // Counted until it ends, also when nobody waits for it any more.
    const done = next().finally(() => answering--)
    if (isForOperators(c.req.path)) return done
    const limitMs = hasPictures(c.req.path, c.req.header('Content-Type') ?? '') ? maxPictureMs : maxMs
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(overloaded('The answer took too long')), limitMs)
    })
    await Promise.race([done, late]).finally(() => clearTimeout(timer))
  }
}

const overloaded = (message?: string): MienError =>
  new MienError('OVERLOADED', {
    ...(message === undefined ? {} : { message }),
    details: { retry_after: retryAfterSeconds },
  })
