import type { SessionOperation } from '@mien/shared/api/fields'
import type { CeremonyState } from '../ceremony/state.ts'
import { doneView, failedView, retryView } from './ending-views.ts'
import type { OfflineUi } from './offline-ui.ts'
import type { View, ViewContext } from './view.ts'
import { decidingView, permissionView, preparingView } from './waiting-views.ts'

type StateName = CeremonyState['name']
type Views = { readonly [Name in StateName]: (context: ViewContext) => View<Extract<CeremonyState, { name: Name }>> }
type LateViewName =
  | keyof typeof import('./late-views.ts')['lateViews']
  | keyof typeof import('./passkey-views.ts')['passkeyViews']

export interface ScreenOptions extends ViewContext {
  readonly operation: SessionOperation
  /** Starts a new ceremony after a failure. */
  readonly again: () => void
  readonly addStyles: (css: string) => void
  /** With it, what happens without the server is said in its words. */
  readonly offline?: OfflineUi | undefined
  /** The views that are fetched later could not be had. */
  readonly lost: (cause: unknown) => void
}

export interface Screen {
  show(state: CeremonyState): void
  /** The newest state, also while its view is on the way. */
  shown(): CeremonyState | undefined
  dispose(): void
}

/** Shows one view at a time: the same one as long as the states that come are of its kind. */
export function createScreen(context: ScreenOptions, body: HTMLElement): Screen {
  const firstViews: Omit<Views, LateViewName> = {
    preparing: preparingView,
    permission: permissionView,
    deciding: decidingView(context.operation),
    retry: retryView,
    done: doneView,
    failed: failedView(context.again),
  }
  let views: Partial<Views> = firstViews
  let late: Promise<void> | undefined
  let state: CeremonyState | undefined
  let made: Views[StateName] | undefined
  let view: View<never> | undefined

  function draw(next: CeremonyState, make: Views[StateName]): void {
    const changes = make !== made
    const messages = context.offline?.show(next) ?? context.messages
    if (changes) {
      view?.dispose?.()
      view = make({ ...context, messages }) as View<never>
      body.replaceChildren(view.element)
    }
    made = make
    // The table of views pairs each name with its own state; the compiler cannot follow that through a variable.
    view?.update(next as never)
    if (changes) view?.focus.focus({ preventScroll: true })
  }

  /** A failure is told when a view is missed. */
  function fetchLateViews(): Promise<void> {
    late ??= import('./late-views.ts').then(({ lateViews, lateStyles }) => {
      context.addStyles(lateStyles)
      views = { ...lateViews, ...views }
    })
    late.catch(() => undefined)
    return late
  }

  async function fetchPasskeyViews(): Promise<void> {
    const [{ passkeyViews, passkeyStyles }] = await Promise.all([import('./passkey-views.ts'), fetchLateViews()])
    if (!views.passkey) context.addStyles(passkeyStyles)
    views = { ...views, ...passkeyViews }
  }

  function show(next: CeremonyState): void {
    state = next
    if (hasWorker(next)) void fetchLateViews()
    const make = isOfPasskeys(next) && !views.passkey ? undefined : views[next.name]
    if (make) draw(next, make)
    else whenHere(next)
  }

  /** Whatever has come since then speaks for itself. */
  function whenHere(next: CeremonyState): void {
    const fetched = isOfPasskeys(next) ? fetchPasskeyViews() : fetchLateViews()
    fetched.then(
      () => state === next && show(next),
      // Who is enrolled or let in loses the offer, and nothing else.
      (cause) => state === next && (next.name === 'new-passkey' ? next.leave() : context.lost(cause)),
    )
  }

  return {
    show,
    shown: () => state,
    dispose() {
      state = undefined
      view?.dispose?.()
    },
  }
}

/** From here on more script delays nothing: the person reads, or the models load. */
const hasWorker = (state: CeremonyState): boolean =>
  state.name === 'consent' ||
  state.name === 'picture-notice' ||
  (state.name === 'preparing' &&
    (state.progress.step === 'runtime' || (state.progress.step === 'models' && state.progress.totalBytes > 0)))

const isOfPasskeys = (state: CeremonyState): boolean =>
  state.name === 'passkey' || state.name === 'new-passkey' || 'ratherPasskey' in state
