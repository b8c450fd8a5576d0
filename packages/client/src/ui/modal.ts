import type { Operation } from '@mien/shared/api/fields'
import { toMienError } from '@mien/shared/errors'
import { Refusal } from '../ceremony/refusal.ts'
import type { Ceremony, CeremonyFailure, CeremonyResult, CeremonyState } from '../ceremony/state.ts'
import type { Messages } from '../i18n/messages.ts'
import { cameraView } from './camera-view.ts'
import { consentView } from './consent-view.ts'
import { isDialogOpen, openDialog } from './dialog.ts'
import { doneView, failedView, retryView } from './ending-views.ts'
import { newPinView, pinView } from './pin-view.ts'
import type { View, ViewContext } from './view.ts'
import { decidingView, permissionView, preparingView } from './waiting-views.ts'

export interface ModalOptions {
  readonly operation: Operation
  readonly messages: Messages
  /** Begins a ceremony; called again for each new try after a failure. */
  readonly start: () => Ceremony
  readonly showCancel: boolean
  /** How long a failure waits to be read before the modal closes by itself; 0: not at all. */
  readonly failureSeconds: number
  readonly nonce: string | undefined
  /** Closes whatever is shown. The ceremony has to listen to it by itself. */
  readonly signal?: AbortSignal
}

export const isModalOpen = isDialogOpen

/** Long enough to see and hear it, short enough not to be in the way. */
const doneMs = 1600

/** Shows a ceremony until the person is through with it, failures and new tries included. */
export function runModal(options: ModalOptions): Promise<CeremonyResult> {
  return new Promise((resolve, reject) => {
    let ceremony: Ceremony | undefined
    let unsubscribe = (): void => undefined
    let timer: ReturnType<typeof setTimeout> | undefined

    const dialog = openDialog({ ...options, title: options.messages.title[options.operation], dismiss })
    const screen = createScreen({ ...options, ...dialog, dismiss, again: begin }, dialog.body)
    dialog.body.addEventListener('pointerdown', stayOnFailure)
    dialog.body.addEventListener('keydown', stayOnFailure)
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
      if (state.name === 'done') closeAfter(doneMs, state)
    }

    function closeAfter(ms: number, state: CeremonyState): void {
      if (ms === 0) finish(state)
      else timer = setTimeout(() => finish(state), ms)
    }

    function stay(): void {
      clearTimeout(timer)
    }

    /** A touch or a key says that somebody is reading. */
    function stayOnFailure(): void {
      if (screen.shown()?.name === 'failed') stay()
    }

    function dismiss(): void {
      const state = screen.shown()
      if (state === undefined || isEnding(state)) finish(state)
      else ceremony?.cancel()
    }

    function finish(state: CeremonyState | undefined): void {
      stay()
      unsubscribe()
      options.signal?.removeEventListener('abort', dismiss)
      screen.dispose()
      dialog.close()
      if (state?.name === 'done') resolve(state.result)
      else reject(state?.name === 'failed' ? state.failure : toMienError(options.signal?.reason, 'ABORTED'))
    }
  })
}

const isEnding = (state: CeremonyState): boolean => state.name === 'done' || state.name === 'failed'

/** What the person has just chosen needs no explanation. */
const isQuiet = (failure: CeremonyFailure): boolean =>
  !(failure instanceof Refusal) && (failure.code === 'ABORTED' || failure.code === 'CONSENT_DECLINED')

type StateName = CeremonyState['name']
type Views = { readonly [Name in StateName]: (context: ViewContext) => View<Extract<CeremonyState, { name: Name }>> }

interface ScreenOptions extends ViewContext {
  readonly operation: Operation
  readonly again: () => void
}

interface Screen {
  show(state: CeremonyState): void
  shown(): CeremonyState | undefined
  dispose(): void
}

/** Shows one view at a time: the same one as long as the states that come are of its kind. */
function createScreen(context: ScreenOptions, body: HTMLElement): Screen {
  const views: Views = {
    preparing: preparingView,
    consent: consentView,
    permission: permissionView,
    'new-pin': newPinView,
    positioning: cameraView,
    capturing: cameraView,
    deciding: decidingView(context.operation),
    pin: pinView,
    retry: retryView,
    done: doneView,
    failed: failedView(context.again),
  }
  let state: CeremonyState | undefined
  let view: View<never> | undefined

  const replace = (name: StateName): View<never> => {
    view?.dispose?.()
    const next = views[name](context) as View<never>
    body.replaceChildren(next.element)
    return next
  }

  return {
    show(next) {
      const changes = view === undefined || state === undefined || views[state.name] !== views[next.name]
      if (changes || !view) view = replace(next.name)
      state = next
      // The table of views pairs each name with its own state; the compiler cannot follow that through a variable.
      view.update(next as never)
      if (changes) view.focus.focus({ preventScroll: true })
    },
    shown: () => state,
    dispose: () => view?.dispose?.(),
  }
}
