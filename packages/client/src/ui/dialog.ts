import { MienError } from '@mien/shared/errors'
import type { Messages } from '../i18n/messages.ts'
import { adaptiveStyles } from './adaptive-styles.ts'
import { addStyles } from './add-styles.ts'
import { type Announcer, createAnnouncer } from './announcer.ts'
import { element } from './dom.ts'
import { trapFocus } from './focus-trap.ts'
import { frameStyles } from './frame-styles.ts'
import { iconButton } from './icon-button.ts'
import { icon } from './icons.ts'
import type { OfflineUi } from './offline-ui.ts'
import { onRemoval } from './on-removal.ts'
import { themeStyles } from './theme-styles.ts'

const hostAttribute = 'data-mien-widget'

/** On the document: seen by every copy of this module, wherever the dialog is mounted. */
const openKey = Symbol.for('mien.widget')
type Page = Document & { [openKey]?: HTMLElement }

/** A host that the page has thrown away is not open. */
export const isDialogOpen = (page: Document): boolean => (page as Page)[openKey]?.isConnected === true

/** `auto` follows the device. */
export type Theme = 'auto' | 'light' | 'dark'

export interface DialogOptions {
  readonly title: string
  readonly messages: Messages
  readonly nonce: string | undefined
  /** Default `auto`. */
  readonly theme?: Theme | undefined
  /** Where in the page the dialog is put; it covers the page all the same. Default: the end of the body. */
  readonly container?: Element | undefined
  readonly offline?: OfflineUi | undefined
  /** Escape, the close button, the Cancel button, or a page that takes the dialog away. */
  readonly dismiss: () => void
}

export interface Dialog {
  readonly announcer: Announcer
  /** Where the view of the current state goes. */
  readonly body: HTMLElement
  /** Fills all of it with a colour, `#rrggbb`, at once; undefined: as it was. */
  light(colour: string | undefined): void
  /** What views need that are fetched later. */
  addStyles(css: string): void
  close(): void
}

/**
 * A modal dialog in a shadow root: the page's styles stay out, `part` names let themes in.
 *
 * @throws MienError UI_NOT_READY when the browser does not show it
 */
export function openDialog(options: DialogOptions): Dialog {
  const { title, messages, nonce, dismiss, offline, theme = 'auto', container = document.body } = options
  const { locale, direction, action } = messages
  const host = element('div', { [hostAttribute]: true })
  const root = host.attachShadow({ mode: 'open' })
  const announcer = createAnnouncer()
  const close = iconButton(icon('close'), action.close, 'close', dismiss)
  const body = element('div', { class: 'body', part: 'body' })
  const heading = element('h1', { id: 'title', class: 'title', part: 'title' }, title)
  const header = element('div', { class: 'header', part: 'header' }, heading, offline?.line, close)
  const dialog = element(
    'dialog',
    {
      class: 'dialog',
      part: 'dialog',
      role: 'dialog',
      'aria-modal': 'true',
      'aria-labelledby': 'title',
      'data-theme': theme,
      lang: locale,
      dir: direction,
    },
    header,
    body,
    announcer.element,
  )
  addStyles(root, themeStyles + frameStyles + adaptiveStyles + (offline?.styles ?? ''), nonce)
  root.append(dialog)
  listenForEscape(dialog, dismiss)
  trapFocus(dialog)

  const before = focusedDeep(document)
  container.append(host)
  try {
    dialog.showModal()
    // A page that hides the container hides the dialog, and keeps the rest of itself out of reach.
    if (dialog.getClientRects().length === 0) throw new Error('The container of the dialog is hidden')
  } catch (cause) {
    // Left behind, it would count as open for ever.
    host.remove()
    throw new MienError('UI_NOT_READY', { cause })
  }
  const page: Page = document
  page[openKey] = host
  const stopWatching = onRemoval(host, dismiss)
  return {
    announcer,
    body,
    light(colour) {
      dialog.toggleAttribute('data-lit', colour !== undefined)
      if (colour !== undefined) dialog.style.setProperty('--light', colour)
    },
    addStyles: (css) => addStyles(root, css, nonce),
    close() {
      stopWatching()
      announcer.dispose()
      dialog.close()
      host.remove()
      if (before instanceof HTMLElement) before.focus()
    },
  }
}

/** Also what has the focus inside an element with a shadow root. */
function focusedDeep(root: DocumentOrShadowRoot): Element | null {
  const focused = root.activeElement
  return focused?.shadowRoot?.activeElement ? focusedDeep(focused.shadowRoot) : focused
}

/** The key itself, and the browser's own ways to cancel a dialog (a phone's back gesture): neither closes it by itself. */
function listenForEscape(dialog: HTMLDialogElement, dismiss: () => void): void {
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    // The page's own Escape handlers are not meant.
    event.stopPropagation()
    dismiss()
  })
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    dismiss()
  })
}
