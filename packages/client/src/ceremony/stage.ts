import { type ErrorCode, MienError } from '@mien/shared/errors'
import type { CeremonyState } from './state.ts'

/** Where a running ceremony shows its states and waits for the person's answers. */
export interface Stage {
  /** Aborted, with a MienError as its reason, as soon as the ceremony is over. */
  readonly signal: AbortSignal
  show(state: CeremonyState): void
  /**
   * Shows a state and waits for one of its actions. Later actions of the same state do nothing.
   *
   * @throws MienError of `limit`, or the signal's reason
   */
  ask<T>(question: (answer: (value: T) => void) => CeremonyState, limit: AnswerLimit | DefaultAnswer<T>): Promise<T>
}

/** Nobody answered: a failure. */
export interface AnswerLimit {
  readonly ms: number
  readonly code: ErrorCode
}

/** Nobody answered: this is the answer. */
export interface DefaultAnswer<T> {
  readonly ms: number
  readonly answer: T
}

export function createStage(signal: AbortSignal, show: (state: CeremonyState) => void): Stage {
  return {
    signal,
    show(state) {
      // Work that still winds down after the end has nothing to show.
      if (!signal.aborted) show(state)
    },
    ask<T>(question: (answer: (value: T) => void) => CeremonyState, limit: AnswerLimit | DefaultAnswer<T>) {
      signal.throwIfAborted()
      return new Promise<T>((resolve, reject) => {
        const end = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', cancel)
        }
        const cancel = () => {
          end()
          reject(signal.reason)
        }
        const answer = (value: T) => {
          end()
          resolve(value)
        }
        const timer = setTimeout(() => {
          if ('answer' in limit) return answer(limit.answer)
          end()
          reject(new MienError(limit.code))
        }, limit.ms)
        signal.addEventListener('abort', cancel, { once: true })
        show(question(answer))
      })
    },
  }
}
