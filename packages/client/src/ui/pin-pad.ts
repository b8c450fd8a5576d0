import type { Messages } from '../i18n/messages.ts'
import { element } from './dom.ts'
import { iconButton } from './icon-button.ts'
import { lateIcon } from './late-icons.ts'

export interface PinPadOptions {
  readonly messages: Messages
  readonly press: (digit: string) => void
  readonly erase: () => void
}

/**
 * Keys for fingers, in the order of a telephone and with the digits that the field shows, in every language. Keyboards type into the field instead, so the keys are no stops
 * for Tab, and pressing one takes the focus from nowhere.
 */
export function createPinPad({ messages: { action, pin }, press, erase }: PinPadOptions): HTMLElement {
  const key = (digit: number): HTMLElement => {
    const made = element('button', { type: 'button', class: 'key', part: 'pad-key' }, String(digit))
    made.addEventListener('click', () => press(String(digit)))
    return made
  }
  const remove = iconButton(lateIcon('delete'), action.deleteDigit, 'pad-delete', erase)
  remove.classList.add('key')
  const keys = [...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(key), element('span'), key(0), remove]
  const pad = element('div', { class: 'pad', part: 'pad', role: 'group', 'aria-label': pin.pad, dir: 'ltr' }, ...keys)
  for (const each of pad.querySelectorAll('button')) each.tabIndex = -1
  pad.addEventListener('mousedown', (event) => event.preventDefault())
  return pad
}
