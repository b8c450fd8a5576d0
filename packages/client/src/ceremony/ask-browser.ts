import { MienError } from '@mien/shared/errors'
import type { AnswerLimit, DefaultAnswer, Stage } from './stage.ts'
import type { CeremonyState } from './state.ts'

/** What the person sees around a question of the browser's. */
export interface Shown {
  /** The browser is asking. */
  readonly isOpen: boolean
  /** The last time it came to nothing. */
  readonly isNotDone: boolean
  /** Has the browser ask; nothing while it does. */
  press(): void
  /** Rather not, also while the browser is asking. */
  leave(): void
}

export interface BrowserQuestion<T> {
  draw(shown: Shown): CeremonyState
  /** Called within the press. Rejects with MienError ABORTED when it may be asked again. */
  open(): Promise<T>
  /** Takes the browser's question away. */
  cancel(): void
  readonly limit: AnswerLimit | DefaultAnswer<undefined>
}

type Outcome<T> = { readonly given: T } | { readonly failure: unknown } | undefined

/**
 * A question that the browser asks beside ours, one at a time. Whatever ends ours takes the browser's away, so that an authenticator that
 * never answers holds nobody up.
 *
 * @returns undefined: rather not
 * @throws what `open` rejects with and cannot be asked again, MienError of `limit`, or the signal's reason
 */
export async function askBrowser<T>(
  stage: Stage,
  { draw, open, cancel, limit }: BrowserQuestion<T>,
): Promise<T | undefined> {
  let isOpen = false
  let isOver = false
  const question = (answer: (value: Outcome<T>) => void): CeremonyState => {
    const show = (isNotDone: boolean) => draw({ isOpen, isNotDone, press, leave: () => answer(undefined) })
    const fail = (failure: unknown) => {
      isOpen = false
      if (isOver) return
      if (mayBeAskedAgain(failure)) stage.show(show(true))
      else answer({ failure })
    }
    const press = () => {
      if (isOpen || isOver) return
      isOpen = true
      open().then((given) => answer({ given }), fail)
      stage.show(show(false))
    }
    return show(false)
  }
  try {
    const outcome = await stage.ask(question, limit)
    if (outcome !== undefined && 'failure' in outcome) throw outcome.failure
    return outcome?.given
  } finally {
    isOver = true
    cancel()
  }
}

const mayBeAskedAgain = (failure: unknown): boolean => failure instanceof MienError && failure.code === 'ABORTED'
