import type { PictureTerms } from '../ceremony/state.ts'
import type { Messages } from '../i18n/messages.ts'
import { element } from './dom.ts'

/** What the screen is about to do, and whether it may: nothing where the page asked for no colours. */
export function colourChoice(terms: PictureTerms, { pictures }: Messages): readonly HTMLElement[] {
  if (terms.colours === 'never') return []
  const box = element('input', { type: 'checkbox' })
  box.checked = terms.colours === 'unwanted'
  box.addEventListener('change', () => terms.chooseColours(!box.checked))
  return [
    element('p', { class: 'text', part: 'text' }, pictures.colours),
    element(
      'label',
      { class: 'choice-line', part: 'colour-choice' },
      box,
      element('span', {}, pictures.withoutColours),
    ),
    element('p', { class: 'small', part: 'brightness' }, pictures.brightness),
  ]
}
