import { element } from './dom.ts'
import { type IconName, icon } from './icons.ts'

/** A button that shows a picture and no words. The same words twice: a screen reader says them once, a mouse shows them. */
export function iconButton(name: IconName, label: string, part: string, press: () => void): HTMLButtonElement {
  const attributes = { type: 'button', class: 'icon-button', part, 'aria-label': label, title: label }
  const made = element('button', attributes, icon(name))
  made.addEventListener('click', press)
  return made
}
