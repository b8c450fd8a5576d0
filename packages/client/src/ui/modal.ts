import type { SessionOperation } from '@mien/shared/api/fields'
import { toMienError } from '@mien/shared/errors'
import { Refusal } from '../ceremony/refusal.ts'
import type { Ceremony, CeremonyFailure, CeremonyOutcome, CeremonyState } from '../ceremony/state.ts'
import { type DialogOptions, isDialogOpen, openDialog } from './dialog.ts'
import { createScreen } from './screen.ts'

export interface ModalOptions<Result extends CeremonyOutcome>
  extends Pick<DialogOptions, 'messages' | 'nonce' | 'theme' | 'container' | 'offline'> {
  readonly operation: SessionOperation
  /** Begins a ceremony; called again for each new try after a failure. */
  readonly start: () => Ceremony<Result>
  readonly showCancel: boolean
  /** How long a failure waits to be read before the modal closes by itself; 0: not at all. */
  readonly failureSeconds: number
  /** Closes whatever is shown. The ceremony has to listen to it by itself. */
  readonly signal?: AbortSignal
}

export const isModalOpen = isDialogOpen

/** Long enough to see and hear it, short enough not to be in the way. */
const doneMs = 1600
/** What waits on the device takes longer to say. */
const claimMs = 4000

/** A timer that is set for longer goes off at once. */
const longestMs = 2 ** 31 - 1

/** Shows a ceremony until the person is through with it, failures and new tries included. */
export function runModal<Result extends CeremonyOutcome>(options: ModalOptions<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    let ceremony: Ceremony<Result> | undefined
    let unsubscribe = (): void => undefined
    let timer: ReturnType<typeof setTimeout> | undefined

    const dialog = openDialog({ ...options, title: options.messages.title[options.operation], dismiss })
    const screen = createScreen({ ...options, ...dialog, dismiss, again: begin, lost }, dialog.body)
    for (const touch of ['pointerdown', 'keydown', 'focusin', 'wheel'])
      dialog.body.addEventListener(touch, stayOnFailure, { passive: true })
    options.signal?.addEventListener('abort', dismiss)
    begin()

    function begin(): void {
      unsubscribe()
      stay()
      try {
        ceremony = options.start()
        unsubscribe = ceremony.subscribe(show)
        show(ceremony.state)
      } catch (error) {
        show({ name: 'failed', failure: toMienError(error) })
      }
    }

    function show(state: CeremonyState): void {
      if (state.name === 'failed' && isQuiet(state.failure)) {
        finish(state)
        return
      }
      screen.show(state)
      if (state.name === 'failed') closeAfter(options.failureSeconds * 1000, state)
      if (state.name === 'done') closeAfter('offline' in state.result ? claimMs : doneMs, state)
    }

    /** A browser does not fetch a module again that failed: the words for this failure say what helps. */
    function lost(cause: unknown): void {
      unsubscribe()
      ceremony?.cancel()
      show({ name: 'failed', failure: toMienError(cause) })
    }

    function closeAfter(ms: number, state: CeremonyState): void {
      stay()
      if (ms === 0) finish(state)
      else timer = setTimeout(() => finish(state), Math.min(ms, longestMs))
    }

    function stay(): void {
      clearTimeout(timer)
    }

    /** A touch, a key, or a screen reader that moves the focus says that somebody is reading. */
    function stayOnFailure(): void {
      if (screen.shown()?.name === 'failed') stay()
    }

    function dismiss(): void {
      const state = screen.shown()
      if (state === undefined || isEnding(state)) finish(state)
      // Who is enrolled or let in closes this question, or leaves what goes on for it, and nothing else.
      else if ('leave' in state && !options.signal?.aborted && isDialogOpen(document))
        state.name === 'deciding' ? state.leave() : state.skip()
      else ceremony?.cancel()
    }

    function finish(state: CeremonyState | undefined): void {
      stay()
      unsubscribe()
      options.signal?.removeEventListener('abort', dismiss)
      screen.dispose()
      dialog.close()
      // A ceremony ends with the outcome of its own kind.
      if (state?.name === 'done') resolve(state.result as Result)
      else reject(state?.name === 'failed' ? state.failure : toMienError(options.signal?.reason, 'ABORTED'))
    }
  })
}

const isEnding = (state: CeremonyState): boolean => state.name === 'done' || state.name === 'failed'

/** What the person has just chosen needs no explanation. */
const isQuiet = (failure: CeremonyFailure): boolean =>
  !(failure instanceof Refusal) && (failure.code === 'ABORTED' || failure.code === 'CONSENT_DECLINED')
