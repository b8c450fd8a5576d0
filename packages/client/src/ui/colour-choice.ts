import type { PictureTerms } from '../ceremony/state.ts'
import type { Messages } from '../i18n/messages.ts'
import { element } from './dom.ts'

export interface ColourChoice {
  /** Beside the actions, where it stays in view however long the words are. */
  readonly element: HTMLElement
  /** @returns what the screen is about to do: nothing where colours are ruled out */
  show(terms: PictureTerms | undefined): readonly HTMLElement[]
}

/** Whether the screen may change colour, which is a person's to say before it does. */
export function createColourChoice({ pictures }: Messages): ColourChoice {
  let current: PictureTerms | undefined
  const box = element('input', { type: 'checkbox' })
  box.addEventListener('change', () => current?.chooseColours(!box.checked))
  const line = element(
    'label',
    { class: 'choice-line', part: 'colour-choice', hidden: true },
    box,
    element('span', {}, pictures.withoutColours),
  )
  const words = [
    element('p', { class: 'text', part: 'text' }, pictures.colours),
    element('p', { class: 'small', part: 'brightness' }, pictures.brightness),
  ]
  return {
    element: line,
    show(terms) {
      if (terms !== current) box.checked = terms?.colours === 'unwanted'
      current = terms
      line.hidden = terms === undefined || terms.colours === 'never'
      return line.hidden ? [] : words
    },
  }
}
