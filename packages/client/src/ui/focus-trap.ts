import { isVisible } from './is-visible.ts'

const focusable =
  'button:not([disabled], [tabindex="-1"]), input:not([disabled]), select:not([disabled]), a[href], [tabindex="0"]'

/** Tab and Shift+Tab go round inside `container`: the browser's own modal dialog would let them out to its toolbar. */
export function trapFocus(container: HTMLElement): void {
  container.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return
    const stops = [...container.querySelectorAll<HTMLElement>(focusable)].filter(isVisible)
    const next = nextStop(stops, focusedIn(container), event.shiftKey)
    if (next === undefined) return
    event.preventDefault()
    next.focus()
  })
}

const focusedIn = (container: HTMLElement): Element | null =>
  (container.getRootNode() as Document | ShadowRoot).activeElement

/** The stop at the other end when the focus is about to leave; otherwise undefined, and the browser moves it. */
function nextStop(stops: readonly HTMLElement[], focused: Element | null, back: boolean): HTMLElement | undefined {
  const ahead = stops.some((stop) => liesAhead(stop, focused, back))
  return ahead ? undefined : stops.at(back ? -1 : 0)
}

/** What has the focus need not be a stop: a heading can hold it too. */
function liesAhead(stop: HTMLElement, focused: Element | null, back: boolean): boolean {
  if (focused === null) return false
  const side = back ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING
  return (focused.compareDocumentPosition(stop) & side) !== 0
}
