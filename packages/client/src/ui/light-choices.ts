import type { VerifyingState } from '../ceremony/state.ts'
import type { Messages } from '../i18n/messages.ts'
import { button, element } from './dom.ts'

export interface LightChoices {
  readonly element: HTMLElement
  /** @returns whether there is anything to choose */
  show(state: VerifyingState | undefined): boolean
}

/** What a person may leave out of a capture while it runs. They stay where they are, so that nobody presses the wrong one. */
export function createLightChoices(
  { withoutColours, withoutMotion }: Messages['pictures'],
  current: () => VerifyingState | undefined,
): LightChoices {
  const colours = button(withoutColours, { part: 'without-colours' }, () => current()?.withoutFlashes?.())
  const motion = button(withoutMotion, { part: 'without-motion' }, () => current()?.withoutMotion?.())
  const row = element('div', { class: 'light-choices' }, colours, motion)
  return {
    element: row,
    show(state) {
      colours.hidden = state?.withoutFlashes === undefined
      motion.hidden = state?.withoutMotion === undefined
      const isOffered = !(colours.hidden && motion.hidden)
      row.hidden = !isOffered
      return isOffered
    },
  }
}
