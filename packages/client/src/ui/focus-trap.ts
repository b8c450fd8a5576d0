const focusable = 'button:not([disabled]), input:not([disabled]), select:not([disabled]), a[href], [tabindex="0"]'

/** Tab and Shift+Tab go round inside `container`: the browser's own modal dialog would let them out to its toolbar. */
export function trapFocus(container: HTMLElement): void {
  container.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return
    const stops = [...container.querySelectorAll<HTMLElement>(focusable)].filter((stop) => stop.checkVisibility())
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
  const at = stops.indexOf(focused as HTMLElement)
  if (back) return at === 0 || (at === -1 && !followsAny(stops, focused)) ? stops.at(-1) : undefined
  return at === stops.length - 1 ? stops[0] : undefined
}

/** Whether something that is no stop itself (a heading with the focus) has a stop before it. */
const followsAny = (stops: readonly HTMLElement[], focused: Element | null): boolean =>
  focused !== null &&
  stops.some((stop) => (stop.compareDocumentPosition(focused) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0)
