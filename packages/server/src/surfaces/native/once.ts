import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import type { Idempotency } from '../../domain/idempotency.ts'

/**
 * Does the work of a POST once for each `Idempotency-Key`, and every time without one.
 *
 * @param content all that the request says beside its address
 * @throws MienError PARAM_INVALID for a key that is none, and those of Idempotency
 */
export type OnceARequest = <Answer>(
  c: Context,
  applicationId: string,
  content: unknown,
  work: () => Promise<Answer>,
) => Promise<Answer>

/** Visible ASCII. */
const keyPattern = /^[\x21-\x7e]{1,128}$/

export const createOnce =
  (idempotency: Idempotency): OnceARequest =>
  async (c, applicationId, content, work) => {
    const key = c.req.header('idempotency-key')
    if (key === undefined) return work()
    if (!keyPattern.test(key)) throw new MienError('PARAM_INVALID', { details: { fields: ['Idempotency-Key'] } })
    const { method, url } = c.req
    const text = `${method} ${new URL(url).pathname}\n${JSON.stringify(content)}`
    const { answer, isReplay } = await idempotency.once({ applicationId, key, content: text }, work)
    if (isReplay) c.header('Idempotency-Replayed', 'true')
    return answer
  }
