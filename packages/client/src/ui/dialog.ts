import { MienError } from '@mien/shared/errors'
import type { Messages } from '../i18n/messages.ts'
import { type Announcer, createAnnouncer } from './announcer.ts'
import { element } from './dom.ts'
import { trapFocus } from './focus-trap.ts'
import { icon } from './icons.ts'
import { addStyles } from './styles.ts'

const hostAttribute = 'data-mien-widget'

export const isDialogOpen = (page: Document): boolean => page.querySelector(`[${hostAttribute}]`) !== null

export interface DialogOptions {
  readonly title: string
  readonly messages: Messages
  readonly nonce: string | undefined
  /** Escape, the close button, or the Cancel button. */
  readonly dismiss: () => void
}

export interface Dialog {
  readonly announcer: Announcer
  /** Where the view of the current state goes. */
  readonly body: HTMLElement
  close(): void
}

/** A modal dialog in a shadow root at the end of the page: the page's styles stay out, `part` names let themes in. */
export function openDialog({ title, messages, nonce, dismiss }: DialogOptions): Dialog {
  const { locale, direction, action } = messages
  const host = element('div', { [hostAttribute]: true })
  const root = host.attachShadow({ mode: 'open' })
  const announcer = createAnnouncer()
  const close = element(
    'button',
    { type: 'button', class: 'close', part: 'close', 'aria-label': action.close },
    icon('close'),
  )
  const body = element('div', { class: 'body', part: 'body' })
  const heading = element('h1', { id: 'title', class: 'title', part: 'title' }, title)
  const header = element('header', { class: 'header', part: 'header' }, heading, close)
  const dialog = element(
    'dialog',
    {
      class: 'dialog',
      part: 'dialog',
      role: 'dialog',
      'aria-modal': 'true',
      'aria-labelledby': 'title',
      lang: locale,
      dir: direction,
    },
    header,
    body,
    announcer.element,
  )
  addStyles(root, nonce)
  root.append(dialog)
  close.addEventListener('click', dismiss)
  listenForEscape(dialog, dismiss)
  trapFocus(dialog)

  const before = document.activeElement
  document.body.append(host)
  try {
    dialog.showModal()
  } catch (cause) {
    // Left behind, it would count as open for ever.
    host.remove()
    throw new MienError('UI_NOT_READY', { cause })
  }
  return {
    announcer,
    body,
    close() {
      announcer.dispose()
      dialog.close()
      host.remove()
      if (before instanceof HTMLElement) before.focus()
    },
  }
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
