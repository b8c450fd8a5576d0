import type { SessionOperation } from '@mien/shared/api/fields'

/** Colours are the page's own to change: the custom properties of the widget, or the parts. */
const css = `
:host { display: inline-block; }
:host([hidden]) { display: none; }
.button {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.625em; box-sizing: border-box; inline-size: 100%; min-block-size: 2.875rem;
  margin: 0; padding: 0.5rem 1.25rem; border: 1.5px solid transparent; border-radius: calc(var(--mien-radius, 20px) * 0.6);
  background: var(--mien-accent, #0b6b58); color: var(--mien-on-accent, #ffffff); font: inherit; font-weight: 600; cursor: pointer;
}
.button:hover { filter: brightness(1.08); }
.button:focus-visible { outline: 3px solid var(--mien-accent, #0b6b58); outline-offset: 2px; }
.button:disabled, .button[aria-disabled="true"] { opacity: 0.6; cursor: default; filter: none; }
.standing { min-block-size: 1.5em; margin: 0.375em 0 0; font-size: 0.875em; line-height: 1.5; }
.standing[hidden] { display: none; }
.icon { flex: none; inline-size: 1.25em; block-size: 1.25em; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
@media (forced-colors: active) { .button { border-color: ButtonText; } }
`

/** For a page that gives no label of its own; in English, and marked as such. */
const labels = {
  enroll: 'Set up face sign-in',
  authenticate: 'Sign in with your face',
  liveness: 'Check that you are here',
  age_verify: 'Check your age',
} as const satisfies Record<SessionOperation, string>

/** A face in a frame. */
const faceIcon =
  'M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2M9 10v1M15 10v1M12 10v3M9.5 15.5c1.5 1 3.5 1 5 0'

export interface MienFaceView {
  readonly button: HTMLButtonElement
  setOperation(operation: SessionOperation): void
  setDisabled(isDisabled: boolean): void
  /** Keeps the focus on the button, where a disabled one would lose it. */
  setBusy(isBusy: boolean): void
  /** What waits to be told, in its language; undefined: there is no room for it. */
  setStanding(text: string | undefined, language?: string): void
}

export function createMienFaceView(root: ShadowRoot): MienFaceView {
  addStyles(root)
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button'
  button.setAttribute('part', 'button')
  const label = document.createElement('span')
  label.lang = 'en'
  const labelSlot = slot('', label)
  labelSlot.setAttribute('part', 'label')
  button.append(slot('icon', icon()), labelSlot)
  const standing = document.createElement('p')
  standing.className = 'standing'
  standing.dir = 'auto'
  standing.hidden = true
  standing.setAttribute('part', 'sync-status')
  standing.setAttribute('role', 'status')
  root.append(button, standing)
  return {
    button,
    setOperation(operation) {
      label.textContent = labels[operation]
    },
    setDisabled(isDisabled) {
      button.disabled = isDisabled
    },
    setBusy(isBusy) {
      button.setAttribute('aria-disabled', String(isBusy))
    },
    setStanding(text, language = '') {
      standing.hidden = text === undefined
      standing.lang = language
      if (standing.textContent !== text) standing.textContent = text ?? ''
    },
  }
}

function slot(name: string, fallback: Element): HTMLSlotElement {
  const made = document.createElement('slot')
  if (name !== '') made.name = name
  made.append(fallback)
  return made
}

function icon(): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  for (const [name, value] of [
    ['viewBox', '0 0 24 24'],
    ['class', 'icon'],
    ['part', 'icon'],
    ['aria-hidden', 'true'],
  ] as const)
    svg.setAttribute(name, value)
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', faceIcon)
  svg.append(path)
  return svg
}

/** A browser without constructable style sheets shows its own button, and is too old for the widget. */
function addStyles(root: ShadowRoot): void {
  if (!('replaceSync' in CSSStyleSheet.prototype)) return
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [sheet]
}
