import type { SessionOperation } from '@mien/shared/api/fields'
import type { CeremonyState } from '../ceremony/state.ts'
import { cameraView } from './camera-view.ts'
import { consentView } from './consent-view.ts'
import { doneView, failedView, retryView } from './ending-views.ts'
import { introView } from './intro-view.ts'
import { newPinView, pinView } from './pin-view.ts'
import type { View, ViewContext } from './view.ts'
import { decidingView, permissionView, preparingView } from './waiting-views.ts'

type StateName = CeremonyState['name']
type Views = { readonly [Name in StateName]: (context: ViewContext) => View<Extract<CeremonyState, { name: Name }>> }

export interface ScreenOptions extends ViewContext {
  readonly operation: SessionOperation
  /** Starts a new ceremony after a failure. */
  readonly again: () => void
}

export interface Screen {
  show(state: CeremonyState): void
  shown(): CeremonyState | undefined
  dispose(): void
}

/** Shows one view at a time: the same one as long as the states that come are of its kind. */
export function createScreen(context: ScreenOptions, body: HTMLElement): Screen {
  const views: Views = {
    preparing: preparingView,
    consent: consentView,
    permission: permissionView,
    intro: introView,
    'new-pin': newPinView,
    positioning: cameraView,
    active: cameraView,
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
