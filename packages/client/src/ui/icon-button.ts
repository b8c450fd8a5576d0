import { element } from './dom.ts'

/** A button that shows a picture and no words. The same words twice: a screen reader says them once, a mouse shows them. */
export function iconButton(picture: SVGSVGElement, label: string, part: string, press: () => void): HTMLButtonElement {
  const attributes = { type: 'button', class: 'icon-button', part, 'aria-label': label, title: label }
  const made = element('button', attributes, picture)
  made.addEventListener('click', press)
  return made
}
