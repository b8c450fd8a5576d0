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
  ask<T>(question: (answer: (value: T) => void) => CeremonyState, limit: AnswerLimit): Promise<T>
}

export interface AnswerLimit {
  readonly ms: number
  readonly code: ErrorCode
}

export function createStage(signal: AbortSignal, show: (state: CeremonyState) => void): Stage {
  return {
    signal,
    show(state) {
      // Work that still winds down after the end has nothing to show.
      if (!signal.aborted) show(state)
    },
    ask<T>(question: (answer: (value: T) => void) => CeremonyState, limit: AnswerLimit) {
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
        const timer = setTimeout(() => {
          end()
          reject(new MienError(limit.code))
        }, limit.ms)
        signal.addEventListener('abort', cancel, { once: true })
        const answer = (value: T) => {
          end()
          resolve(value)
        }
        show(question(answer))
      })
    },
  }
}
