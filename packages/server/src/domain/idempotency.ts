import { type ErrorCode, isErrorCode, MienError } from '@mien/shared/errors'
import type { Clock, Database } from './ports.ts'
import { type Settle, settlingWith } from './settle-with-commit.ts'
import { sameDigest, sha256 } from './tokens.ts'

/** What a request may be told from another by: its address and all that it says. */
export interface RepeatableRequest {
  readonly applicationId: string
  /** Chosen by the caller. */
  readonly key: string
  readonly content: string
}

export interface Once<T> {
  readonly answer: T
  /** Whether it is the answer of an earlier request. */
  readonly isReplay: boolean
}

/** Requests that may come again, because their answer was lost on the way. */
export interface Idempotency {
  /**
   * Does the work once in 24 hours. What a repeat gets is the same answer, or the same refusal of a face. Other failures are
   * forgotten: the request may be tried again. A process that dies leaves the key for another try a minute later, unless it had
   * committed: then nothing is done again, and no answer is left to give.
   *
   * @throws MienError IDEMPOTENCY_MISMATCH (the key was used for another request), CONFLICT (the first is still being answered, or
   *   its answer was lost), and what the work throws
   */
  once<T>(request: RepeatableRequest, work: () => Promise<T>): Promise<Once<T>>
}

/** No request takes longer: another try may begin. */
export const leaseSeconds = 60

/** How long an answer is kept. */
const keepSeconds = 86_400

/** Decisions about a face: the same face would be refused again. */
const decisions: readonly ErrorCode[] = ['MORPH_SUSPECTED', 'QUALITY_TOO_LOW', 'FACE_DUPLICATE']

/** `isDone`: with the commit of the work, before there was an answer. */
type Stored = { readonly answer: unknown } | { readonly refused: string } | { readonly isDone: true }

export interface IdempotencyOptions {
  readonly database: Database
  readonly clock: Clock
}

export function createIdempotency({ database, clock }: IdempotencyOptions): Idempotency {
  const { idempotency, applicationKeys } = database.stores
  const before = (seconds: number, now: Date) => new Date(now.getTime() - seconds * 1000)

  return {
    async once<T>({ applicationId, key, content }: RepeatableRequest, work: () => Promise<T>): Promise<Once<T>> {
      const keyDigest = sha256(key)
      // Keyed, because a PIN in a request could be found by trying.
      const keys = await applicationKeys.of(applicationId)
      const requestDigest = keys.digest('idempotency', Buffer.from(content))
      const startedAt = clock.now()
      const stale = { unansweredSince: before(leaseSeconds, startedAt), answeredSince: before(keepSeconds, startedAt) }

      const finish = (stored: Stored) => idempotency.finish(applicationId, keyDigest, startedAt, JSON.stringify(stored))

      if (!(await idempotency.begin(applicationId, keyDigest, requestDigest, startedAt, stale))) {
        const first = await idempotency.find(applicationId, keyDigest)
        if (first !== undefined && !sameDigest(first.requestDigest, requestDigest)) {
          throw new MienError('IDEMPOTENCY_MISMATCH')
        }
        if (!first?.answer) throw stillRunning()
        const stored = JSON.parse(first.answer) as Stored
        return { answer: answerOf<T>(stored), isReplay: true }
      }
      // Of two processes that do it, because the first was taken for dead, one commits.
      const settle: Settle = async (stores) => {
        const done: Stored = { isDone: true }
        const text = JSON.stringify(done)
        if (!(await stores.idempotency.finish(applicationId, keyDigest, startedAt, text))) throw stillRunning()
      }
      try {
        const answer = await settlingWith(settle, work)
        await finish({ answer })
        return { answer, isReplay: false }
      } catch (error) {
        const isDecision = error instanceof MienError && decisions.includes(error.code)
        await (isDecision ? finish({ refused: error.code }) : idempotency.forget(applicationId, keyDigest, startedAt))
        throw error
      }
    },
  }
}

function answerOf<T>(stored: Stored): T {
  if ('answer' in stored) return stored.answer as T
  if ('isDone' in stored) throw answerLost()
  throw new MienError(isErrorCode(stored.refused) ? stored.refused : 'INTERNAL', { details: { is_replay: true } })
}

const stillRunning = () =>
  new MienError('CONFLICT', {
    message: 'The first request with this idempotency key is still being answered',
    details: { retry_after: 2 },
  })

const answerLost = () =>
  new MienError('CONFLICT', {
    message: 'The request with this idempotency key was carried out, and its answer is lost: look for what it made',
  })
