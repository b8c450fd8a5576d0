import type { VerifyingState } from '../ceremony/state.ts'
import type { Messages } from '../i18n/messages.ts'
import { button, element } from './dom.ts'

export interface LightChoices {
  readonly element: HTMLElement
  /**
   * @param isLit whether the screen is a lamp: then the choices have their room, so that nothing moves when they come and go
   * @returns whether there is anything to choose
   */
  show(state: VerifyingState | undefined, isLit: boolean): boolean
}

/** What a person may leave out of a capture while it runs. They stay where they are, so that nobody presses the wrong one. */
export function createLightChoices(
  { withoutColours, withoutMotion }: Messages['pictures'],
  current: () => VerifyingState | undefined,
): LightChoices {
  const colours = button(withoutColours, { part: 'without-colours' }, () => current()?.withoutFlashes?.())
  const motion = button(withoutMotion, { part: 'without-motion' }, () => current()?.withoutMotion?.())
  const row = element('div', { class: 'light-choices' }, colours, motion)
  const offer = (choice: HTMLElement, isOffered: boolean): boolean => {
    choice.style.visibility = isOffered ? 'visible' : 'hidden'
    return isOffered
  }
  return {
    element: row,
    show(state, isLit) {
      row.hidden = !isLit
      const offered = [
        offer(colours, state?.withoutFlashes !== undefined),
        offer(motion, state?.withoutMotion !== undefined),
      ]
      return offered.includes(true)
    },
  }
}
